/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_internal.h"

/*
 * Protocols are asked in a fixed order: the one that is expected, those with a
 * port of the flow, the others, then for their guesses, each group by name. The
 * first that does not say NO decides; while it says MAYBE, nothing is decided. As answers only ever
 * turn from MAYBE to YES or NO, the outcome does not depend on how the bytes
 * were cut into segments.
 */

static bool
matches_at(const struct gz_proto_pattern *t, const uint8_t *p)
{
	if (t->nocase)
		return gz_span_equal_nocase(t->bytes, gz_span(p, t->bytes.len));
	return memcmp(t->bytes.p, p, t->bytes.len) == 0;
}

/** Could the pattern still match with more bytes, seen from @p at on? */
static bool
may_match_at(const struct gz_proto_pattern *t, struct gz_span s, uint32_t at)
{
	uint32_t n = at < s.len ? s.len - at : 0;

	if (n == 0)
		return true;
	if (t->nocase)
		return gz_span_equal_nocase(gz_span(t->bytes.p, n), gz_span(s.p + at, n));
	return memcmp(t->bytes.p, s.p + at, n) == 0;
}

static enum gz_probe
ask_pattern(const struct gz_proto_pattern *t, struct gz_span s)
{
	uint32_t last = t->depth > t->offset + t->bytes.len ? t->depth - t->bytes.len : t->offset;
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t at;

	for (at = t->offset; at <= last; at++) {
		if (at + t->bytes.len <= s.len) {
			if (matches_at(t, s.p + at))
				return GZ_PROBE_SURE;
		} else if (may_match_at(t, s, at)) {
			answer = GZ_PROBE_MAYBE;
		}
	}
	return answer;
}

static enum gz_probe
better(enum gz_probe a, enum gz_probe b)
{
	return RTE_MAX(a, b);
}

/** What of a protocol is asked. */
enum {
	PATTERNS = 1 << 0,
	PROBE = 1 << 1,
	GUESS = 1 << 2,
	ALL = PATTERNS | PROBE | GUESS,
};

static enum gz_probe
ask(const struct gz_proto *p, const struct proto_look *look, uint32_t what)
{
	enum gz_probe (*probe)(enum gz_dir dir, struct gz_span first) = p->probe;
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t i;

	if (look->datagram && p->probe_udp != NULL)
		probe = p->probe_udp;
	for (i = 0; what & PATTERNS && i < p->nb_patterns && answer != GZ_PROBE_SURE; i++) {
		if (p->patterns[i].dir == look->dir)
			answer = better(answer, ask_pattern(&p->patterns[i], look->first));
	}
	if (answer != GZ_PROBE_SURE && what & PROBE && probe != NULL)
		answer = better(answer, probe(look->dir, look->first));
	if (answer != GZ_PROBE_SURE && what & GUESS && p->guess != NULL)
		answer = better(answer, p->guess(look->dir, look->first));
	return answer == GZ_PROBE_MAYBE && look->final ? GZ_PROBE_NO : answer;
}

enum gz_probe
proto_ask(const struct gz_proto *p, const struct proto_look *look)
{
	return ask(p, look, ALL);
}

static bool
has_port_of(const struct gz_proto *p, const struct gz_flow *f)
{
	uint32_t i;

	for (i = 0; i < p->nb_ports; i++) {
		if (p->port_list[i] == f->port[GZ_C2S] || p->port_list[i] == f->port[GZ_S2C])
			return true;
	}
	return false;
}

static bool
is_off(const struct gz_proto_ctx *c, const struct gz_proto *p)
{
	return (c->off >> p->reg.id & 1) != 0;
}

static bool
is_possible(const struct gz_proto_ctx *c, const struct gz_proto *p, const struct gz_flow *f)
{
	uint8_t l4 = f->proto == IPPROTO_UDP ? GZ_L4_UDP : GZ_L4_TCP;

	return (p->l4 & l4) != 0 && !is_off(c, p);
}

static void
list(struct proto_asked *a, enum proto_group group, const struct gz_proto *p)
{
	a->v[group][a->n[group]++] = p;
}

static void
enlist(struct proto_asked *a, const struct gz_proto *p)
{
	uint32_t i;

	for (i = 0; i < p->nb_ports; i++)
		a->ports[p->port_list[i] / 64] |= UINT64_C(1) << p->port_list[i] % 64;
	if (p->nb_ports > 0)
		list(a, PROTO_ON_PORT, p);
	if (p->nb_patterns > 0 || p->probe_anywhere)
		list(a, PROTO_ANYWHERE, p);
	if (p->guess != NULL)
		list(a, PROTO_GUESSES, p);
}

void
proto_detect_init(struct gz_proto_ctx *c)
{
	uint32_t i;

	for (i = 0; i < gz_protos.count; i++) {
		const struct gz_proto *p = (const struct gz_proto *)gz_protos.by_name[i];

		if (is_off(c, p))
			continue;
		if (p->l4 & GZ_L4_TCP)
			enlist(&c->asked[0], p);
		if (p->l4 & GZ_L4_UDP)
			enlist(&c->asked[1], p);
	}
}

static const struct proto_asked *
asked_of(const struct gz_proto_ctx *c, const struct gz_flow *f)
{
	return &c->asked[f->proto == IPPROTO_UDP];
}

static bool
is_port(const struct proto_asked *a, uint16_t port)
{
	return (a->ports[port / 64] >> port % 64 & 1) != 0;
}

bool
proto_has_ports_for(const struct gz_proto_ctx *c, const struct gz_flow *f)
{
	const struct proto_asked *a = asked_of(c, f);

	return is_port(a, f->port[GZ_C2S]) || is_port(a, f->port[GZ_S2C]);
}

static uint32_t
what_of(const struct gz_proto *p, enum proto_group group)
{
	if (group == PROTO_ON_PORT)
		return ALL;
	if (group == PROTO_GUESSES)
		return GUESS;
	return p->probe_anywhere ? PATTERNS | PROBE : PATTERNS;
}

/** @return NULL: all said NO. */
static const struct gz_proto *
ask_group(const struct proto_look *look, enum proto_group group, enum gz_probe *answer)
{
	const struct proto_asked *a = asked_of(look->ctx, look->flow);
	bool on_port = proto_has_ports_for(look->ctx, look->flow);
	uint32_t i;

	if (!on_port && group == PROTO_ON_PORT)
		return NULL;
	for (i = 0; i < a->n[group]; i++) {
		const struct gz_proto *p = a->v[group][i];

		if (on_port && has_port_of(p, look->flow) != (group == PROTO_ON_PORT))
			continue;
		*answer = ask(p, look, what_of(p, group));
		if (*answer != GZ_PROBE_NO)
			return p;
	}
	return NULL;
}

enum gz_app_detect
proto_detect(const struct proto_look *look, const struct gz_proto **found)
{
	enum gz_probe answer = GZ_PROBE_NO;
	const struct gz_proto *p = look->expected;

	if (p != NULL && is_possible(look->ctx, p, look->flow))
		answer = ask(p, look, ALL);
	if (answer == GZ_PROBE_NO)
		p = ask_group(look, PROTO_ON_PORT, &answer);
	if (answer == GZ_PROBE_NO)
		p = ask_group(look, PROTO_ANYWHERE, &answer);
	if (answer == GZ_PROBE_NO)
		p = ask_group(look, PROTO_GUESSES, &answer);
	if (answer == GZ_PROBE_NO)
		return GZ_APP_FAILED;
	if (answer == GZ_PROBE_MAYBE)
		return GZ_APP_LOOKING;
	*found = p;
	return GZ_APP_FOUND;
}
