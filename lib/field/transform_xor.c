/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdlib.h>

#include <rte_debug.h>

#include "gz_transform.h"

struct xor_key {
	uint32_t len;
	uint8_t bytes[];
};

static uint8_t
digit(char c)
{
	return (uint8_t)(isdigit((uint8_t)c) ? c - '0' : (c | 32) - 'a' + 10);
}

static const char *
xor_parse(const char *text, void **arg)
{
	size_t len = strlen(text), i;
	struct xor_key *key;

	if (len == 0 || len % 2 != 0)
		return "expected pairs of hexadecimal digits";
	for (i = 0; i < len; i++) {
		if (!isxdigit((uint8_t)text[i]))
			return "expected pairs of hexadecimal digits";
	}
	key = malloc(sizeof(*key) + len / 2);
	RTE_VERIFY(key != NULL);
	key->len = (uint32_t)(len / 2);
	for (i = 0; i < key->len; i++)
		key->bytes[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
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
	uint32_t i, at = 0;

	for (i = 0; i < in.len; i++) {
		out[i] = in.p[i] ^ key->bytes[at];
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
