/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "mpm_internal.h"

enum {
	FIRST_SIZE = 64, /* literals; doubled as needed */
};

struct gz_mpm_builder *
gz_mpm_builder_create(void)
{
	struct gz_mpm_builder *b;

	b = calloc(1, sizeof(*b));
	RTE_VERIFY(b != NULL);
	return b;
}

void
gz_mpm_builder_destroy(struct gz_mpm_builder *b)
{
	uint32_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->count; i++)
		free(b->v[i].p);
	free(b->v);
	free(b->index);
	free(b);
}

uint32_t
gz_mpm_builder_count(const struct gz_mpm_builder *b)
{
	return b->count;
}

static uint32_t
literal_hash(const uint8_t *p, uint32_t len, bool nocase)
{
	uint32_t h = 2166136261U ^ nocase, i;

	for (i = 0; i < len; i++)
		h = (h ^ p[i]) * 16777619U;
	return h ^ (h >> 15);
}

/* The slot where the literal is, or would be put. */
static uint32_t *
slot_of(struct gz_mpm_builder *b, const uint8_t *p, uint32_t len, bool nocase)
{
	uint32_t i = literal_hash(p, len, nocase) & (b->index_size - 1);
	const struct mpm_literal *l;

	for (;; i = (i + 1) & (b->index_size - 1)) {
		if (b->index[i] == 0)
			return &b->index[i];
		l = &b->v[b->index[i] - 1];
		if (l->len == len && l->nocase == nocase && memcmp(l->p, p, len) == 0)
			return &b->index[i];
	}
}

static void
make_room(struct gz_mpm_builder *b)
{
	uint32_t i;

	if (b->count < b->capacity)
		return;
	b->capacity = b->capacity == 0 ? FIRST_SIZE : b->capacity * 2;
	b->v = realloc(b->v, b->capacity * sizeof(*b->v));
	RTE_VERIFY(b->v != NULL);
	free(b->index);
	b->index_size = b->capacity * 2;
	b->index = calloc(b->index_size, sizeof(*b->index));
	RTE_VERIFY(b->index != NULL);
	for (i = 0; i < b->count; i++)
		*slot_of(b, b->v[i].p, b->v[i].len, b->v[i].nocase) = i + 1;
}

uint32_t
gz_mpm_add(struct gz_mpm_builder *b, struct gz_span literal, bool nocase)
{
	uint8_t *p;
	uint32_t *slot, i;

	RTE_VERIFY(literal.len > 0 && literal.len <= GZ_MPM_LITERAL_MOST);
	make_room(b);
	p = malloc(literal.len);
	RTE_VERIFY(p != NULL);
	for (i = 0; i < literal.len; i++)
		p[i] = nocase ? (uint8_t)tolower(literal.p[i]) : literal.p[i];
	slot = slot_of(b, p, literal.len, nocase);
	if (*slot != 0) {
		free(p);
		return *slot - 1;
	}
	b->v[b->count] = (struct mpm_literal){ p, literal.len, nocase };
	*slot = ++b->count;
	return b->count - 1;
}

void
gz_mpm_builder_key(const struct gz_mpm_builder *b, uint8_t key[GZ_MPM_KEY])
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	hs_platform_info_t cpu = { 0 };
	uint8_t head[5];
	uint32_t i;

	RTE_VERIFY(sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1);
	hs_populate_platform(&cpu);
	EVP_DigestUpdate(sha, "literals, block mode 1", 22);
	EVP_DigestUpdate(sha, hs_version(), strlen(hs_version()));
	EVP_DigestUpdate(sha, &cpu.tune, sizeof(cpu.tune));
	EVP_DigestUpdate(sha, &cpu.cpu_features, sizeof(cpu.cpu_features));
	for (i = 0; i < b->count; i++) {
		memcpy(head, &b->v[i].len, 4);
		head[4] = b->v[i].nocase;
		EVP_DigestUpdate(sha, head, sizeof(head));
		EVP_DigestUpdate(sha, b->v[i].p, b->v[i].len);
	}
	RTE_VERIFY(EVP_DigestFinal_ex(sha, key, NULL) == 1);
	EVP_MD_CTX_free(sha);
}
