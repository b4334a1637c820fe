/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "file_internal.h"

struct filesize {
	struct file_test test;
	struct number_test number;
};

/* Of a file whose end was not seen only the least size is known. */
static bool
has(const struct file_test *t, const struct gz_file *f)
{
	const struct number_test *number = &((const struct filesize *)t)->number;
	bool grows = number->op == NUMBER_MORE || number->op == NUMBER_MORE_EQUAL;

	return (f->state == GZ_FILE_CLOSED || grows) && number_test_has(number, f->size);
}

static void
filesize_free(struct file_test *t)
{
	free(t);
}

static const char *
filesize_parse(struct gz_sig_builder *b, const char *value)
{
	struct number_test number;
	struct filesize *s;

	if (!number_test_parse(text_unquoted(value), UINT64_MAX, &number))
		return "expected a size or a comparison: 100, >2MB, 10<>20";
	s = gz_sig_alloc(sizeof(*s));
	s->test = (struct file_test){ has, filesize_free, NULL };
	s->number = number;
	file_test_add(b, &s->test);
	gz_sig_of(b)->needs |= GZ_NEEDS_DIGESTS;
	return NULL;
}

static struct gz_keyword filesize = {
	.reg.name = "filesize",
	.help = "how long a file in transfer is",
	.usage = "filesize:[<|>|<=|>=|!]<number>[KB|MB|GB] or filesize:<number><><number>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filesize_parse,
};
GZ_KEYWORD_REGISTER(filesize)
