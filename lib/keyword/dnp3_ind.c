/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_dnp3.h"

#include "keyword_internal.h"

static enum gz_answer
dnp3_ind_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint16_t *bits = m->arg;
	uint16_t iin;

	return e->tx != NULL && gz_dnp3_indications(e->tx, &iin) && iin & *bits ? GZ_YES : GZ_NO;
}

static struct gz_keyword dnp3_ind;

static const char *
dnp3_ind_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word;
	uint16_t bits = 0, bit, *arg;
	const char *wrong;

	while (text_next(&rest, &word)) {
		bit = gz_dnp3_indication_find(word);
		if (bit == 0)
			return gz_sig_error_at(b, word.p,
					"expected internal indications: all_stations, "
					"class_1_events, need_time, device_restart, "
					"object_unknown ...");
		bits |= bit;
	}
	wrong = gz_sig_need_proto(b, "dnp3");
	if (wrong != NULL)
		return wrong;
	arg = gz_sig_alloc(sizeof(*arg));
	*arg = bits;
	gz_sig_add(b, &dnp3_ind, arg, 0);
	return NULL;
}

static struct gz_keyword dnp3_ind = {
	.reg.name = "dnp3_ind",
	.help = "one of these internal indications stands in a response of DNP3",
	.usage = "dnp3_ind:<name>[,...]",
	.scope = GZ_SCOPE_TX,
	.proto = "dnp3",
	.dirs = 1 << GZ_S2C,
	.needs_value = true,
	.parse = dnp3_ind_parse,
	.free = free,
	.eval = dnp3_ind_eval,
};
GZ_KEYWORD_REGISTER(dnp3_ind)
