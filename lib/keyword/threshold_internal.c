/* SPDX-License-Identifier: BSD-3-Clause */
#include "threshold_internal.h"

#include <netinet/in.h>
#include <stdlib.h>

#include <rte_common.h>

enum {
	SAID_TYPE = 1 << 0,
	SAID_TRACK = 1 << 1,
	SAID_COUNT = 1 << 2,
	SAID_SECONDS = 1 << 3,
	SAID_MULTIPLIER = 1 << 4,
	SAID_UNIQUE = 1 << 5,
	US = 1000000,
};

#define FILE_KEY (UINT64_C(1) << 61)
#define UNIQUE_KEY (UINT64_C(1) << 63) /* beside the ids of flows */

static const char *const types[] = {
	[THRESHOLD_LIMIT] = "limit",
	[THRESHOLD_THRESHOLD] = "threshold",
	[THRESHOLD_BOTH] = "both",
	[THRESHOLD_FILTER] = "",
	[THRESHOLD_BACKOFF] = "backoff",
};

static const char *const tracks[] = {
	[TRACK_BY_SRC] = "by_src",
	[TRACK_BY_DST] = "by_dst",
	[TRACK_BY_BOTH] = "by_both",
	[TRACK_BY_RULE] = "by_rule",
	[TRACK_BY_FLOW] = "by_flow",
};

bool
threshold_type_find(struct gz_span word, enum threshold_type *type)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(types); i++) {
		if (i != THRESHOLD_FILTER && text_is(word, types[i])) {
			*type = (enum threshold_type)i;
			return true;
		}
	}
	return false;
}

bool
threshold_track_find(struct gz_span word, enum threshold_track *track)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(tracks); i++) {
		if (text_is(word, tracks[i])) {
			*track = (enum threshold_track)i;
			return true;
		}
	}
	return false;
}

static const char *
read_type(struct gz_sig_builder *b, struct gz_span word, struct threshold *t)
{
	if (threshold_type_find(word, &t->type))
		return NULL;
	return gz_sig_error_at(b, word.p, "expected type limit, threshold, both or backoff");
}

static const char *
read_track(struct gz_sig_builder *b, struct gz_span word, struct threshold *t)
{
	if (threshold_track_find(word, &t->track))
		return NULL;
	return gz_sig_error_at(
			b, word.p, "expected track by_src, by_dst, by_both, by_rule or by_flow");
}

static const char *
read_number(struct gz_sig_builder *b, struct gz_span word, uint32_t *number)
{
	uint64_t v;

	if (!text_u64(word, UINT32_MAX, &v) || v == 0)
		return gz_sig_error_at(b, word.p, "expected a number above 0");
	*number = (uint32_t)v;
	return NULL;
}

static const char *
read_unique(struct gz_sig_builder *b, struct gz_span word, struct threshold *t)
{
	const struct gz_sig *s = gz_sig_of(b);
	uint32_t i;

	for (i = 0; i < s->nb_l4; i++) {
		if (s->l4[i] != IPPROTO_TCP && s->l4[i] != IPPROTO_UDP && s->l4[i] != IPPROTO_SCTP)
			break;
	}
	if (i == 0 || i < s->nb_l4)
		return gz_sig_error_at(b, word.p,
				"unique_on is for rules of protocols with ports: tcp, udp, sctp");
	if (text_is(word, "src_port"))
		t->unique = UNIQUE_SRC_PORT;
	else if (text_is(word, "dst_port"))
		t->unique = UNIQUE_DST_PORT;
	else
		return gz_sig_error_at(b, word.p, "expected unique_on src_port or dst_port");
	return NULL;
}

static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct threshold *t, uint32_t *said)
{
	struct gz_span name, word = part;
	const char *wrong;
	uint32_t what;

	text_cut(&word, ' ', &name);
	word = gz_span_trim(word);
	if (text_is(name, "type") && t->type != THRESHOLD_FILTER) {
		what = SAID_TYPE;
		wrong = read_type(b, word, t);
	} else if (text_is(name, "track")) {
		what = SAID_TRACK;
		wrong = read_track(b, word, t);
	} else if (text_is(name, "count")) {
		what = SAID_COUNT;
		wrong = read_number(b, word, &t->count);
	} else if (text_is(name, "seconds")) {
		what = SAID_SECONDS;
		wrong = read_number(b, word, &t->seconds);
	} else if (text_is(name, "multiplier")) {
		what = SAID_MULTIPLIER;
		wrong = read_number(b, word, &t->multiplier);
	} else if (text_is(name, "unique_on") && t->type == THRESHOLD_FILTER) {
		what = SAID_UNIQUE;
		wrong = read_unique(b, word, t);
	} else {
		return gz_sig_error_at(b, part.p, "unknown part \"%.*s\"", (int)name.len,
				(const char *)name.p);
	}
	if (wrong == NULL && (*said & what))
		wrong = gz_sig_error_at(b, part.p, "%.*s is said twice", (int)name.len,
				(const char *)name.p);
	*said |= what;
	return wrong;
}

static const char *
missing(const struct threshold *t, uint32_t said)
{
	bool backoff = t->type == THRESHOLD_BACKOFF;

	if (t->type != THRESHOLD_FILTER && !(said & SAID_TYPE))
		return "the type is missing";
	if (!(said & SAID_TRACK))
		return "track is missing";
	if (!(said & SAID_COUNT))
		return "count is missing";
	if (!backoff && !(said & SAID_SECONDS))
		return "seconds is missing";
	if (backoff != ((said & SAID_MULTIPLIER) != 0))
		return "a multiplier goes with type backoff, and with no other";
	if (backoff && t->track != TRACK_BY_FLOW)
		return "type backoff tracks by_flow";
	return NULL;
}

const char *
threshold_read(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		bool filter)
{
	struct threshold *t, read = { .type = filter ? THRESHOLD_FILTER : THRESHOLD_LIMIT };
	struct gz_span rest = gz_span_str(value), part;
	const char *wrong = NULL;
	uint32_t said = 0;

	if (threshold_is_second(b))
		return "a rule has one threshold or detection_filter";
	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &read, &said);
	if (wrong == NULL)
		wrong = missing(&read, said);
	if (wrong != NULL)
		return wrong;
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, kw, t, 0)->flags |= GZ_MATCH_JUDGES;
	if (t->track == TRACK_BY_FLOW)
		gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}

bool
threshold_is_second(const struct gz_sig_builder *b)
{
	const struct gz_rule_option *o;

	for (o = b->rule->options; o < b->option; o++) {
		if (text_is(gz_span_str(o->name), "threshold") ||
				text_is(gz_span_str(o->name), "detection_filter"))
			return true;
	}
	return false;
}

struct table_key
threshold_key(const struct threshold *t, const struct gz_eval *e)
{
	bool turned = gz_addr_compare(&e->pkt->src, &e->pkt->dst) > 0;
	struct table_key key = { .kind = (uint64_t)e->sig->gid << 32 | e->sig->sid };

	switch (t->track) {
	case TRACK_BY_SRC:
		key.a = e->pkt->src;
		break;
	case TRACK_BY_DST:
		key.b = e->pkt->dst;
		break;
	case TRACK_BY_BOTH: /* a pair: whichever way it goes */
		key.a = turned ? e->pkt->dst : e->pkt->src;
		key.b = turned ? e->pkt->src : e->pkt->dst;
		break;
	case TRACK_BY_RULE:
		break;
	case TRACK_BY_FLOW:
		key.what = e->flow == NULL ? 0 : e->flow->id + 1;
		break;
	}
	if (t->of_file)
		key.what |= FILE_KEY;
	return key;
}

/** Is the time that the record counts in over? Then a new one begins with this match. */
static bool
begins(struct table_record *r, const struct threshold *t, uint64_t now_us, bool is_new)
{
	bool over = now_us > r->time_us + (uint64_t)t->seconds * US;

	if (!is_new && (t->type == THRESHOLD_BACKOFF || !over))
		return false;
	*r = (struct table_record){ .time_us = now_us, .more = t->count };
	return true;
}

/** Has the port been counted in the time that @p r counts? If not, now it has. */
static bool
is_counted(const struct threshold *t, struct gz_eval *e, struct table_key key,
		const struct table_record *r)
{
	uint64_t begun = r->time_us;
	struct table_record *port;
	bool is_new;

	key.what = UNIQUE_KEY | (t->unique == UNIQUE_SRC_PORT ? e->pkt->sport : e->pkt->dport);
	port = table_get(e->ctx->counts, &key, &is_new);
	if (port == NULL || (!is_new && port->time_us == begun))
		return true;
	port->time_us = begun;
	return false;
}

enum gz_answer
threshold_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct threshold *t = m->arg;
	struct table_key key = threshold_key(t, e);
	struct table_record *r;
	bool is_new;

	r = table_get(e->ctx->counts, &key, &is_new);
	if (r == NULL)
		return t->type == THRESHOLD_LIMIT ? GZ_YES : GZ_NO;
	begins(r, t, e->now_us, is_new);
	if (r->count < UINT32_MAX && (t->unique == UNIQUE_NOT || !is_counted(t, e, key, r)))
		r->count++;
	switch (t->type) {
	case THRESHOLD_LIMIT:
		return r->count <= t->count ? GZ_YES : GZ_QUIET;
	case THRESHOLD_THRESHOLD:
		if (r->count < t->count)
			return GZ_NO;
		r->count = 0;
		return GZ_YES;
	case THRESHOLD_BOTH:
		return r->count == t->count ? GZ_YES : r->count > t->count ? GZ_QUIET : GZ_NO;
	case THRESHOLD_FILTER:
		return r->count > t->count ? GZ_YES : GZ_NO;
	case THRESHOLD_BACKOFF:
		if (r->count != r->more)
			return GZ_QUIET;
		r->more = (uint32_t)RTE_MIN((uint64_t)r->more * t->multiplier, UINT32_MAX);
		return GZ_YES;
	}
	return GZ_NO;
}
