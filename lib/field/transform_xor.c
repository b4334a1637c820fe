/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdlib.h>

#include <rte_debug.h>

#include "gz_transform.h"

/* "0a0d", "offset 4,0a0d", "offset 4,extract 4 0": the key is written, or stands in the buffer. */

enum {
	XOR_KEY_MOST = 255, /* bytes */
};

struct xor_key {
	uint32_t start; /* what stands before is left alone */
	uint32_t at; /* where the key stands in the buffer, when it does */
	bool inside;
	uint32_t len;
	uint8_t bytes[XOR_KEY_MOST];
};

static uint8_t
digit(uint8_t c)
{
	return (uint8_t)(isdigit(c) ? c - '0' : (c | 32) - 'a' + 10);
}

static bool
read_hex(struct gz_span s, struct xor_key *key)
{
	uint32_t i;

	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		s = gz_span(s.p + 1, s.len - 2);
	if (s.len == 0 || s.len % 2 != 0 || s.len / 2 > XOR_KEY_MOST)
		return false;
	for (i = 0; i < s.len; i++) {
		if (!isxdigit(s.p[i]))
			return false;
	}
	key->len = s.len / 2;
	for (i = 0; i < key->len; i++)
		key->bytes[i] = (uint8_t)(digit(s.p[2 * i]) << 4 | digit(s.p[2 * i + 1]));
	return true;
}

static bool
read_number(struct gz_span s, uint32_t most, uint32_t *number)
{
	uint64_t v;

	if (!gz_span_u64(gz_span_trim(s), &v) || v > most)
		return false;
	*number = (uint32_t)v;
	return true;
}

/** "<bytes> <offset>" */
static bool
read_inside(struct gz_span s, struct xor_key *key)
{
	struct gz_span bytes;

	s = gz_span_trim(s);
	key->inside = true;
	return gz_span_cut(&s, ' ', &bytes) && read_number(bytes, XOR_KEY_MOST, &key->len) &&
			key->len > 0 && read_number(s, UINT16_MAX, &key->at);
}

static bool
read_part(struct gz_span part, struct xor_key *key)
{
	struct gz_span rest, name;

	part = gz_span_trim(part);
	rest = part;
	if (!gz_span_cut(&rest, ' ', &name) || rest.len == 0)
		return read_hex(part, key);
	if (gz_span_equal(name, GZ_SPAN("offset")))
		return read_number(rest, UINT16_MAX, &key->start);
	return (gz_span_equal(name, GZ_SPAN("extract")) || gz_span_equal(name, GZ_SPAN("var"))) &&
			read_inside(rest, key);
}

static const char *
xor_parse(const char *text, void **arg)
{
	struct gz_span rest = gz_span_str(text), part;
	struct xor_key read = { .len = 0 }, *key;

	while (gz_span_cut(&rest, ',', &part)) {
		if (!read_part(part, &read))
			return "expected pairs of hexadecimal digits, or extract <bytes> <offset>, "
			       "perhaps behind offset <n>";
	}
	if (read.len == 0)
		return "expected a key of pairs of hexadecimal digits";
	key = malloc(sizeof(*key));
	RTE_VERIFY(key != NULL);
	*key = read;
	*arg = key;
	return NULL;
}

static uint32_t
xor_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
xor_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	const struct xor_key *key = arg;
	const uint8_t *bytes = key->bytes;
	uint32_t i, at = 0;

	if (in.len > 0)
		memcpy(out, in.p, in.len);
	if (key->inside && key->at + key->len > in.len)
		return in.len; /* the key is not all there */
	if (key->inside)
		bytes = in.p + key->at;
	for (i = key->start; i < in.len; i++) {
		out[i] = in.p[i] ^ bytes[at];
		at = at + 1 == key->len ? 0 : at + 1;
	}
	return in.len;
}

static struct gz_transform xor_transform = {
	.reg.name = "xor",
	.help = "exclusive or with a key that is repeated",
	.needs_arg = true,
	.parse = xor_parse,
	.free = free,
	.room = xor_room,
	.apply = xor_apply,
};
GZ_TRANSFORM_REGISTER(xor_transform)
