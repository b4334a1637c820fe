/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "gz_dcerpc.h"

#include "keyword_internal.h"

enum {
	OPNUM_RANGES = 64, /* in one rule */
};

struct dcerpc_opnum {
	uint32_t nb;
	struct {
		uint16_t first, last; /* both included */
	} ranges[OPNUM_RANGES];
	bool compares;
	struct number_test test; /* instead of ranges */
};

static bool
has(const struct dcerpc_opnum *o, uint16_t opnum)
{
	uint32_t i;

	if (o->compares)
		return number_test_has(&o->test, opnum);
	for (i = 0; i < o->nb; i++) {
		if (opnum >= o->ranges[i].first && opnum <= o->ranges[i].last)
			return true;
	}
	return false;
}

static enum gz_answer
dcerpc_opnum_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct gz_dcerpc_call c;

	if (e->tx == NULL || !gz_dcerpc_call_of(e->tx, &c))
		return GZ_NO;
	return has(m->arg, c.opnum) ? GZ_YES : GZ_NO;
}

/** "12" or "12-24" */
static const char *
read_range(struct gz_sig_builder *b, struct gz_span word, struct dcerpc_opnum *o)
{
	struct gz_span first = gz_span(word.p, 0), last = word;
	uint64_t low, high;

	if (!text_cut(&last, '-', &first) || !text_u64(first, UINT16_MAX, &low))
		return gz_sig_error_at(b, word.p, "expected numbers: 15, or 12,24,61-63");
	high = low;
	last = gz_span_trim(last);
	if (last.len > 0 && (!text_u64(last, UINT16_MAX, &high) || high < low))
		return gz_sig_error_at(b, word.p, "expected a range from low to high: 61-63");
	if (o->nb == OPNUM_RANGES)
		return gz_sig_error_at(
				b, word.p, "more than %u numbers", (unsigned int)OPNUM_RANGES);
	o->ranges[o->nb].first = (uint16_t)low;
	o->ranges[o->nb++].last = (uint16_t)high;
	return NULL;
}

static struct gz_keyword dcerpc_opnum;

static const char *
dcerpc_opnum_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word;
	struct dcerpc_opnum read = { .nb = 0 }, *o;
	const char *wrong = NULL;

	if (rest.len > 0 && strchr("<>=!", rest.p[0]) != NULL) {
		read.compares = true;
		if (!number_test_parse(rest, UINT16_MAX, &read.test))
			wrong = "expected a number after <, >, = or !";
	}
	while (!read.compares && wrong == NULL && text_next(&rest, &word))
		wrong = read_range(b, word, &read);
	if (wrong == NULL)
		wrong = builder_need_kin(b, "dcerpc");
	if (wrong != NULL)
		return wrong;
	o = gz_sig_alloc(sizeof(*o));
	*o = read;
	gz_sig_add(b, &dcerpc_opnum, o, 0);
	return NULL;
}

static struct gz_keyword dcerpc_opnum = {
	.reg.name = "dcerpc.opnum",
	.alias = "dce_opnum",
	.help = "number of the operation that is called in its interface",
	.usage = "dcerpc.opnum:<number>[-<number>][,...]",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = dcerpc_opnum_parse,
	.free = free,
	.eval = dcerpc_opnum_eval,
};
GZ_KEYWORD_REGISTER(dcerpc_opnum)
