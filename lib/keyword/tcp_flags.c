/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "number_internal.h"

enum tcp_flags_op {
	FLAGS_EXACTLY,
	FLAGS_AT_LEAST, /* + */
	FLAGS_ANY, /* * */
	FLAGS_NOT, /* ! */
};

struct tcp_flags {
	enum tcp_flags_op op;
	uint8_t flags, ignored;
};

static const struct {
	char letter;
	uint8_t flag;
} letters[] = {
	{ 'F', 0x01 },
	{ 'S', 0x02 },
	{ 'R', 0x04 },
	{ 'P', 0x08 },
	{ 'A', 0x10 },
	{ 'U', 0x20 },
	{ 'E', 0x40 },
	{ 'C', 0x80 },
	{ '2', 0x40 }, /* what ECE and CWR were called before RFC 3168 */
	{ '1', 0x80 },
	{ '0', 0 },
};

static bool
read_letter(char c, uint8_t *flags)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(letters); i++) {
		if ((c & ~0x20) == letters[i].letter || c == letters[i].letter) {
			*flags |= letters[i].flag;
			return true;
		}
	}
	return false;
}

static const char *
read_letters(struct gz_sig_builder *b, struct gz_span word, uint8_t *flags)
{
	uint32_t i;

	if (word.len == 0)
		return gz_sig_error_at(b, word.p, "expected letters of FSRPAUEC, or 0");
	for (i = 0; i < word.len; i++) {
		if (!read_letter((char)word.p[i], flags))
			return gz_sig_error_at(b, word.p + i,
					"unknown flag \"%c\": expected "
					"letters of FSRPAUEC, or 0",
					word.p[i]);
	}
	return NULL;
}

static enum tcp_flags_op
read_op(struct gz_span *word)
{
	static const char signs[] = "+*!";
	static const enum tcp_flags_op ops[] = { FLAGS_AT_LEAST, FLAGS_ANY, FLAGS_NOT };
	const char *at;

	if (word->len == 0)
		return FLAGS_EXACTLY;
	at = strchr(signs, word->p[0]);
	if (at != NULL && word->p[0] != 0) {
		*word = gz_span(word->p + 1, word->len - 1);
		return ops[at - signs];
	}
	at = strchr(signs, word->p[word->len - 1]);
	if (at == NULL || word->p[word->len - 1] == 0)
		return FLAGS_EXACTLY;
	word->len--;
	return ops[at - signs];
}

static enum gz_answer
tcp_flags_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct tcp_flags *t = m->arg;
	uint8_t has;

	if (!pkt_is(e, GZ_PKT_TCP))
		return GZ_NO;
	has = e->pkt->tcp_flags & (uint8_t)~t->ignored;
	switch (t->op) {
	case FLAGS_EXACTLY:
		return has == t->flags ? GZ_YES : GZ_NO;
	case FLAGS_AT_LEAST:
		return (has & t->flags) == t->flags ? GZ_YES : GZ_NO;
	case FLAGS_ANY:
		return (has & t->flags) != 0 ? GZ_YES : GZ_NO;
	case FLAGS_NOT:
		return (has & t->flags) != t->flags ? GZ_YES : GZ_NO;
	}
	return GZ_NO;
}

static struct gz_keyword tcp_flags;

static const char *
tcp_flags_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word = gz_span(rest.p, 0), ignored;
	struct tcp_flags read = { .op = FLAGS_EXACTLY }, *t;
	const char *wrong;

	text_next(&rest, &word);
	read.op = read_op(&word);
	wrong = read_letters(b, gz_span_trim(word), &read.flags);
	if (wrong == NULL && text_next(&rest, &ignored))
		wrong = read_letters(b, ignored, &read.ignored);
	if (wrong != NULL)
		return wrong;
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, &tcp_flags, t, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword tcp_flags = {
	.reg.name = "tcp.flags",
	.alias = "flags",
	.help = "the flags of the TCP header",
	.usage = "tcp.flags:[+|*|!]<FSRPAUEC>[,<flags to ignore>]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_flags_parse,
	.free = free,
	.eval = tcp_flags_eval,
};
GZ_KEYWORD_REGISTER(tcp_flags)
