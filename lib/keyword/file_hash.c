/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "dataset_internal.h"
#include "file_internal.h"

/*
 * Lists of digests, as md5sum and its like write them: a digest in hexadecimal
 * at the start of each line; what follows it is ignored.
 */

enum {
	DIGEST_MOST = 32,
	LINE_MOST = 4096,
};

struct file_hash {
	struct file_test test;
	bool negated;
	uint32_t hash; /* GZ_HASH_* */
	uint32_t size; /* bytes of a digest */
	uint8_t *v; /* sorted */
	uint32_t n, room;
};

static int
compare(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(const uint32_t *)size);
}

static bool
is_listed(const struct file_hash *h, const uint8_t *digest)
{
	uint32_t low = 0, high = h->n, at;
	int order;

	while (low < high) {
		at = low + (high - low) / 2;
		order = memcmp(digest, h->v + (size_t)at * h->size, h->size);
		if (order == 0)
			return true;
		if (order < 0)
			high = at;
		else
			low = at + 1;
	}
	return false;
}

static bool
has(const struct file_test *t, const struct gz_file *f)
{
	const struct file_hash *h = (const struct file_hash *)t;
	uint8_t digest[DIGEST_MOST];
	uint32_t len;

	return gz_file_digest(f, h->hash, digest, &len) && is_listed(h, digest) != h->negated;
}

static void
hash_free(struct file_test *t)
{
	struct file_hash *h = (struct file_hash *)t;

	free(h->v);
	free(h);
}

static bool
read_digest(const char *line, uint32_t size, uint8_t *digest)
{
	unsigned int byte;
	uint32_t i;

	if (strspn(line, "0123456789abcdefABCDEF") != 2 * (size_t)size)
		return false;
	for (i = 0; i < size; i++) {
		sscanf(line + 2 * i, "%2x", &byte);
		digest[i] = (uint8_t)byte;
	}
	return true;
}

/** Room for one more. */
static uint8_t *
one_more(struct file_hash *h)
{
	if (h->n == h->room) {
		h->room = h->room == 0 ? 64 : h->room * 2;
		h->v = reallocarray(h->v, h->room, h->size);
		RTE_VERIFY(h->v != NULL);
	}
	return h->v + (size_t)h->n++ * h->size;
}

static const char *
read_lines(struct gz_sig_builder *b, FILE *from, const char *path, struct file_hash *h)
{
	uint8_t digest[DIGEST_MOST];
	uint32_t number = 0;
	char line[LINE_MOST];

	while (fgets(line, sizeof(line), from) != NULL) {
		number++;
		if (line[0] == '#' || line[strspn(line, " \t\r\n")] == '\0')
			continue;
		if (!read_digest(line, h->size, digest))
			return gz_sig_error(b, "%s:%u: expected %u hexadecimal digits", path,
					number, 2 * h->size);
		memcpy(one_more(h), digest, h->size);
	}
	if (ferror(from))
		return gz_sig_error(b, "%s: %s", path, strerror(errno));
	qsort_r(h->v, h->n, h->size, compare, &h->size);
	return NULL;
}

static const char *
read_list(struct gz_sig_builder *b, struct gz_span name, struct file_hash *h)
{
	char path[DATASET_PATH];
	const char *wrong = rule_path(b, name, path);
	FILE *from;

	if (wrong != NULL)
		return wrong;
	from = fopen(path, "re");
	if (from == NULL)
		return gz_sig_error(b, "%s: %s", path, strerror(errno));
	wrong = read_lines(b, from, path, h);
	fclose(from);
	return wrong;
}

const char *
file_hash_parse(struct gz_sig_builder *b, const char *value, uint32_t hash, uint32_t digits)
{
	struct gz_span name = text_unquoted(value);
	struct file_hash *h = gz_sig_alloc(sizeof(*h));
	const char *wrong;

	h->test = (struct file_test){ has, hash_free, NULL };
	h->negated = text_skip(&name, "!");
	h->hash = hash;
	h->size = digits / 2;
	wrong = name.len == 0 ? "expected a file" : read_list(b, name, h);
	if (wrong != NULL) {
		hash_free(&h->test);
		return wrong;
	}
	file_test_add(b, &h->test);
	return NULL;
}
