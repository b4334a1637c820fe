/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

/* Bytes that rules keep of the packet in hand, for rules behind them and for events. */

static struct pkt_var *
find(const struct gz_keyword_ctx *c, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < c->nb_pkt_vars; i++) {
		if (c->pkt_vars[i].name == name)
			return &c->pkt_vars[i];
	}
	return NULL;
}

struct gz_span
pkt_var_get(const struct gz_keyword_ctx *c, uint32_t name)
{
	const struct pkt_var *v = find(c, name);

	return v == NULL ? gz_span(NULL, 0) : gz_span(v->bytes, v->len);
}

bool
pkt_var_set(struct gz_keyword_ctx *c, uint32_t name, struct gz_span value)
{
	struct pkt_var *v = find(c, name);

	if (v == NULL) {
		if (c->nb_pkt_vars == PKT_VARS)
			return false;
		v = &c->pkt_vars[c->nb_pkt_vars++];
		v->name = name;
	}
	v->len = (uint16_t)RTE_MIN(value.len, (uint32_t)VAR_BYTES);
	if (v->len > 0)
		memcpy(v->bytes, value.p, v->len);
	return true;
}

bool
gz_keyword_has_packet_vars(const struct gz_keyword_ctx *c)
{
	return c->nb_pkt_vars > 0;
}

void
gz_keyword_forget_packet(struct gz_keyword_ctx *c)
{
	c->nb_pkt_vars = 0;
}
