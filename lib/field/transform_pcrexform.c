/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "gz_regex.h"
#include "gz_transform.h"

static const char *
pcrexform_parse(const char *text, void **arg)
{
	static __thread char error[160];
	struct gz_regex *r;
	uint32_t offset;

	r = gz_regex_compile(text, 0, error, sizeof(error), &offset);
	if (r == NULL)
		return error;
	if (gz_regex_groups(r) != 1) {
		gz_regex_destroy(r);
		return "expected an expression with one group";
	}
	*arg = r;
	return NULL;
}

static void
pcrexform_free(void *arg)
{
	gz_regex_destroy(arg);
}

static uint32_t
pcrexform_room(const void *arg, uint32_t len)
{
	return len;
}

/** What the group has; without a match, all as it was. */
static uint32_t
pcrexform_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	struct gz_span groups[GZ_REGEX_GROUPS + 1], s = in;

	if (gz_regex_match(arg, regex, in, 0, groups))
		s = groups[1];
	if (s.len > 0)
		memcpy(out, s.p, s.len);
	return s.len;
}

static struct gz_transform pcrexform = {
	.reg.name = "pcrexform",
	.help = "what the group of an expression finds is all that stays",
	.needs_arg = true,
	.parse = pcrexform_parse,
	.free = pcrexform_free,
	.room = pcrexform_room,
	.apply = pcrexform_apply,
};
GZ_TRANSFORM_REGISTER(pcrexform)
