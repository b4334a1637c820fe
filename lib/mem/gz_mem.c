/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_debug.h>
#include <rte_errno.h>

#include "mem_internal.h"
#include "mem_poison.h"

enum {
	PURPOSES_MOST = 64,
	PERCENT = 100,
	DEFAULT_WORKERS_BYTES = 1 << 30,
};

/*
 * A gibibyte: a million flows of 256 bytes and as much again thrice for their
 * streams, and it is only address space until used, so a small machine may keep it.
 */
static const struct gz_setting mem_settings[] = {
	{ "memory.workers", GZ_SETTING_UINT, "1G", .min = 16 << 20, .max = UINT64_C(1) << 42,
			.unit = "bytes",
			.help = "memory of the packet's path, all workers together; taken from the "
				"system when used" },
	{ "memory.ready", GZ_SETTING_UINT, "32M", .max = UINT64_C(1) << 42, .unit = "bytes",
			.help = "of memory.workers, taken from the system at the start already: no "
				"packet waits for the kernel to find a page" },
};
GZ_CONF_REGISTER(mem_settings)

/** A unit cut in pieces of one class, or the first unit of a large piece. */
struct slab {
	LIST_ENTRY(slab) link; /* on its class's list, while a piece is free */
	void *free; /* pieces given back, linked through their first bytes */
	uint16_t used;
	uint16_t cut; /* pieces ever handed out; behind them the unit is untouched */
	uint8_t size_class;
};

struct gz_mem {
	struct region region;
	struct slab *slabs; /* one for each unit */
	LIST_HEAD(, slab) partial[CLASSES];
	struct gz_mem_use use[PURPOSES_MOST]; /* worker: rw, all: ro */
};

static STAILQ_HEAD(, gz_mem_purpose) purposes = STAILQ_HEAD_INITIALIZER(purposes);
static uint32_t nb_purposes;

void
gz_mem_register(struct gz_mem_purpose *p)
{
	char *name, *help;

	RTE_VERIFY(nb_purposes < PURPOSES_MOST);
	p->id = nb_purposes++;
	STAILQ_INSERT_TAIL(&purposes, p, next);
	/* Kept until the process ends, as the purpose is. */
	if (asprintf(&name, "memory.%s", p->name) < 0 ||
			asprintf(&help, "budget for %s; 0 is %u%% of memory.workers", p->help,
					p->share) < 0)
		abort();
	p->setting = (struct gz_setting){
		.name = name, .type = GZ_SETTING_UINT, .value = "0", .unit = "bytes", .help = help
	};
	p->setting_set = (struct gz_setting_set){ &p->setting, 1, { NULL } };
	gz_conf_register(&p->setting_set);
}

const struct gz_mem_purpose *
gz_mem_purpose_next(const struct gz_mem_purpose *p)
{
	return p == NULL ? STAILQ_FIRST(&purposes) : STAILQ_NEXT(p, next);
}

/** A worker's part of each budget. */
static void
set_budgets(struct gz_mem *m, const struct gz_conf *conf, uint64_t workers_bytes,
		uint32_t nb_workers)
{
	const struct gz_mem_purpose *p;
	uint64_t budget;

	STAILQ_FOREACH(p, &purposes, next) {
		budget = conf == NULL ? 0 : gz_conf_uint(conf, p->setting.name);
		if (budget == 0)
			budget = workers_bytes * p->share / PERCENT;
		m->use[p->id].budget = budget / nb_workers;
	}
}

struct gz_mem *
gz_mem_create(const struct gz_conf *conf, uint32_t nb_workers)
{
	uint64_t bytes = conf == NULL ? DEFAULT_WORKERS_BYTES
				      : gz_conf_uint(conf, "memory.workers");
	uint64_t ready = conf == NULL ? 0 : gz_conf_uint(conf, "memory.ready");
	struct gz_mem *m;
	uint32_t i;

	RTE_VERIFY(nb_workers > 0);
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		goto no_memory;
	if (region_init(&m->region, bytes / nb_workers, ready / nb_workers) < 0)
		goto free_mem;
	m->slabs = calloc((size_t)m->region.nb_chunks * CHUNK_UNITS, sizeof(*m->slabs));
	if (m->slabs == NULL)
		goto fini_region;
	for (i = 0; i < CLASSES; i++)
		LIST_INIT(&m->partial[i]);
	set_budgets(m, conf, bytes, nb_workers);
	return m;

fini_region:
	region_fini(&m->region);
free_mem:
	free(m);
no_memory:
	rte_errno = ENOMEM;
	return NULL;
}

void
gz_mem_destroy(struct gz_mem *m)
{
	if (m == NULL)
		return;
	region_fini(&m->region);
	free(m->slabs);
	free(m);
}

size_t
gz_mem_fits(size_t size)
{
	return size > GZ_MEM_MOST ? size : kind_of(size).bytes;
}

/* The link of a free piece lies in it, where a sanitizer sees a wrong touch. */
MEM_MAY_LOOK static void *
link_of(void *piece)
{
	return *(void **)piece;
}

MEM_MAY_LOOK static void
set_link(void *piece, void *next)
{
	*(void **)piece = next;
}

static void
slab_release(struct gz_mem *m, struct slab *s)
{
	LIST_REMOVE(s, link);
	region_put(&m->region, m->region.base + (size_t)(s - m->slabs) * UNIT_BYTES, 0);
}

/** Units from the region, if need be from slabs that wait empty. */
static void *
units_get(struct gz_mem *m, uint32_t order)
{
	void *units = region_get(&m->region, order);
	struct slab *s;
	uint32_t i;

	if (likely(units != NULL))
		return units;
	for (i = 0; i < CLASSES; i++) {
		s = LIST_FIRST(&m->partial[i]);
		if (s != NULL && s->used == 0)
			slab_release(m, s);
	}
	return region_get(&m->region, order);
}

static struct slab *
slab_new(struct gz_mem *m, uint32_t size_class)
{
	void *unit = units_get(m, 0);
	struct slab *s;

	if (unit == NULL)
		return NULL;
	s = &m->slabs[region_unit(&m->region, unit)];
	s->free = NULL;
	s->used = 0;
	s->cut = 0;
	s->size_class = (uint8_t)size_class;
	LIST_INSERT_HEAD(&m->partial[size_class], s, link);
	return s;
}

static bool
slab_is_full(const struct slab *s)
{
	return s->free == NULL && (s->cut + 1U) * class_bytes[s->size_class] > UNIT_BYTES;
}

static void *
slab_get(struct gz_mem *m, uint32_t size_class)
{
	struct slab *s = LIST_FIRST(&m->partial[size_class]);
	void *piece;

	if (unlikely(s == NULL) && (s = slab_new(m, size_class)) == NULL)
		return NULL;
	piece = s->free;
	if (piece != NULL)
		s->free = link_of(piece);
	else
		piece = m->region.base + (size_t)(s - m->slabs) * UNIT_BYTES +
				s->cut++ * class_bytes[size_class];
	s->used++;
	if (slab_is_full(s))
		LIST_REMOVE(s, link);
	return piece;
}

static void
slab_put(struct gz_mem *m, void *piece)
{
	struct slab *s = &m->slabs[region_unit(&m->region, piece)], *first;
	bool was_full = slab_is_full(s);

	set_link(piece, s->free);
	s->free = piece;
	s->used--;
	/* A slab waits empty only while it is alone: a piece that comes and goes is cheap then. */
	first = LIST_FIRST(&m->partial[s->size_class]);
	if (was_full) {
		if (first != NULL && first->used == 0)
			slab_release(m, first);
		LIST_INSERT_HEAD(&m->partial[s->size_class], s, link);
	} else if (s->used == 0 && (first != s || LIST_NEXT(s, link) != NULL)) {
		slab_release(m, s);
	}
}

/** Charge @p bytes, or count a refusal. */
static bool
charge(struct gz_mem_use *u, uint64_t bytes)
{
	if (unlikely(u->used + bytes > u->budget))
		return false;
	u->used += bytes;
	if (u->used > u->peak)
		u->peak = u->used;
	return true;
}

void *
gz_mem_get(struct gz_mem *m, const struct gz_mem_purpose *purpose, size_t size)
{
	struct gz_mem_use *u = &m->use[purpose->id];
	struct kind k;
	void *p;

	if (unlikely(size > GZ_MEM_MOST))
		goto refuse;
	k = kind_of(size);
	if (!charge(u, k.bytes))
		goto refuse;
	p = k.slab ? slab_get(m, k.index) : units_get(m, k.index);
	if (unlikely(p == NULL)) {
		u->used -= k.bytes;
		goto refuse;
	}
	mem_unpoison(p, size);
	return p;

refuse:
	u->refused++;
	return NULL;
}

void *
gz_mem_zero(struct gz_mem *m, const struct gz_mem_purpose *purpose, size_t size)
{
	void *p = gz_mem_get(m, purpose, size);

	return p == NULL ? NULL : memset(p, 0, size);
}

void
gz_mem_put(struct gz_mem *m, const struct gz_mem_purpose *purpose, void *p, size_t size)
{
	struct kind k;

	if (p == NULL)
		return;
	k = kind_of(size);
	RTE_ASSERT(m->use[purpose->id].used >= k.bytes);
	RTE_ASSERT(!k.slab || m->slabs[region_unit(&m->region, p)].size_class == k.index);
	m->use[purpose->id].used -= k.bytes;
	mem_poison(p, k.bytes);
	if (k.slab)
		slab_put(m, p);
	else
		region_put(&m->region, p, k.index);
}

void *
gz_mem_grow(struct gz_mem *m, const struct gz_mem_purpose *purpose, void *p, size_t old,
		size_t keep, size_t size)
{
	void *wider;

	if (p != NULL && size <= GZ_MEM_MOST && gz_mem_fits(old) == gz_mem_fits(size)) {
		mem_poison(p, old);
		mem_unpoison(p, size);
		return p;
	}
	wider = gz_mem_get(m, purpose, size);
	if (wider == NULL || p == NULL)
		return wider;
	memcpy(wider, p, RTE_MIN(keep, size));
	gz_mem_put(m, purpose, p, old);
	return wider;
}

void
gz_mem_usage(const struct gz_mem *m, const struct gz_mem_purpose *purpose, struct gz_mem_use *use)
{
	const struct gz_mem_use *u = &m->use[purpose->id];

	use->used = __atomic_load_n(&u->used, __ATOMIC_RELAXED);
	use->peak = __atomic_load_n(&u->peak, __ATOMIC_RELAXED);
	use->budget = __atomic_load_n(&u->budget, __ATOMIC_RELAXED);
	use->refused = __atomic_load_n(&u->refused, __ATOMIC_RELAXED);
}

uint64_t
gz_mem_resident(const struct gz_mem *m)
{
	return (uint64_t)__atomic_load_n(&m->region.nb_touched, __ATOMIC_RELAXED) * CHUNK_BYTES;
}
