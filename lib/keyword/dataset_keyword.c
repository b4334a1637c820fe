/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "dataset_internal.h"

enum dataset_op {
	DATASET_SET,
	DATASET_UNSET,
	DATASET_ISSET,
	DATASET_ISNOTSET,
};

struct dataset_match {
	enum dataset_op op;
	struct dataset *set;
};

static const char *const ops[] = {
	[DATASET_SET] = "set",
	[DATASET_UNSET] = "unset",
	[DATASET_ISSET] = "isset",
	[DATASET_ISNOTSET] = "isnotset",
};

static enum gz_answer
dataset_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct dataset_match *d = m->arg;
	bool yes = false;

	if (!e->buf_end)
		return GZ_NO;
	switch (d->op) {
	case DATASET_SET: /* yes when it is new */
		yes = dataset_add(d->set, e->buf, 0);
		break;
	case DATASET_UNSET:
		yes = dataset_remove(d->set, e->buf);
		break;
	case DATASET_ISSET:
		yes = dataset_has(d->set, e->buf, NULL);
		break;
	case DATASET_ISNOTSET:
		yes = !dataset_has(d->set, e->buf, NULL);
		break;
	}
	return yes ? GZ_YES : GZ_NO;
}

static struct gz_keyword dataset;

static const char *
read_op(struct gz_sig_builder *b, struct gz_span word, enum dataset_op *op)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(ops); i++) {
		if (text_is(word, ops[i])) {
			*op = (enum dataset_op)i;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p, "expected set, unset, isset or isnotset");
}

static const char *
dataset_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = gz_span_str(value), word = gz_span(value, 0);
	struct dataset_match read, *d;
	struct dataset_words w = { .want.memcap = 0 };
	const char *wrong;

	if (gz_sig_current_buffer(b)->field == NULL)
		return "follows no sticky buffer";
	text_next(&rest, &word);
	wrong = read_op(b, word, &read.op);
	if (wrong == NULL && (!text_next(&rest, &w.want.name) || w.want.name.len == 0))
		wrong = "the name is missing";
	if (wrong == NULL)
		wrong = dataset_read_words(b, rest, &w);
	if (wrong == NULL)
		wrong = dataset_open(b, &w, &read.set);
	if (wrong != NULL)
		return wrong;
	d = gz_sig_alloc(sizeof(*d));
	*d = read;
	gz_sig_add(b, &dataset, d, 0);
	return NULL;
}

static void
dataset_free(void *arg)
{
	struct dataset_match *d = arg;

	dataset_put(d->set);
	free(d);
}

static struct gz_keyword dataset = {
	.reg.name = "dataset",
	.help = "the buffer is in a set of values, or is put there",
	.usage = "dataset:set|unset|isset|isnotset,<name>[,type string|md5|sha256|ip|ipv4]"
		 "[,load <file>][,save <file>][,state <file>][,memcap <size>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.needs_end = true,
	.parse = dataset_parse,
	.free = dataset_free,
	.eval = dataset_eval,
};
GZ_KEYWORD_REGISTER(dataset)
