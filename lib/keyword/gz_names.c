/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "dataset.h"
#include "keyword_internal.h"

/*
 * Names and their numbers, by kind ("flowbits"). Numbers are never given back: a
 * flow may still carry the bit of a rule that is gone, and the rule may return.
 */

struct name {
	struct name *next;
	char *text; /* "kind:name" */
	uint32_t number;
};

enum {
	NAME_BUCKETS = 1024,
	PAGE_NAMES = 1024,
	PAGES = 1024,
};

/* Never moves: workers look up the names of rules in force while the loader adds more. */
struct page {
	const char *text[PAGE_NAMES];
};

struct gz_names {
	struct name *buckets[NAME_BUCKETS];
	struct page *pages[PAGES]; /* by number */
	uint32_t count;
	struct datasets *datasets;
};

struct gz_names *
gz_names_create(void)
{
	struct gz_names *n = gz_sig_alloc(sizeof(*n));

	n->datasets = datasets_create();
	return n;
}

struct datasets *
names_datasets(struct gz_names *n)
{
	return n->datasets;
}

void
gz_names_destroy(struct gz_names *n)
{
	struct name *one, *next;
	uint32_t i;

	if (n == NULL)
		return;
	for (i = 0; i < NAME_BUCKETS; i++) {
		for (one = n->buckets[i]; one != NULL; one = next) {
			next = one->next;
			free(one->text);
			free(one);
		}
	}
	for (i = 0; i < PAGES; i++)
		free(n->pages[i]);
	datasets_destroy(n->datasets);
	free(n);
}

static char *
full_name(const char *kind, struct gz_span name)
{
	size_t len = strlen(kind);
	char *text = gz_sig_alloc(len + 1 + name.len + 1);

	memcpy(text, kind, len);
	text[len] = ':';
	if (name.len > 0)
		memcpy(text + len + 1, name.p, name.len);
	return text;
}

static uint32_t
bucket_of(const char *text)
{
	uint32_t h = 2166136261u; /* FNV-1a; only the owner's rules come here */

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * 16777619u;
	return h % NAME_BUCKETS;
}

static void
note_text(struct gz_names *n, uint32_t number, const char *text)
{
	struct page **page;

	if (number / PAGE_NAMES >= PAGES)
		return;
	page = &n->pages[number / PAGE_NAMES];
	if (*page == NULL)
		*page = gz_sig_alloc(sizeof(**page));
	(*page)->text[number % PAGE_NAMES] = text;
}

const char *
gz_names_text(const struct gz_names *n, uint32_t number)
{
	const struct page *page;

	if (number / PAGE_NAMES >= PAGES)
		return NULL;
	page = n->pages[number / PAGE_NAMES];
	return page == NULL ? NULL : page->text[number % PAGE_NAMES];
}

uint32_t
gz_names_number(struct gz_names *n, const char *kind, struct gz_span name)
{
	char *text = full_name(kind, name);
	struct name **at = &n->buckets[bucket_of(text)];

	for (; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->text, text) == 0) {
			free(text);
			return (*at)->number;
		}
	}
	*at = gz_sig_alloc(sizeof(**at));
	(*at)->text = text;
	(*at)->number = ++n->count;
	note_text(n, n->count, text);
	return (*at)->number;
}
