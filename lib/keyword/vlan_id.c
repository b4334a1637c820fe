/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

enum {
	VLAN_MOST = 4095,
	LAYER_ANY = 100,
	LAYER_ALL,
};

struct vlan_id {
	struct number_test test;
	int layer; /* from the end when below 0; LAYER_* */
};

static enum gz_answer
vlan_id_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct vlan_id *v = m->arg;
	int layer = v->layer, n, i, yes = 0;

	if (e->pkt == NULL || e->pkt->nb_vlan == 0)
		return GZ_NO;
	n = e->pkt->nb_vlan;
	for (i = 0; i < n; i++) {
		if (number_test_has(&v->test, e->pkt->vlan[i]))
			yes |= 1 << i;
	}
	if (layer == LAYER_ANY)
		return yes != 0 ? GZ_YES : GZ_NO;
	if (layer == LAYER_ALL)
		return yes == (1 << n) - 1 ? GZ_YES : GZ_NO;
	if (layer < 0)
		layer += n;
	return layer >= 0 && layer < n && (yes >> layer & 1) ? GZ_YES : GZ_NO;
}

static struct gz_keyword vlan_id;

static const char *
read_layer(struct gz_sig_builder *b, struct gz_span rest, int *layer)
{
	struct gz_span word;
	int64_t number;

	*layer = LAYER_ANY;
	if (!text_next(&rest, &word) || text_is(word, "any"))
		return NULL;
	if (text_is(word, "all")) {
		*layer = LAYER_ALL;
		return NULL;
	}
	if (!text_i64(word, -GZ_PKT_VLANS, GZ_PKT_VLANS - 1, &number))
		return gz_sig_error_at(b, word.p, "expected any, all or a layer from %d to %d",
				-GZ_PKT_VLANS, GZ_PKT_VLANS - 1);
	*layer = (int)number;
	return NULL;
}

static const char *
vlan_id_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word = gz_span(rest.p, 0);
	struct vlan_id read, *v;
	const char *wrong;

	text_next(&rest, &word);
	if (!number_test_parse(word, VLAN_MOST, &read.test))
		return gz_sig_error_at(
				b, word.p, "expected a number up to %d or a comparison", VLAN_MOST);
	wrong = read_layer(b, rest, &read.layer);
	if (wrong != NULL)
		return wrong;
	v = gz_sig_alloc(sizeof(*v));
	*v = read;
	gz_sig_add(b, &vlan_id, v, 0);
	return NULL;
}

static struct gz_keyword vlan_id = {
	.reg.name = "vlan.id",
	.help = "the numbers in the VLAN tags of the frame, outermost first",
	.usage = "vlan.id:[<|>|<=|>=|!]<number>[,any|all|<layer>]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = vlan_id_parse,
	.free = free,
	.eval = vlan_id_eval,
};
GZ_KEYWORD_REGISTER(vlan_id)
