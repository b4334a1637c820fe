/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "pcre_internal.h"

/*
 * "/(a+)(b+)/, flow:first, pkt:second" and "(?P<flow_first>a+)". What a group took is copied when the
 * expression matches, since its buffer may be gone when the rest of the rule has, and becomes a variable
 * then.
 */

static enum gz_answer
capture_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct pcre_capture *c = m->arg;
	struct gz_span value;

	if (e->capturing != e->sig || (e->captured & 1 << c->index) == 0)
		return GZ_YES;
	value = gz_span(e->ctx->captures[c->index], e->capture_len[c->index]);
	if (c->of_packet)
		pkt_var_set(e->ctx, c->name, value);
	else if (e->flow != NULL)
		flow_text_set(e->ctx, e->flow, c->name, value);
	return GZ_YES;
}

static const struct gz_keyword capture_post = {
	.reg.name = "pcre",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = capture_eval,
};

void
pcre_keep(struct gz_eval *e, const struct pcre_capture *v, uint8_t n, const struct gz_span *groups)
{
	struct gz_span s;
	uint32_t i, at;

	if (e->capturing != e->sig) {
		e->capturing = e->sig;
		e->captured = 0;
	}
	for (i = 0; i < n; i++) {
		s = groups[v[i].group];
		at = v[i].index;
		e->captured &= (uint8_t) ~(1u << at);
		if (s.p == NULL)
			continue;
		e->captured |= (uint8_t)(1u << at);
		e->capture_len[at] = (uint16_t)RTE_MIN(s.len, (uint32_t)VAR_BYTES);
		memcpy(e->ctx->captures[at], s.p, e->capture_len[at]);
	}
}

static const char *
add(struct gz_sig_builder *b, struct gz_span name, bool of_packet, int group,
		struct pcre_capture *v, uint8_t *n)
{
	struct pcre_capture *arg;

	if (name.len == 0)
		return gz_sig_error_at(b, name.p, "the variable's name is missing");
	if (group > GZ_REGEX_GROUPS)
		return gz_sig_error_at(
				b, name.p, "only the first %d groups can be kept", GZ_REGEX_GROUPS);
	if (b->nb_captures == GZ_EVAL_CAPTURES)
		return gz_sig_error_at(b, name.p, "a rule keeps at most %d parts of matches",
				GZ_EVAL_CAPTURES);
	v[*n] = (struct pcre_capture){
		.group = (uint8_t)group,
		.index = (uint8_t)b->nb_captures++,
		.of_packet = of_packet,
		.name = gz_sig_name(b, of_packet ? "pktvar" : "flowvar", name),
	};
	arg = gz_sig_alloc(sizeof(*arg));
	*arg = v[(*n)++];
	gz_sig_bit(b, arg->name, true);
	gz_sig_add(b, &capture_post, arg, 0);
	gz_sig_of(b)->flags |= GZ_SIG_CAPTURES;
	return NULL;
}

/** "flow:a, pkt:b": the groups in their order. */
static const char *
read_names(struct gz_sig_builder *b, const struct gz_regex *regex, struct gz_span names,
		struct pcre_capture *v, uint8_t *n)
{
	struct gz_span rest = names, part;
	const char *wrong = NULL;
	bool of_packet;
	int group = 0;

	while (wrong == NULL && text_next(&rest, &part)) {
		of_packet = text_skip(&part, "pkt:");
		if (!of_packet && !text_skip(&part, "flow:"))
			return gz_sig_error_at(b, part.p, "expected flow:<name> or pkt:<name>");
		if (++group > (int)gz_regex_groups(regex))
			return gz_sig_error_at(
					b, part.p, "the expression has no such group: %d", group);
		wrong = add(b, part, of_packet, group, v, n);
	}
	return wrong;
}

/** One group's name, up to ">". */
static const char *
read_group(struct gz_sig_builder *b, const struct gz_regex *regex, struct gz_span name,
		struct pcre_capture *v, uint8_t *n)
{
	struct gz_span var = name;
	bool of_packet = text_skip(&var, "pkt_");
	char *text;
	int group;

	if (!of_packet && !text_skip(&var, "flow_"))
		return NULL;
	text = text_copy(name);
	group = gz_regex_group(regex, text);
	free(text);
	return group < 0 ? NULL : add(b, var, of_packet, group, v, n);
}

const char *
pcre_captures(struct gz_sig_builder *b, const struct gz_regex *regex, struct gz_span text,
		struct gz_span names, struct pcre_capture v[GZ_EVAL_CAPTURES], uint8_t *n)
{
	static const char start[] = "(?P<";
	const char *wrong = read_names(b, regex, names, v, n);
	struct gz_span rest = text;
	const uint8_t *at, *end;

	while (wrong == NULL && (at = memmem(rest.p, rest.len, start, strlen(start))) != NULL) {
		at += strlen(start);
		rest = gz_span(at, rest.len - (uint32_t)(at - rest.p));
		end = memchr(rest.p, '>', rest.len);
		if (end == NULL)
			break;
		wrong = read_group(b, regex, gz_span(at, (uint32_t)(end - at)), v, n);
	}
	return wrong;
}
