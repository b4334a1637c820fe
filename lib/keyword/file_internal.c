/* SPDX-License-Identifier: BSD-3-Clause */
#include "file_internal.h"

#include <stdlib.h>

/* The rule's one match about files: the list of what it asks. */
struct file_tests {
	struct file_test *first;
};

static bool
has_all(const struct file_tests *tests, const struct gz_file *f)
{
	const struct file_test *t;

	for (t = tests->first; t != NULL; t = t->next) {
		if (!t->has(t, f))
			return false;
	}
	return true;
}

static enum gz_answer
file_tests_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct gz_file *f;

	if (e->tx == NULL)
		return GZ_NO;
	for (f = e->tx->files[e->dir]; f != NULL; f = f->next) {
		if (has_all(m->arg, f))
			return GZ_YES;
	}
	return GZ_NO;
}

static void
file_tests_free(void *arg)
{
	struct file_tests *tests = arg;
	struct file_test *t;

	while ((t = tests->first) != NULL) {
		tests->first = t->next;
		t->free(t);
	}
	free(tests);
}

/* Not a word of the rule language: what its words about files come to. */
static const struct gz_keyword file_tests = {
	.reg.name = "file tests",
	.scope = GZ_SCOPE_TX,
	.free = file_tests_free,
	.eval = file_tests_eval,
};

static struct file_tests *
tests_of(const struct gz_sig *s)
{
	const struct gz_match *m;

	for (m = s->tx; m != NULL; m = m->next) {
		if (m->kw == &file_tests)
			return m->arg;
	}
	return NULL;
}

void
file_test_add(struct gz_sig_builder *b, struct file_test *t)
{
	struct file_tests *tests = tests_of(gz_sig_of(b));

	if (tests == NULL) {
		tests = gz_sig_alloc(sizeof(*tests));
		gz_sig_add(b, &file_tests, tests, 0);
	}
	t->next = tests->first;
	tests->first = t;
}

/* What of @p buf is known of one file, by its number; NULL: nothing, or it may change. */
static bool (*getter_of(const struct gz_sig_buffer *buf))(
		struct gz_tx *, int, uint32_t, struct gz_value *)
{
	if (buf->field == NULL || buf->nb_transforms > 0 || buf->absent || buf->absent_or_else)
		return NULL;
	if (strcmp(buf->field->name, "file.name") == 0)
		return gz_file_get_name;
	return strcmp(buf->field->name, "file.magic") == 0 ? gz_file_get_magic : NULL;
}

static bool
has_value(struct gz_eval *e, const struct gz_sig_buffer *buf, uint32_t index)
{
	bool (*get)(struct gz_tx *, int, uint32_t, struct gz_value *) = getter_of(buf);
	struct gz_value v = { 0 };

	if (get == NULL)
		return true;
	if (!get(e->tx, e->dir, index, &v))
		return false;
	e->buf = gz_span(v.p, v.len);
	e->buf_offset = 0;
	e->buf_end = true;
	e->at = 0;
	e->resume = 0;
	return gz_eval_chain(e, buf->first);
}

bool
file_is_meant(struct gz_eval *e, struct gz_file *f, uint32_t index)
{
	const struct file_tests *tests = tests_of(e->sig);
	const struct gz_eval before = *e;
	const struct gz_sig_buffer *buf;
	bool yes = tests == NULL || has_all(tests, f);

	for (buf = e->sig->buffers; yes && buf != NULL; buf = buf->next)
		yes = has_value(e, buf, index);
	*e = before;
	return yes;
}
