/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out_internal.h"

enum {
	OUT_MOST = 64 << 20, /* bytes */
	NUMBER_MOST = 400, /* bytes: DBL_MAX has 309 digits before the point */
};

struct gz_out *
gz_out_create(enum gz_out_face face)
{
	return face == GZ_OUT_JSON ? out_json_create() : out_text_create();
}

void
gz_out_destroy(struct gz_out *o)
{
	if (o != NULL)
		o->ops->destroy(o);
}

enum gz_out_face
gz_out_face(const struct gz_out *o)
{
	return o->face;
}

/** Is there room for @p more bytes? */
static bool
has_room(struct gz_out *o, size_t more)
{
	if (o->ops->size(o) + more > OUT_MOST)
		o->too_long = true;
	return !o->too_long;
}

void
gz_out_object(struct gz_out *o, const char *key)
{
	if (has_room(o, 0))
		o->ops->object(o, key);
}

void
gz_out_object_end(struct gz_out *o)
{
	if (has_room(o, 0))
		o->ops->object_end(o);
}

void
gz_out_table(struct gz_out *o, const char *key, ...)
{
	const char *column;
	va_list ap;

	if (!has_room(o, 0))
		return;
	o->ops->table(o, key);
	va_start(ap, key);
	while ((column = va_arg(ap, const char *)) != NULL)
		o->ops->column(o, column);
	va_end(ap);
}

void
gz_out_row(struct gz_out *o)
{
	if (has_room(o, 0))
		o->ops->row(o);
}

void
gz_out_table_end(struct gz_out *o)
{
	if (has_room(o, 0))
		o->ops->table_end(o);
}

static void
out_member(struct gz_out *o, const char *key, const char *value, enum out_kind kind)
{
	if (has_room(o, value == NULL ? 0 : strlen(value)))
		o->ops->member(o, key, value, kind);
}

void
gz_out_str(struct gz_out *o, const char *key, const char *value)
{
	out_member(o, key, value, OUT_STRING);
}

static char *
format(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	return s;
}

void
gz_out_fmt(struct gz_out *o, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	out_member(o, key, s, OUT_STRING);
	free(s);
}

void
gz_out_u64(struct gz_out *o, const char *key, uint64_t value)
{
	char s[NUMBER_MOST];

	snprintf(s, sizeof(s), "%" PRIu64, value);
	out_member(o, key, s, OUT_NUMBER);
}

void
gz_out_i64(struct gz_out *o, const char *key, int64_t value)
{
	char s[NUMBER_MOST];

	snprintf(s, sizeof(s), "%" PRId64, value);
	out_member(o, key, s, OUT_NUMBER);
}

void
gz_out_double(struct gz_out *o, const char *key, double value, int decimals)
{
	char s[NUMBER_MOST];

	if (value - value != 0) { /* neither infinity nor NaN is a number in JSON */
		out_member(o, key, NULL, OUT_STRING);
		return;
	}
	snprintf(s, sizeof(s), "%.*f", decimals, value);
	out_member(o, key, s, OUT_NUMBER);
}

void
gz_out_bool(struct gz_out *o, const char *key, bool value)
{
	out_member(o, key, value ? "true" : "false", OUT_BOOL);
}

void
gz_out_note(struct gz_out *o, const char *fmt, ...)
{
	va_list ap;
	char *s;

	if (o->face == GZ_OUT_JSON)
		return;
	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	gz_out_text(o, NULL, s);
	free(s);
}

void
gz_out_text(struct gz_out *o, const char *key, const char *text)
{
	if (o->face == GZ_OUT_JSON)
		out_member(o, key, text, OUT_STRING);
	else if (has_room(o, strlen(text)))
		out_text_raw(o, text);
}

void
gz_out_error(struct gz_out *o, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	if (o->face == GZ_OUT_JSON)
		out_member(o, "error", s, OUT_STRING);
	else
		gz_out_note(o, "error: %s", s);
	free(s);
}

const char *
gz_out_finish(struct gz_out *o, size_t *len)
{
	static const char *const too_long[] = {
		[GZ_OUT_TEXT] = "error: more than 64 MiB to show\n",
		[GZ_OUT_JSON] = "{\"error\":\"more than 64 MiB to show\"}\n",
	};

	if (!o->too_long)
		return o->ops->finish(o, len);
	*len = strlen(too_long[o->face]);
	return too_long[o->face];
}
