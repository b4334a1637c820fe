/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_ike.h"

#include "keyword_internal.h"

enum {
	VALUES_MOST = 64, /* of one response that are looked at */
};

struct ike_chosen {
	uint16_t attribute;
	struct number_test value;
};

static enum gz_answer
ike_chosen_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct ike_chosen *a = m->arg;
	uint32_t i, value;

	if (e->tx == NULL)
		return GZ_NO;
	for (i = 0; i < VALUES_MOST && gz_ike_chosen(e->tx, a->attribute, i, &value); i++) {
		if (number_test_has(&a->value, value))
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword ike_chosen;

/** "alg_enc=7": a name, a sign of comparison, a number. */
static const char *
ike_chosen_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span text = text_unquoted(value), name = text, number;
	struct ike_chosen read, *a;
	const char *wrong;
	int attribute;

	for (name.len = 0; name.len < text.len && strchr("=<>!", text.p[name.len]) == NULL;)
		name.len++;
	attribute = gz_ike_attribute_find(gz_span_trim(name));
	if (attribute < 0)
		return gz_sig_error_at(b, text.p,
				"expected an attribute and a value: alg_enc, alg_hash, alg_auth, "
				"alg_dh, alg_prf, sa_group_type, sa_life_type, sa_life_duration, "
				"sa_key_length or sa_field_size");
	read.attribute = (uint16_t)attribute;
	number = gz_span_trim(gz_span(text.p + name.len, text.len - name.len));
	if (number.len < 2 || !number_test_parse(number, UINT32_MAX, &read.value))
		return gz_sig_error_at(b, text.p, "expected a comparison: alg_enc=7");
	wrong = gz_sig_need_proto(b, "ike");
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &ike_chosen, a, 0);
	return NULL;
}

static struct gz_keyword ike_chosen = {
	.reg.name = "ike.chosen_sa_attribute",
	.help = "what the responder of IKE 1 has chosen",
	.usage = "ike.chosen_sa_attribute:<name>=<number>",
	.scope = GZ_SCOPE_TX,
	.proto = "ike",
	.dirs = 1 << GZ_S2C,
	.needs_value = true,
	.parse = ike_chosen_parse,
	.free = free,
	.eval = ike_chosen_eval,
};
GZ_KEYWORD_REGISTER(ike_chosen)
