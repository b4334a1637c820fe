/* SPDX-License-Identifier: BSD-3-Clause */

/* Strings in JSON: escaped text, digits of bytes, base64. */

#include "json_internal.h"
#include "out_internal.h"

static const char hex[] = "0123456789abcdef";

/* What a byte becomes: 0 itself, U \u00XX, H \xNN where the text is no UTF-8, else \ and this. */
enum {
	U = 'u',
	H = 'x',
};

/* clang-format off */
static const uint8_t escape[256] = {
	U, U, U, U, U, U, U, U, 'b', 't', 'n', U, 'f', 'r', U, U,
	U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	['"'] = '"', ['\\'] = '\\', [0x80 ... 0xff] = H,
};
/* clang-format on */

/** How many bytes at the start of @p s stay as they are. */
static uint32_t
plain_run(struct gz_span s, bool utf8)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;
	uint64_t x, quote, slash;
	uint32_t i = 0;

	/* Eight at once: is a byte below 0x20, '"', '\' or above 0x7f? */
	for (; i + 8 <= s.len; i += 8) {
		memcpy(&x, s.p + i, 8);
		quote = x ^ ones * '"';
		slash = x ^ ones * '\\';
		if ((((x - ones * 0x20) | (quote - ones) | (slash - ones) | x) & tops) != 0)
			break;
	}
	while (i < s.len && (escape[s.p[i]] == 0 || (utf8 && escape[s.p[i]] == H)))
		i++;
	return i;
}

static void
put_escaped(struct gz_json *j, uint8_t c)
{
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (escape[c] == H) {
		text[1] = '\\';
		text[2] = 'x';
		text[3] = hex[c >> 4];
		text[4] = hex[c & 15];
		json_put(j, text, 5);
	} else if (escape[c] == U) {
		json_put(j, text, 6);
	} else {
		text[1] = (char)escape[c];
		json_put(j, text, 2);
	}
}

void
json_quote(struct gz_json *j, struct gz_span s)
{
	bool utf8 = utf8_is_valid(s);
	uint32_t run;

	json_char(j, '"');
	while (s.len > 0 && !j->full) {
		run = plain_run(s, utf8);
		json_put(j, s.p, run);
		s = gz_span(s.p + run, s.len - run);
		if (s.len == 0)
			break;
		put_escaped(j, s.p[0]);
		s = gz_span(s.p + 1, s.len - 1);
	}
	json_char(j, '"');
}

void
gz_json_hex(struct gz_json *j, const char *key, struct gz_span value, char sep)
{
	uint32_t i;

	json_key(j, key);
	json_char(j, '"');
	for (i = 0; i < value.len && !j->full; i++) {
		if (i > 0 && sep != '\0')
			json_char(j, sep);
		json_char(j, hex[value.p[i] >> 4]);
		json_char(j, hex[value.p[i] & 15]);
	}
	json_char(j, '"');
}

/** Four digits for three bytes, or for fewer at the end. */
static void
put_base64(struct gz_json *j, const uint8_t *p, uint32_t n)
{
	static const char digits
			[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v = (uint32_t)p[0] << 16;
	char text[4];

	if (n > 1)
		v |= (uint32_t)p[1] << 8;
	if (n > 2)
		v |= p[2];
	text[0] = digits[v >> 18];
	text[1] = digits[v >> 12 & 63];
	text[2] = n > 1 ? digits[v >> 6 & 63] : '=';
	text[3] = n > 2 ? digits[v & 63] : '=';
	json_put(j, text, 4);
}

void
gz_json_base64(struct gz_json *j, const char *key, struct gz_span value)
{
	uint32_t i;

	json_key(j, key);
	json_char(j, '"');
	for (i = 0; i < value.len && !j->full; i += 3)
		put_base64(j, value.p + i, value.len - i);
	json_char(j, '"');
}
