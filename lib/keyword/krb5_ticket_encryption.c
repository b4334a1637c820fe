/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "gz_krb5.h"

#include "keyword_internal.h"

enum {
	ETYPES_MOST = 32,
};

struct krb5_etypes {
	bool negated, weak; /* all that are weak, besides those listed */
	uint32_t n;
	int32_t v[ETYPES_MOST];
};

static bool
is_listed(const struct krb5_etypes *a, int32_t etype)
{
	uint32_t i;

	for (i = 0; i < a->n && a->v[i] != etype; i++)
		;
	return i < a->n || (a->weak && gz_krb5_etype_is_weak(etype));
}

static enum gz_answer
krb5_ticket_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct krb5_etypes *a = m->arg;
	int32_t etype;

	if (e->tx == NULL || !gz_krb5_ticket(e->tx, &etype))
		return GZ_NO;
	return is_listed(a, etype) != a->negated ? GZ_YES : GZ_NO;
}

/** The next word: commas and blanks part them. */
static bool
next_word(struct gz_span *rest, struct gz_span *word)
{
	struct gz_span s = *rest;
	uint32_t n = 0;

	while (s.len > 0 && strchr(", \t", s.p[0]) != NULL)
		s = gz_span(s.p + 1, s.len - 1);
	while (n < s.len && strchr(", \t", s.p[n]) == NULL)
		n++;
	*word = gz_span(s.p, n);
	*rest = gz_span(s.p + n, s.len - n);
	return n > 0;
}

static const char *
read_word(struct gz_sig_builder *b, struct gz_span word, struct krb5_etypes *a)
{
	int64_t v;

	if (text_is(word, "weak")) {
		a->weak = true;
		return NULL;
	}
	if (!text_i64(word, INT32_MIN, INT32_MAX, &v) && (v = gz_krb5_etype_find(word)) < 0)
		return gz_sig_error_at(b, word.p,
				"expected weak, or names or numbers of encryptions: rc4-hmac,23");
	if (a->n == ETYPES_MOST)
		return gz_sig_error_at(b, word.p, "expected at most %d encryptions", ETYPES_MOST);
	a->v[a->n++] = (int32_t)v;
	return NULL;
}

static struct gz_keyword krb5_ticket;

static const char *
krb5_ticket_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word;
	struct krb5_etypes read = { 0 }, *a;
	const char *wrong;

	read.negated = text_skip(&rest, "!");
	while (next_word(&rest, &word)) {
		wrong = read_word(b, word, &read);
		if (wrong != NULL)
			return wrong;
	}
	if (read.n == 0 && !read.weak)
		return gz_sig_error_at(b, rest.p, "expected weak, or a list of encryptions");
	wrong = gz_sig_need_proto(b, "krb5");
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &krb5_ticket, a, 0);
	return NULL;
}

static struct gz_keyword krb5_ticket = {
	.reg.name = "krb5.ticket_encryption",
	.help = "how the ticket that a Kerberos server gives is encrypted",
	.usage = "krb5.ticket_encryption:[!]weak | [!]<name or number>[,<name or number>...]",
	.scope = GZ_SCOPE_TX,
	.proto = "krb5",
	.dirs = 1 << GZ_S2C,
	.needs_value = true,
	.parse = krb5_ticket_parse,
	.free = free,
	.eval = krb5_ticket_eval,
};
GZ_KEYWORD_REGISTER(krb5_ticket)
