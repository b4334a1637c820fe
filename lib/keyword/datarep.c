/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "dataset_internal.h"

struct datarep {
	struct dataset *set;
	struct number_test test;
};

static enum gz_answer
datarep_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct datarep *d = m->arg;
	uint32_t value;

	if (!e->buf_end || !dataset_has(d->set, e->buf, &value))
		return GZ_NO;
	return number_test_has(&d->test, value) ? GZ_YES : GZ_NO;
}

static struct gz_keyword datarep;

static bool
read_test(struct gz_span op, struct gz_span number, struct number_test *t)
{
	if (text_is(op, ">"))
		t->op = NUMBER_MORE;
	else if (text_is(op, "<"))
		t->op = NUMBER_LESS;
	else if (text_is(op, "=="))
		t->op = NUMBER_EQUAL;
	else
		return false;
	return text_u64(number, UINT16_MAX, &t->a);
}

static const char *
datarep_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = gz_span_str(value), op = rest, number = rest;
	struct dataset_words w = { .want.with_values = true };
	struct datarep read, *d;
	const char *wrong;

	if (gz_sig_current_buffer(b)->field == NULL)
		return "follows no sticky buffer";
	if (!text_next(&rest, &w.want.name) || w.want.name.len == 0)
		return "the name is missing";
	if (!text_next(&rest, &op) || !text_next(&rest, &number) ||
			!read_test(op, number, &read.test))
		return "expected >, < or ==, and a number up to 65535";
	wrong = dataset_read_words(b, rest, &w);
	if (wrong == NULL)
		wrong = dataset_open(b, &w, &read.set);
	if (wrong != NULL)
		return wrong;
	d = gz_sig_alloc(sizeof(*d));
	*d = read;
	gz_sig_add(b, &datarep, d, 0);
	return NULL;
}

static void
datarep_free(void *arg)
{
	struct datarep *d = arg;

	dataset_put(d->set);
	free(d);
}

static struct gz_keyword datarep = {
	.reg.name = "datarep",
	.help = "the buffer is in a list, with a reputation that compares",
	.usage = "datarep:<name>,>|<|==,<number>[,load <file>][,type string|md5|sha256|ip|ipv4]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.needs_end = true,
	.parse = datarep_parse,
	.free = datarep_free,
	.eval = datarep_eval,
};
GZ_KEYWORD_REGISTER(datarep)
