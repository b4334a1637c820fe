/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "gz_transform.h"

struct subslice {
	int32_t offset, bytes;
	bool has_bytes, truncate;
};

static const char expected[] = "expected offset[,nbytes][,truncate]";

/** A number and what ends it, a comma or the text's end: *@p text goes behind. */
static bool
read_number(const char **text, int32_t *v)
{
	char *end;
	long n = strtol(*text, &end, 10);

	if (end == *text || n < INT32_MIN / 2 || n > INT32_MAX / 2)
		return false;
	end += strspn(end, " \t");
	if (*end != ',' && *end != '\0')
		return false;
	*v = (int32_t)n;
	*text = end;
	return true;
}

/** A comma and what follows it. */
static bool
next(const char **text)
{
	if (**text != ',')
		return false;
	*text += 1;
	*text += strspn(*text, " \t");
	return true;
}

static bool
is_truncate(const char *text)
{
	size_t len = strlen("truncate");

	return strncmp(text, "truncate", len) == 0 && text[len + strspn(text + len, " \t")] == '\0';
}

static const char *
subslice_parse(const char *text, void **arg)
{
	struct subslice read = { .offset = 0 }, *s;

	if (!read_number(&text, &read.offset))
		return expected;
	if (next(&text)) {
		read.truncate = is_truncate(text);
		read.has_bytes = !read.truncate;
		if (read.has_bytes && !read_number(&text, &read.bytes))
			return expected;
		if (read.has_bytes && next(&text)) {
			read.truncate = is_truncate(text);
			if (!read.truncate)
				return expected;
		}
	}
	s = malloc(sizeof(*s));
	if (s == NULL)
		return "no memory";
	*s = read;
	*arg = s;
	return NULL;
}

static uint32_t
subslice_room(const void *arg, uint32_t len)
{
	return len;
}

/** A place within 0 … @p len. @return false: it was not and must not be moved there. */
static bool
fit(int64_t *at, int64_t len, bool truncate)
{
	if (*at >= 0 && *at <= len)
		return true;
	*at = *at < 0 ? 0 : len;
	return truncate;
}

/** What does not fit leaves nothing, unless it may be cut. */
static uint32_t
subslice_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	const struct subslice *s = arg;
	int64_t from = s->offset < 0 ? (int64_t)in.len + s->offset : s->offset, to = in.len;

	if (!fit(&from, in.len, s->truncate))
		return 0;
	if (s->has_bytes)
		to = s->bytes < 0 ? to + s->bytes : from + s->bytes;
	if (!fit(&to, in.len, s->truncate) || to <= from)
		return 0;
	memcpy(out, in.p + from, (size_t)(to - from));
	return (uint32_t)(to - from);
}

static struct gz_transform subslice = {
	.reg.name = "subslice",
	.help = "a part stays: so many bytes from a place on, counted from the end when negative",
	.needs_arg = true,
	.parse = subslice_parse,
	.free = free,
	.room = subslice_room,
	.apply = subslice_apply,
};
GZ_TRANSFORM_REGISTER(subslice)
