/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_common.h>

#include "gz_error.h"

enum {
	WORD_MOST = 63, /* bytes; longer words have no neighbours */
};

/*
 * Letters to insert, delete, replace or swap with their neighbour to get from
 * one word to the other (optimal string alignment), by three rows of the table.
 */
static size_t
edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MOST + 1];
	size_t *two_up = rows[0], *up = rows[1], *row = rows[2];
	size_t i, j, d, *spare;

	for (j = 0; j <= b_len; j++)
		up[j] = j;
	for (i = 1; i <= a_len; i++) {
		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			d = up[j - 1] + (a[i - 1] != b[j - 1]);
			d = RTE_MIN(d, RTE_MIN(up[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = RTE_MIN(d, two_up[j - 2] + 1);
			row[j] = d;
		}
		spare = two_up;
		two_up = up;
		up = row;
		row = spare;
	}
	return up[b_len];
}

const char *
gz_nearest_word(const char *word, const char *const *known, uint32_t nb_known)
{
	size_t len = strlen(word), limit = len / 3, known_len, d;
	const char *nearest = NULL;
	uint32_t i;

	if (len > WORD_MOST)
		return NULL;
	for (i = 0; i < nb_known; i++) {
		known_len = strlen(known[i]);
		if (known_len > WORD_MOST || known_len > len + limit || len > known_len + limit)
			continue;
		d = edit_distance(word, len, known[i], known_len);
		if (d > limit)
			continue;
		nearest = known[i];
		if (d == 0)
			break;
		limit = d - 1;
	}
	return nearest;
}
