/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "field_number.h"

/* Which messages of the handshake have been seen: the bits of the field tls.handshake. */

enum {
	STATE_KNOWN = 0x0f,
};

static const struct {
	const char *word;
	uint8_t bits;
} words[] = {
	{ "client_hello", 1 << 0 },
	{ "server_hello", 1 << 1 },
	{ "client_keyx", 1 << 2 },
	{ "server_keyx", 1 << 3 },
	{ "unknown", 1 << 4 },
};

struct ssl_state {
	const struct gz_field *field;
	uint8_t wanted, unwanted;
};

static enum gz_answer
ssl_state_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct ssl_state *s = m->arg;
	uint64_t seen;

	if (!field_number(s->field, e, &seen))
		return GZ_NO;
	if ((seen & STATE_KNOWN) == 0)
		seen = 1 << 4;
	if (seen & s->unwanted)
		return GZ_NO;
	return s->wanted == 0 || (seen & s->wanted) ? GZ_YES : GZ_NO;
}

static struct gz_keyword ssl_state;

static const char *
take_word(struct gz_sig_builder *b, struct gz_span word, struct ssl_state *s)
{
	bool not = text_skip(&word, "!");
	uint32_t i;

	word = gz_span_trim(word);
	for (i = 0; i < RTE_DIM(words); i++) {
		if (!text_is(word, words[i].word))
			continue;
		if (not )
			s->unwanted |= words[i].bits;
		else
			s->wanted |= words[i].bits;
		return NULL;
	}
	return gz_sig_error_at(b, word.p,
			"expected client_hello, server_hello, client_keyx, server_keyx or unknown, "
			"with | between several");
}

static const char *
ssl_state_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong = gz_sig_need_proto(b, "tls");
	struct gz_span rest = text_unquoted(value), word;
	struct ssl_state read = { .wanted = 0 }, *s;
	uint8_t sep = memchr(rest.p, '|', rest.len) != NULL ? '|' : ',';

	while (wrong == NULL && text_cut(&rest, sep, &word))
		wrong = take_word(b, word, &read);
	if (wrong != NULL)
		return wrong;
	read.field = gz_field_find("tls.handshake");
	s = gz_sig_alloc(sizeof(*s));
	*s = read;
	gz_sig_add(b, &ssl_state, s, 0);
	return NULL;
}

static struct gz_keyword ssl_state = {
	.reg.name = "ssl_state",
	.help = "how far the handshake has come",
	.usage = "ssl_state:[!]client_hello|server_hello|client_keyx|server_keyx|unknown",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = ssl_state_parse,
	.free = free,
	.eval = ssl_state_eval,
	.proto = "tls",
};
GZ_KEYWORD_REGISTER(ssl_state)
