/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
vlan_layers_eval(const struct gz_match *m, struct gz_eval *e)
{
	return e->pkt == NULL ? GZ_NO : number_answer(m, e->pkt->nb_vlan);
}

static struct gz_keyword vlan_layers;

static const char *
vlan_layers_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse_flow(b, &vlan_layers, value, GZ_PKT_VLANS);
}

static struct gz_keyword vlan_layers = {
	.reg.name = "vlan.layers",
	.help = "how many VLAN tags the frame has",
	.usage = "vlan.layers:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = vlan_layers_parse,
	.free = free,
	.eval = vlan_layers_eval,
};
GZ_KEYWORD_REGISTER(vlan_layers)
