/* SPDX-License-Identifier: BSD-3-Clause */
#include "bits_internal.h"

#include <string.h>

#include <rte_common.h>

static const char *const ops[] = {
	[BIT_SET] = "set",
	[BIT_UNSET] = "unset",
	[BIT_TOGGLE] = "toggle",
	[BIT_ISSET] = "isset",
	[BIT_ISNOTSET] = "isnotset",
	[BIT_NOALERT] = "noalert",
};

static bool
is_test(enum bit_op op)
{
	return op == BIT_ISSET || op == BIT_ISNOTSET;
}

static const char *
read_op(struct gz_sig_builder *b, struct gz_span word, enum bit_op *op)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(ops); i++) {
		if (text_is(word, ops[i])) {
			*op = (enum bit_op)i;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p,
			"unknown word \"%.*s\": expected set, unset, toggle, "
			"isset, isnotset or noalert",
			(int)word.len, (const char *)word.p);
}

static const char *
read_names(struct gz_sig_builder *b, struct gz_span list, const char *kind, struct bits *bits)
{
	struct gz_span name;
	uint8_t sep = '|';

	if (memchr(list.p, '&', list.len) != NULL) {
		sep = '&';
		bits->all = true;
	}
	while (text_cut(&list, sep, &name)) {
		if (name.len == 0 || memchr(name.p, ' ', name.len) != NULL)
			return gz_sig_error_at(b, name.p, "expected a name without blanks");
		if (bits->nb_names == BIT_NAMES)
			return gz_sig_error_at(b, name.p, "more than %d names", BIT_NAMES);
		bits->names[bits->nb_names] = gz_sig_name(b, kind, name);
		gz_sig_bit(b, bits->names[bits->nb_names++], !is_test(bits->op));
	}
	if (bits->nb_names == 0)
		return "the name is missing";
	if (bits->nb_names > 1 && !is_test(bits->op))
		return "several names go with isset and isnotset only";
	return NULL;
}

const char *
bits_read(struct gz_sig_builder *b, struct gz_span *rest, const char *kind, struct bits *bits)
{
	struct gz_span word = gz_span(rest->p, 0), list;
	const char *wrong;

	text_next(rest, &word);
	wrong = read_op(b, word, &bits->op);
	if (wrong != NULL)
		return wrong;
	if (bits->op == BIT_NOALERT) {
		gz_sig_of(b)->flags |= GZ_SIG_NOALERT;
		return rest->len == 0 ? NULL : "noalert takes no name";
	}
	if (!text_next(rest, &list))
		return "the name is missing";
	return read_names(b, list, kind, bits);
}

void
bits_add(struct gz_sig_builder *b, const struct bits *bits, const struct gz_keyword *test,
		const struct gz_keyword *change)
{
	struct bits *arg;

	if (bits->op == BIT_NOALERT)
		return;
	arg = gz_sig_alloc(sizeof(*arg));
	*arg = *bits;
	gz_sig_add(b, is_test(bits->op) ? test : change, arg, 0);
}

/* ---- bits of addresses and transactions ---- */

/** @return false: there is no transaction whose bits they could be. */
static bool
key_of(const struct bits *bits, uint32_t name, struct gz_eval *e, struct table_key *key)
{
	const struct gz_pkt *p = e->pkt;
	const struct gz_tx *tx = e->tx;
	bool swap;

	*key = (struct table_key){ .what = name, .kind = bits->track >= HOST_PAIR };
	switch (bits->track) {
	case HOST_SRC:
		key->a = p->src;
		break;
	case HOST_DST:
		key->a = p->dst;
		break;
	case HOST_TX: /* numbers where addresses would be: the kind keeps them apart */
		if (tx == NULL && e->flow != NULL && e->flow->app != NULL)
			tx = gz_app_current_tx(e->flow, e->dir);
		if (tx == NULL)
			return false;
		key->kind = HOST_TX;
		memcpy(&key->a, &e->flow->id, sizeof(e->flow->id));
		memcpy(&key->b, &tx->id, sizeof(tx->id));
		break;
	default: /* a pair has no direction */
		swap = gz_addr_compare(&p->src, &p->dst) > 0;
		key->a = swap ? p->dst : p->src;
		key->b = swap ? p->src : p->dst;
	}
	return true;
}

/** time_us of a record is when its bit ends. */
static bool
is_set(struct gz_eval *e, const struct table_key *key)
{
	struct table_record *r = table_find(e->ctx->hosts, key);

	if (r != NULL && r->time_us <= e->now_us) {
		table_drop(e->ctx->hosts, key);
		r = NULL;
	}
	return r != NULL;
}

enum gz_answer
host_bits_test(const struct gz_match *m, struct gz_eval *e)
{
	const struct bits *bits = m->arg;
	struct table_key key;
	uint32_t i;
	bool is;

	for (i = 0; i < bits->nb_names; i++) {
		if (!key_of(bits, bits->names[i], e, &key))
			return GZ_NO;
		is = is_set(e, &key) == (bits->op == BIT_ISSET);
		if (is != bits->all)
			return is ? GZ_YES : GZ_NO;
	}
	return bits->all ? GZ_YES : GZ_NO;
}

enum gz_answer
host_bits_change(const struct gz_match *m, struct gz_eval *e)
{
	const struct bits *bits = m->arg;
	struct table_record *r;
	struct table_key key;
	bool was, is_new;

	if (!key_of(bits, bits->names[0], e, &key))
		return GZ_YES;
	was = is_set(e, &key);
	if (bits->op == BIT_UNSET || (bits->op == BIT_TOGGLE && was)) {
		table_drop(e->ctx->hosts, &key);
		return GZ_YES;
	}
	r = table_get(e->ctx->hosts, &key, &is_new);
	if (r != NULL)
		r->time_us = e->now_us + bits->seconds * UINT64_C(1000000);
	return GZ_YES;
}
