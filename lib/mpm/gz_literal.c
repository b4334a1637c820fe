/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_literal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

/* Letters by how often text has them; the rest by class. */
static const uint8_t letter_rarity['z' - 'a' + 1] = {
	['e' - 'a'] = 1,
	['t' - 'a'] = 2,
	['a' - 'a'] = 2,
	['o' - 'a'] = 2,
	['i' - 'a'] = 2,
	['n' - 'a'] = 2,
	['s' - 'a'] = 2,
	['r' - 'a'] = 2,
	['h' - 'a'] = 4,
	['l' - 'a'] = 3,
	['d' - 'a'] = 3,
	['c' - 'a'] = 3,
	['u' - 'a'] = 4,
	['m' - 'a'] = 4,
	['p' - 'a'] = 3,
	['f' - 'a'] = 5,
	['g' - 'a'] = 5,
	['b' - 'a'] = 5,
	['y' - 'a'] = 6,
	['w' - 'a'] = 6,
	['v' - 'a'] = 6,
	['k' - 'a'] = 7,
	['x' - 'a'] = 7,
	['j' - 'a'] = 8,
	['q' - 'a'] = 9,
	['z' - 'a'] = 9,
};

uint8_t
gz_literal_rarity(uint8_t byte)
{
	if (byte >= 'a' && byte <= 'z')
		return letter_rarity[byte - 'a'];
	if (byte >= 'A' && byte <= 'Z')
		return (uint8_t)(letter_rarity[byte - 'A'] + 4);
	if (byte == 0 || byte == ' ')
		return 1;
	if (byte >= '0' && byte <= '9')
		return byte <= '2' ? 3 : 5;
	if (byte == '/' || byte == '.' || byte == '-' || byte == '=' || byte == '"')
		return 3;
	if (byte == '\r' || byte == '\n' || byte == ':' || byte == ',' || byte == 0xff)
		return 4;
	return isprint(byte) ? 9 : 12;
}

static void
pick_rare(struct gz_literal *l)
{
	uint32_t i, best = 0;

	for (i = 1; i < l->len; i++)
		if (gz_literal_rarity(l->p[i]) > gz_literal_rarity(l->p[best]))
			best = i;
	l->rare[0] = best;
	best = l->rare[0] == 0 ? l->len - 1 : 0;
	for (i = 0; i < l->len; i++)
		if (i != l->rare[0] && gz_literal_rarity(l->p[i]) > gz_literal_rarity(l->p[best]))
			best = i;
	l->rare[1] = best;
	for (i = 0; i < 2; i++) {
		l->byte[i] = l->p[l->rare[i]];
		l->fold[i] = l->nocase && islower(l->byte[i]) ? 0x20 : 0;
	}
}

struct gz_literal *
gz_literal_create(struct gz_span bytes, bool nocase)
{
	struct gz_literal *l;
	uint32_t i;

	if (bytes.len == 0)
		return NULL;
	l = calloc(1, sizeof(*l));
	RTE_VERIFY(l != NULL);
	l->p = malloc(bytes.len);
	RTE_VERIFY(l->p != NULL);
	for (i = 0; i < bytes.len; i++)
		l->p[i] = nocase ? (uint8_t)tolower(bytes.p[i]) : bytes.p[i];
	l->len = bytes.len;
	l->nocase = nocase;
	pick_rare(l);
	return l;
}

void
gz_literal_destroy(struct gz_literal *l)
{
	if (l == NULL)
		return;
	free(l->p);
	free(l);
}

static inline uint8_t
lower(uint8_t c)
{
	return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c;
}

static bool
is_at(const struct gz_literal *l, const uint8_t *p)
{
	uint32_t i;

	if (!l->nocase)
		return memcmp(p, l->p, l->len) == 0;
	for (i = 0; i < l->len; i++)
		if (lower(p[i]) != l->p[i])
			return false;
	return true;
}

bool
gz_literal_at(const struct gz_literal *l, struct gz_span hay)
{
	return hay.len >= l->len && is_at(l, hay.p);
}

/* From place @p at on, byte by byte. */
static int64_t
find_slowly(const struct gz_literal *l, struct gz_span hay, uint32_t at)
{
	const uint8_t *p = hay.p;

	for (; at + l->len <= hay.len; at++)
		if ((p[at + l->rare[0]] | l->fold[0]) == l->byte[0] &&
				(p[at + l->rare[1]] | l->fold[1]) == l->byte[1] && is_at(l, p + at))
			return at;
	return -1;
}

#ifdef __AVX2__

enum {
	BLOCK = 32,
};

static inline uint32_t
block_has(const uint8_t *p, uint8_t byte, uint8_t fold)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);

	v = _mm256_or_si256(v, _mm256_set1_epi8((char)fold));
	v = _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)byte));
	return (uint32_t)_mm256_movemask_epi8(v);
}

int64_t
gz_literal_find(const struct gz_literal *l, struct gz_span hay)
{
	uint32_t at = 0, places, hits;

	if (hay.len < l->len)
		return -1;
	/* A literal may start at `places` places; whole blocks of them are read at once. */
	for (places = hay.len - l->len + 1; at + BLOCK <= places; at += BLOCK) {
		hits = block_has(hay.p + at + l->rare[0], l->byte[0], l->fold[0]);
		if (hits != 0)
			hits &= block_has(hay.p + at + l->rare[1], l->byte[1], l->fold[1]);
		for (; hits != 0; hits &= hits - 1)
			if (is_at(l, hay.p + at + __builtin_ctz(hits)))
				return at + (uint32_t)__builtin_ctz(hits);
	}
	return find_slowly(l, hay, at);
}

#else

int64_t
gz_literal_find(const struct gz_literal *l, struct gz_span hay)
{
	return find_slowly(l, hay, 0);
}

#endif
