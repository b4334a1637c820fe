/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

/*
 * After a match further packets are told (event `packet`): of the flow, or of an
 * address. What is left to tell is kept in the flow's variables, or in the table
 * of addresses. The packet that matched counts, but its alert tells of it.
 */

enum tag_metric {
	TAG_PACKETS,
	TAG_SECONDS,
	TAG_BYTES,
};

enum {
	TAG_PACKETS_MOST = 256, /* when the rule sets no bound */
	TAG_US = 1000000,

	/* variables of a flow: numbers that no name gets */
	TAG_VAR_METRIC = UINT32_MAX - 1,
	TAG_VAR_LEFT = UINT32_MAX - 2,
	TAG_VAR_UNTIL = UINT32_MAX - 3, /* second since 1970 */

	TAG_KIND = 2, /* of records in the table of addresses */
};

struct tag {
	bool host, dst;
	enum tag_metric metric;
	uint32_t count;
};

/** What is left: of packets or bytes, or until when. */
struct left {
	uint32_t metric, count, until;
};

/** Take this packet from what is left. @return it is to be told. */
static bool
take(struct left *l, const struct gz_pkt *p)
{
	uint32_t by = l->metric == TAG_BYTES ? p->len : 1;

	if (l->metric == TAG_SECONDS)
		return p->time_us / TAG_US <= l->until;
	if (l->count < by)
		return false;
	l->count -= by;
	return true;
}

static struct left
start(const struct tag *t, const struct gz_pkt *p)
{
	struct left l = { t->metric, t->count, 0 };

	if (t->metric == TAG_SECONDS)
		l.until = (uint32_t)(p->time_us / TAG_US) + t->count;
	else if (!take(&l, p))
		l.count = 0;
	return l;
}

static void
keep_in_flow(struct gz_keyword_ctx *c, struct gz_flow *f, const struct left *l)
{
	flow_var_set(c, f, TAG_VAR_METRIC, l->metric);
	flow_var_set(c, f, TAG_VAR_LEFT, l->count);
	flow_var_set(c, f, TAG_VAR_UNTIL, l->until);
}

static struct table_key
key_of(const struct gz_addr *a)
{
	return (struct table_key){ .a = *a, .kind = TAG_KIND };
}

static enum gz_answer
tag_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct tag *t = m->arg;
	struct left l = start(t, e->pkt);
	struct table_record *r;
	struct table_key key;
	bool is_new;

	e->tags = true;
	if (!t->host) {
		if (e->flow != NULL)
			keep_in_flow(e->ctx, e->flow, &l);
		return GZ_YES;
	}
	key = key_of(t->dst ? &e->pkt->dst : &e->pkt->src);
	r = table_get(e->ctx->hosts, &key, &is_new);
	if (r != NULL)
		*r = (struct table_record){ l.until, l.count, l.metric };
	return GZ_YES;
}

static bool
take_from_flow(struct gz_keyword_ctx *c, const struct gz_pkt *p)
{
	struct left l = { 0, 0, 0 };

	if (p->flow == NULL || !flow_var_get(p->flow, TAG_VAR_LEFT, &l.count))
		return false;
	flow_var_get(p->flow, TAG_VAR_METRIC, &l.metric);
	flow_var_get(p->flow, TAG_VAR_UNTIL, &l.until);
	if (take(&l, p)) {
		flow_var_set(c, p->flow, TAG_VAR_LEFT, l.count);
		return true;
	}
	flow_var_unset(p->flow, TAG_VAR_LEFT);
	return false;
}

static bool
take_from_host(struct gz_keyword_ctx *c, const struct gz_pkt *p, const struct gz_addr *a)
{
	struct table_key key = key_of(a);
	struct table_record *r = table_find(c->hosts, &key);
	struct left l;

	if (r == NULL)
		return false;
	l = (struct left){ r->more, r->count, (uint32_t)r->time_us };
	if (take(&l, p)) {
		r->count = l.count;
		return true;
	}
	table_drop(c->hosts, &key);
	return false;
}

bool
gz_keyword_tagged(struct gz_keyword_ctx *c, const struct gz_pkt *p)
{
	bool told = take_from_flow(c, p);

	if (table_count(c->hosts) == 0)
		return told;
	told |= take_from_host(c, p, &p->src);
	told |= take_from_host(c, p, &p->dst);
	return told;
}

static struct gz_keyword tag;

static const char *
read_metric(struct gz_sig_builder *b, struct gz_span word, enum tag_metric *metric)
{
	if (text_is(word, "packets"))
		*metric = TAG_PACKETS;
	else if (text_is(word, "seconds"))
		*metric = TAG_SECONDS;
	else if (text_is(word, "bytes"))
		*metric = TAG_BYTES;
	else
		return gz_sig_error_at(b, word.p, "expected packets, seconds or bytes");
	return NULL;
}

static const char *
read_bound(struct gz_sig_builder *b, struct gz_span *rest, struct tag *t)
{
	struct gz_span word;
	uint64_t v;

	if (!text_next(rest, &word))
		return NULL;
	if (!text_u64(word, UINT32_MAX, &v) || v == 0)
		return gz_sig_error_at(b, word.p, "expected a number above 0");
	t->count = (uint32_t)v;
	if (!text_next(rest, &word))
		return gz_sig_error_at(b, word.p, "expected packets, seconds or bytes");
	return read_metric(b, word, &t->metric);
}

static const char *
tag_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word = gz_span(rest.p, 0), side;
	struct tag read = { .metric = TAG_PACKETS, .count = TAG_PACKETS_MOST }, *t;
	const char *wrong;

	text_next(&rest, &word);
	read.host = text_is(word, "host");
	if (!read.host && !text_is(word, "session"))
		return gz_sig_error_at(b, word.p, "expected session or host");
	wrong = read_bound(b, &rest, &read);
	if (wrong != NULL)
		return wrong;
	if (text_next(&rest, &side)) {
		read.dst = text_is(side, "dst");
		if (!read.host || (!read.dst && !text_is(side, "src")))
			return gz_sig_error_at(b, side.p, "expected src or dst, of a host only");
	} else if (read.host) {
		return "whose host it is is missing: src or dst";
	}
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, &tag, t, 0);
	return NULL;
}

static struct gz_keyword tag = {
	.reg.name = "tag",
	.help = "after a match further packets are told",
	.usage = "tag:session|host[,<n>,packets|seconds|bytes][,src|dst]",
	.scope = GZ_SCOPE_POST,
	.needs_value = true,
	.parse = tag_parse,
	.free = free,
	.eval = tag_eval,
};
GZ_KEYWORD_REGISTER(tag)
