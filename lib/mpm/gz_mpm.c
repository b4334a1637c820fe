/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_mpm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_debug.h>

#include "mpm_internal.h"

struct gz_mpm {
	hs_database_t *db;
	uint32_t shortest, longest;
	uint32_t count;
	bool cached;
	uint64_t size;
	uint8_t key[GZ_MPM_KEY];
	uint32_t owners; /* loader and control: atomic */
};

struct gz_mpm_scratch {
	hs_scratch_t *hs;
};

static hs_database_t *
compile(const struct gz_mpm_builder *b, struct gz_errors *errors)
{
	const char **text = calloc(b->count, sizeof(*text));
	unsigned int *flags = calloc(b->count, sizeof(*flags));
	unsigned int *ids = calloc(b->count, sizeof(*ids));
	size_t *lens = calloc(b->count, sizeof(*lens));
	hs_compile_error_t *error = NULL;
	hs_database_t *db = NULL;
	uint32_t i;

	RTE_VERIFY(text != NULL && flags != NULL && ids != NULL && lens != NULL);
	for (i = 0; i < b->count; i++) {
		text[i] = (const char *)b->v[i].p;
		lens[i] = b->v[i].len;
		flags[i] = b->v[i].nocase ? HS_FLAG_CASELESS : 0;
		ids[i] = i;
	}
	if (hs_compile_lit_multi(text, flags, ids, lens, b->count, HS_MODE_BLOCK, NULL, &db,
			    &error) != HS_SUCCESS) {
		gz_errors_add(errors, (struct gz_place){ 0 }, "pattern set",
				"a set of %u literals does not compile: %s", b->count,
				error == NULL ? "no memory" : error->message);
		hs_free_compile_error(error);
		db = NULL;
	}
	free(text);
	free(flags);
	free(ids);
	free(lens);
	return db;
}

static void
measure(struct gz_mpm *m, const struct gz_mpm_builder *b)
{
	size_t size = 0;
	uint32_t i;

	m->count = b->count;
	m->shortest = b->v[0].len;
	for (i = 0; i < b->count; i++) {
		m->shortest = RTE_MIN(m->shortest, b->v[i].len);
		m->longest = RTE_MAX(m->longest, b->v[i].len);
	}
	if (hs_database_size(m->db, &size) == HS_SUCCESS)
		m->size = size;
}

struct gz_mpm *
gz_mpm_build(const struct gz_mpm_builder *b, const char *cache_dir, struct gz_errors *errors)
{
	struct gz_mpm *m;

	if (b->count == 0) {
		gz_errors_add(errors, (struct gz_place){ 0 }, "pattern set",
				"a set of literals is empty");
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	RTE_VERIFY(m != NULL);
	m->owners = 1;
	gz_mpm_builder_key(b, m->key);
	if (cache_dir != NULL)
		m->db = mpm_cache_load(cache_dir, m->key);
	m->cached = m->db != NULL;
	if (m->db == NULL)
		m->db = compile(b, errors);
	if (m->db == NULL) {
		free(m);
		return NULL;
	}
	if (cache_dir != NULL && !m->cached)
		mpm_cache_store(cache_dir, m->key, m->db);
	measure(m, b);
	return m;
}

struct gz_mpm *
gz_mpm_share(struct gz_mpm *m)
{
	__atomic_add_fetch(&m->owners, 1, __ATOMIC_RELAXED);
	return m;
}

void
gz_mpm_destroy(struct gz_mpm *m)
{
	if (m == NULL || __atomic_sub_fetch(&m->owners, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	hs_free_database(m->db);
	free(m);
}

const uint8_t *
gz_mpm_key(const struct gz_mpm *m)
{
	return m->key;
}

uint64_t
gz_mpm_size(const struct gz_mpm *m)
{
	return m->size;
}

bool
gz_mpm_was_cached(const struct gz_mpm *m)
{
	return m->cached;
}

uint32_t
gz_mpm_count(const struct gz_mpm *m)
{
	return m->count;
}

uint32_t
gz_mpm_longest(const struct gz_mpm *m)
{
	return m->longest;
}

int
gz_mpm_scratch_fit(struct gz_mpm_scratch **s, const struct gz_mpm *m)
{
	if (*s == NULL)
		*s = calloc(1, sizeof(**s));
	if (*s == NULL || hs_alloc_scratch(m->db, &(*s)->hs) != HS_SUCCESS)
		return -ENOMEM;
	return 0;
}

struct gz_mpm_scratch *
gz_mpm_scratch_clone(const struct gz_mpm_scratch *s)
{
	struct gz_mpm_scratch *c;

	c = calloc(1, sizeof(*c));
	if (c == NULL || hs_clone_scratch(s->hs, &c->hs) != HS_SUCCESS) {
		free(c);
		return NULL;
	}
	return c;
}

void
gz_mpm_scratch_destroy(struct gz_mpm_scratch *s)
{
	if (s == NULL)
		return;
	hs_free_scratch(s->hs);
	free(s);
}

struct scan {
	gz_mpm_fn fn;
	void *arg;
};

static int
on_match(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags,
		void *arg)
{
	const struct scan *scan = arg;

	return scan->fn(scan->arg, id, (uint32_t)to);
}

void
gz_mpm_scan(const struct gz_mpm *m, struct gz_mpm_scratch *s, struct gz_span data, gz_mpm_fn fn,
		void *arg)
{
	struct scan scan = { fn, arg };
	hs_error_t ret;

	if (data.len < m->shortest)
		return;
	ret = hs_scan(m->db, (const char *)data.p, data.len, 0, s->hs, on_match, &scan);
	RTE_ASSERT(ret == HS_SUCCESS || ret == HS_SCAN_TERMINATED);
	RTE_SET_USED(ret);
}
