/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "pcre_internal.h"

struct pcre {
	struct gz_regex *regex;
	bool negated, relative;
	uint8_t nb_captures;
	struct pcre_capture capture[GZ_EVAL_CAPTURES];
};

/* Flags of Perl's, and what they are to gz_regex_compile(). */
static const struct {
	char letter;
	uint32_t flag;
} options[] = {
	{ 'i', GZ_REGEX_NOCASE },
	{ 's', GZ_REGEX_DOTALL },
	{ 'm', GZ_REGEX_MULTILINE },
	{ 'x', GZ_REGEX_EXTENDED },
	{ 'A', GZ_REGEX_ANCHORED },
	{ 'E', GZ_REGEX_DOLLAR_END },
	{ 'G', GZ_REGEX_UNGREEDY },
};

/* Flags that name a buffer, as the content modifiers do. */
static const struct {
	char letter;
	const char *modifier;
} buffers[] = {
	{ 'U', "http_uri" },
	{ 'I', "http_raw_uri" },
	{ 'P', "http_client_body" },
	{ 'Q', "http_server_body" },
	{ 'H', "http_header" },
	{ 'D', "http_raw_header" },
	{ 'M', "http_method" },
	{ 'C', "http_cookie" },
	{ 'S', "http_stat_code" },
	{ 'Y', "http_stat_msg" },
	{ 'V', "http_user_agent" },
	{ 'W', "http_host" },
	{ 'Z', "http_raw_host" },
};

struct pcre_text {
	struct gz_span regex, letters;
	struct gz_span names; /* of variables, behind the letters */
	uint32_t flags; /* GZ_REGEX_* */
	bool relative;
	const char *modifier; /* NULL: the current buffer */
};

/** "/regex/letters" */
static const char *
split(struct gz_sig_builder *b, struct gz_span inside, struct pcre_text *t)
{
	const uint8_t *end, *comma;

	if (inside.len < 2 || inside.p[0] != '/')
		return gz_sig_error_at(b, inside.p, "expected /expression/ and flags");
	end = memrchr(inside.p, '/', inside.len);
	if (end == inside.p)
		return gz_sig_error_at(b, inside.p, "the expression does not end with a slash");
	t->regex = gz_span(inside.p + 1, (uint32_t)(end - inside.p) - 1);
	t->letters = gz_span(end + 1, inside.len - t->regex.len - 2);
	comma = t->letters.len == 0 ? NULL : memchr(t->letters.p, ',', t->letters.len);
	if (comma != NULL) {
		t->names = gz_span(
				comma + 1, t->letters.len - (uint32_t)(comma + 1 - t->letters.p));
		t->letters.len = (uint32_t)(comma - t->letters.p);
	}
	return NULL;
}

static const char *
read_letter(struct gz_sig_builder *b, const uint8_t *at, struct pcre_text *t)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(options); i++) {
		if (*at == options[i].letter) {
			t->flags |= options[i].flag;
			return NULL;
		}
	}
	for (i = 0; i < RTE_DIM(buffers); i++) {
		if (*at != buffers[i].letter)
			continue;
		if (t->modifier != NULL)
			return gz_sig_error_at(b, at, "two flags that name a buffer");
		t->modifier = buffers[i].modifier;
		return NULL;
	}
	if (*at == 'R')
		t->relative = true;
	else if (*at != 'B' && *at != 'O') /* raw bytes, and no limits of one's own: as ever */
		return gz_sig_error_at(b, at, "unknown flag \"%c\"", *at);
	return NULL;
}

/** Rules say Q, the body of a response, within file.data, which has it. */
static bool
is_file_data(const struct gz_sig_buffer *buf, const struct pcre_text *t)
{
	return buf->field != NULL && buf->field == gz_field_find("file.data") &&
			strcmp(t->modifier, "http_server_body") == 0;
}

/** The buffer that a flag named. */
static const char *
choose_buffer(struct gz_sig_builder *b, const struct pcre_text *t, struct gz_sig_buffer **buf)
{
	const struct gz_field *field;

	*buf = gz_sig_current_buffer(b);
	if (t->modifier == NULL)
		return NULL;
	field = gz_field_find_modifier(t->modifier);
	if (field == NULL)
		return "protocol not supported yet: http";
	if ((*buf)->field == field || is_file_data(*buf, t))
		return NULL;
	if ((*buf)->field != NULL || builder_is_decoded(b, *buf))
		return "a flag names another buffer than the sticky one";
	*buf = gz_sig_buffer_of(b, field);
	return NULL;
}

static const char *
compile(struct gz_sig_builder *b, const struct pcre_text *t, struct gz_regex **regex)
{
	char error[160], *text = text_copy(t->regex);
	uint32_t offset = 0;

	*regex = gz_regex_compile(text, t->flags, error, sizeof(error), &offset);
	free(text);
	if (*regex != NULL)
		return NULL;
	return gz_sig_error_at(b, t->regex.p + RTE_MIN(offset, t->regex.len), "%s", error);
}

static struct gz_keyword pcre;

static void
pcre_free(void *arg)
{
	struct pcre *p = arg;

	gz_regex_destroy(p->regex);
	free(p);
}

static const char *
pcre_add(struct gz_sig_builder *b, const struct pcre_text *t, bool negated)
{
	struct gz_sig_buffer *buf, *was;
	struct gz_regex *regex;
	const char *wrong;
	struct pcre *p;

	wrong = choose_buffer(b, t, &buf);
	if (wrong == NULL)
		wrong = compile(b, t, &regex);
	if (wrong != NULL)
		return wrong;
	p = gz_sig_alloc(sizeof(*p));
	*p = (struct pcre){ regex, negated, t->relative, .nb_captures = 0 };
	/* what does not match leaves nothing to keep */
	if (!negated)
		wrong = pcre_captures(b, regex, t->regex, t->names, p->capture, &p->nb_captures);
	if (wrong != NULL) {
		pcre_free(p);
		return wrong;
	}
	was = b->current;
	gz_sig_use_buffer(b, buf);
	gz_sig_add(b, &pcre, p,
			(t->relative ? GZ_MATCH_RELATIVE : 0) |
					(negated ? GZ_MATCH_NEGATED
						 : GZ_MATCH_MOVES | GZ_MATCH_AGAIN));
	gz_sig_use_buffer(b, was);
	return NULL;
}

static const char *
pcre_parse(struct gz_sig_builder *b, const char *value)
{
	struct pcre_text t = { .flags = 0 };
	struct gz_span inside;
	const char *wrong;
	bool negated;
	uint32_t i;

	inside = gz_span_trim(gz_span_str(value));
	negated = text_skip(&inside, "!");
	if (inside.len >= 2 && inside.p[0] == '"' && inside.p[inside.len - 1] == '"')
		inside = gz_span(inside.p + 1, inside.len - 2);
	wrong = split(b, inside, &t);
	for (i = 0; wrong == NULL && i < t.letters.len; i++)
		wrong = read_letter(b, t.letters.p + i, &t);
	return wrong == NULL ? pcre_add(b, &t, negated) : wrong;
}

static enum gz_answer
pcre_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct pcre *p = m->arg;
	struct gz_span groups[GZ_REGEX_GROUPS + 1], subject = e->buf;
	uint32_t base = p->relative ? e->at : 0, start = 0;
	bool found;

	subject = gz_span(e->buf.p + base, e->buf.len - base);
	if (e->resume > base)
		start = e->resume - base;
	found = start <= subject.len && gz_regex_match(p->regex, e->regex, subject, start, groups);
	if (p->negated)
		return found ? GZ_NO : GZ_YES;
	if (!found)
		return GZ_NO;
	if (p->nb_captures > 0)
		pcre_keep(e, p->capture, p->nb_captures, groups);
	e->at = (uint32_t)(groups[0].p - e->buf.p) + groups[0].len;
	e->resume = (uint32_t)(groups[0].p - e->buf.p) + 1;
	return GZ_YES;
}

static struct gz_keyword pcre = {
	.reg.name = "pcre",
	.help = "a Perl-compatible expression to look for; its groups, in their order, and those named (?P<flow_name>...) or (?P<pkt_name>...) become variables",
	.usage = "pcre:[!]\"/<expression>/[ismxAEGR][UIPQHDMCSYVWZ][,flow:<name>|pkt:<name>...]\"",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = pcre_parse,
	.free = pcre_free,
	.eval = pcre_eval,
};
GZ_KEYWORD_REGISTER(pcre)
