/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "number_internal.h"

enum {
	IP_HEADER = 20,
	OPTION_END = 0,
	OPTION_NOP = 1,
	ANY_OPTION = 256,
};

static const struct {
	const char *name;
	uint16_t option;
} names[] = {
	{ "any", ANY_OPTION },
	{ "eol", OPTION_END },
	{ "nop", OPTION_NOP },
	{ "rr", 7 },
	{ "qs", 25 },
	{ "ts", 68 },
	{ "sec", 130 },
	{ "lsrr", 131 },
	{ "esec", 133 },
	{ "cipso", 134 },
	{ "satid", 136 },
	{ "ssrr", 137 },
	{ "rtralt", 148 },
};

static bool
has_option(const struct gz_pkt *p, uint16_t option)
{
	const uint8_t *ip = gz_pkt_l3(p), *at = ip + IP_HEADER, *end = ip + (ip[0] & 15) * 4;

	if (option == ANY_OPTION)
		return at < end;
	while (at < end) {
		if (*at == option)
			return true;
		if (*at == OPTION_END)
			return false;
		if (*at == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 1 >= end || at[1] < 2)
			return false;
		at += at[1];
	}
	return false;
}

static enum gz_answer
ipopts_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint16_t *option = m->arg;

	return pkt_is_ip(e, GZ_PKT_IPV4) && has_option(e->pkt, *option) ? GZ_YES : GZ_NO;
}

static struct gz_keyword ipopts;

static const char *
ipopts_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span name = text_unquoted(value);
	uint16_t *option;
	uint32_t i;

	for (i = 0; i < RTE_DIM(names) && !text_is(name, names[i].name); i++)
		;
	if (i == RTE_DIM(names))
		return "expected any, eol, nop, rr, qs, ts, sec, lsrr, esec, cipso, satid, ssrr or "
		       "rtralt";
	option = gz_sig_alloc(sizeof(*option));
	*option = names[i].option;
	gz_sig_add(b, &ipopts, option, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword ipopts = {
	.reg.name = "ipopts",
	.help = "the IPv4 header has that option",
	.usage = "ipopts:<option>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = ipopts_parse,
	.free = free,
	.eval = ipopts_eval,
};
GZ_KEYWORD_REGISTER(ipopts)
