/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_internal.h"

enum {
	NUMBER_MOST = 32, /* bytes of any number as text */
	FMT_MOST = 1024, /* bytes of a formatted value; longer ones are cut */
};

void
json_put(struct gz_json *j, const void *p, uint32_t len)
{
	if (j->full || j->size - j->len < len) {
		j->full = true;
		return;
	}
	if (len > 0)
		memcpy(j->buf + j->len, p, len);
	j->len += len;
}

void
json_key(struct gz_json *j, const char *key)
{
	if (j->comma)
		json_char(j, ',');
	j->comma = true;
	if (key == NULL)
		return;
	/* a name of ours: nothing in it to escape */
	json_char(j, '"');
	json_put(j, key, (uint32_t)strlen(key));
	json_put(j, "\":", 2);
}

void
gz_json_object(struct gz_json *j, const char *key)
{
	json_key(j, key);
	json_char(j, '{');
	j->comma = false;
}

void
gz_json_object_end(struct gz_json *j)
{
	json_char(j, '}');
	j->comma = true;
}

void
gz_json_array(struct gz_json *j, const char *key)
{
	json_key(j, key);
	json_char(j, '[');
	j->comma = false;
}

void
gz_json_array_end(struct gz_json *j)
{
	json_char(j, ']');
	j->comma = true;
}

void
gz_json_str(struct gz_json *j, const char *key, const char *value)
{
	gz_json_bytes(j, key, gz_span_str(value));
}

void
gz_json_bytes(struct gz_json *j, const char *key, struct gz_span value)
{
	json_key(j, key);
	json_quote(j, value);
}

void
gz_json_pair(struct gz_json *j, struct gz_span key, struct gz_span value)
{
	json_key(j, NULL);
	json_quote(j, key);
	json_char(j, ':');
	json_quote(j, value);
}

static void
put_number(struct gz_json *j, uint64_t value, bool minus)
{
	char text[NUMBER_MOST], *at = text + sizeof(text);

	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	if (minus)
		*--at = '-';
	json_put(j, at, (uint32_t)(text + sizeof(text) - at));
}

void
gz_json_u64(struct gz_json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	put_number(j, value, false);
}

void
gz_json_i64(struct gz_json *j, const char *key, int64_t value)
{
	json_key(j, key);
	put_number(j, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0);
}

void
gz_json_double(struct gz_json *j, const char *key, double value)
{
	char text[NUMBER_MOST];
	double back;
	int n;

	json_key(j, key);
	if (!isfinite(value)) {
		json_put(j, "null", 4);
		return;
	}
	n = snprintf(text, sizeof(text), "%.15g", value);
	if (sscanf(text, "%lf", &back) != 1 || back != value)
		n = snprintf(text, sizeof(text), "%.17g", value);
	json_put(j, text, (uint32_t)n);
}

void
gz_json_bool(struct gz_json *j, const char *key, bool value)
{
	gz_json_literal(j, key, value ? "true" : "false");
}

void
gz_json_null(struct gz_json *j, const char *key)
{
	gz_json_literal(j, key, "null");
}

void
gz_json_literal(struct gz_json *j, const char *key, const char *value)
{
	json_key(j, key);
	json_put(j, value, (uint32_t)strlen(value));
}

void
gz_json_fmt(struct gz_json *j, const char *key, const char *fmt, ...)
{
	char text[FMT_MOST];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gz_json_str(j, key, text);
}

void
gz_json_raw(struct gz_json *j, const char *text, uint32_t len)
{
	if (len == 0)
		return;
	json_key(j, NULL);
	json_put(j, text, len);
}
