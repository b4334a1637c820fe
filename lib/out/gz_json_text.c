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

/** In each byte's top bit: is it below 0x20, '"', '\\' or above 0x7f? True of the lowest bit set. */
static inline uint64_t
special(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';

	return ((x - ones * 0x20) | (quote - ones) | (slash - ones) | x) & ones << 7;
}

/** Copy the bytes at the start of @p s that stay as they are. @return how many. */
static uint32_t
copy_plain(char *to, struct gz_span s)
{
	uint64_t x, mask;
	uint32_t i;

	for (i = 0; i + 8 <= s.len; i += 8) {
		memcpy(&x, s.p + i, 8);
		memcpy(to + i, &x, 8);
		mask = special(x);
		if (mask != 0)
			return i + (uint32_t)__builtin_ctzl(mask) / 8;
	}
	for (; i < s.len && escape[s.p[i]] == 0; i++)
		to[i] = (char)s.p[i];
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

/** The rest of a text, in which something has to be escaped or room may lack. */
static void
put_rest(struct gz_json *j, struct gz_span s, bool utf8)
{
	uint32_t i;

	for (i = 0; i < s.len && !j->full; i++) {
		if (escape[s.p[i]] == 0 || (utf8 && escape[s.p[i]] == H))
			json_char(j, (char)s.p[i]);
		else
			put_escaped(j, s.p[i]);
	}
}

void
json_quote(struct gz_json *j, struct gz_span s)
{
	uint32_t plain = 0;

	json_char(j, '"');
	if (!j->full && j->size - j->len >= s.len) {
		plain = copy_plain(j->buf + j->len, s);
		j->len += plain;
	}
	if (plain < s.len)
		put_rest(j, gz_span(s.p + plain, s.len - plain), utf8_is_valid(s));
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

void
gz_json_hex_u64(struct gz_json *j, const char *key, uint64_t value)
{
	char text[16], *at = text + sizeof(text);

	do {
		*--at = hex[value & 15];
		value >>= 4;
	} while (value > 0);
	json_key(j, key);
	json_quote(j, gz_span((uint8_t *)at, (uint32_t)(text + sizeof(text) - at)));
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

void
gz_json_printable(struct gz_json *j, const char *key, struct gz_span value)
{
	uint32_t i;
	uint8_t c;

	json_key(j, key);
	json_char(j, '"');
	for (i = 0; i < value.len && !j->full; i++) {
		c = value.p[i];
		if (c != '\r' && c != '\n' && (c < 0x20 || c > 0x7e))
			c = '.';
		if (escape[c] == 0)
			json_char(j, (char)c);
		else
			put_escaped(j, c);
	}
	json_char(j, '"');
}
