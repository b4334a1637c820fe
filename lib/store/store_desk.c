/* SPDX-License-Identifier: BSD-3-Clause */

/* A worker's side: blocks that are filled, wait, are handed over and come back. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_common.h>

#include "store_internal.h"

enum {
	BACK_BURST = 32,
	NAP_US = 50,
};

static struct rte_ring *
ring_create(uint32_t items)
{
	uint32_t count = rte_align32pow2(items + 1);
	ssize_t size = rte_ring_get_memsize(count);
	struct rte_ring *r = size < 0 ? NULL : aligned_alloc(RTE_CACHE_LINE_SIZE, (size_t)size);

	if (r == NULL)
		return NULL;
	if (rte_ring_init(r, "store", count, RING_F_SP_ENQ | RING_F_SC_DEQ) == 0)
		return r;
	free(r);
	return NULL;
}

/* Pages of the pool are touched when they are first used. */
static void *
pool_create(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int
store_desk_init(struct gz_store_desk *d, struct gz_store *s, uint32_t blocks, uint32_t files)
{
	d->store = s;
	d->nb_blocks = blocks;
	d->nb_files = files;
	d->out = ring_create(blocks + files);
	d->back = ring_create(blocks + files);
	d->blocks = pool_create(blocks * sizeof(*d->blocks));
	d->files = calloc(files, sizeof(*d->files));
	return d->out != NULL && d->back != NULL && d->blocks != NULL && d->files != NULL ? 0
											  : -ENOMEM;
}

void
store_desk_fini(struct gz_store_desk *d)
{
	free(d->out);
	free(d->back);
	if (d->blocks != NULL)
		munmap(d->blocks, d->nb_blocks * sizeof(*d->blocks));
	free(d->files);
}

struct gz_store_desk *
gz_store_desk(struct gz_store *s, uint32_t i)
{
	return s == NULL ? NULL : &s->desks[i];
}

bool
gz_store_is_forced(const struct gz_store_desk *d)
{
	return d->store->force;
}

static void
block_put(struct gz_store_desk *d, struct store_block *b)
{
	b->next = d->free_blocks;
	d->free_blocks = b;
}

static void
file_put(struct gz_store_desk *d, struct gz_store_file *f)
{
	f->next = d->free_files;
	d->free_files = f;
}

static void
take_back(struct gz_store_desk *d)
{
	void *items[BACK_BURST];
	uint32_t n, i;

	do {
		n = rte_ring_sc_dequeue_burst(d->back, items, BACK_BURST, NULL);
		for (i = 0; i < n; i++) {
			if (((struct store_item *)items[i])->ends)
				file_put(d, items[i]);
			else
				block_put(d, items[i]);
		}
		d->on_the_way -= n;
	} while (n == BACK_BURST);
}

/* In replay: while the thread has something, that will come back. @return false: it has nothing. */
static bool
wait_for_thread(struct gz_store_desk *d)
{
	if (!d->store->replay || d->on_the_way == 0)
		return false;
	usleep(NAP_US);
	take_back(d);
	return true;
}

static struct store_block *
block_get(struct gz_store_desk *d)
{
	struct store_block *b;

	if (d->free_blocks == NULL && d->used_blocks < d->nb_blocks)
		return &d->blocks[d->used_blocks++];
	if (d->free_blocks == NULL)
		take_back(d);
	while (d->free_blocks == NULL && wait_for_thread(d))
		;
	b = d->free_blocks;
	if (b != NULL)
		d->free_blocks = b->next;
	return b;
}

static struct gz_store_file *
file_get(struct gz_store_desk *d)
{
	struct gz_store_file *f;

	if (d->free_files == NULL && d->used_files < d->nb_files)
		return &d->files[d->used_files++];
	if (d->free_files == NULL)
		take_back(d);
	while (d->free_files == NULL && wait_for_thread(d))
		;
	f = d->free_files;
	if (f != NULL)
		d->free_files = f->next;
	return f;
}

struct gz_store_file *
gz_store_begin(struct gz_store_desk *d)
{
	struct gz_store_file *f = file_get(d);

	if (f == NULL) {
		store_count(STORE_MAX_HIT, 1);
		return NULL;
	}
	*f = (struct gz_store_file){ .item.ends = true, .fd = -1 };
	if (d->store->force)
		gz_store_keep(d, f);
	return f;
}

/* There is room in the rings for all items that there are. */
static void
hand_over(struct gz_store_desk *d, struct store_item *item)
{
	d->on_the_way++;
	(void)rte_ring_sp_enqueue(d->out, item);
}

static void
hand_over_blocks(struct gz_store_desk *d, struct gz_store_file *f)
{
	struct store_block *b;

	while ((b = f->first) != NULL) {
		f->first = b->next;
		hand_over(d, &b->item);
	}
	f->last = NULL;
}

static void
give_up(struct gz_store_desk *d, struct gz_store_file *f, enum store_stat why)
{
	struct store_block *b;

	f->given_up = true;
	store_count(why, 1);
	while ((b = f->first) != NULL) {
		f->first = b->next;
		block_put(d, b);
	}
	f->last = NULL;
}

static struct store_block *
block_add(struct gz_store_desk *d, struct gz_store_file *f)
{
	struct store_block *b = block_get(d);

	if (b == NULL)
		return NULL;
	b->item.ends = false;
	b->len = 0;
	b->file = f;
	b->next = NULL;
	if (f->last != NULL)
		f->last->next = b;
	else
		f->first = b;
	f->last = b;
	return b;
}

static bool
is_allowed(struct gz_store_desk *d, struct gz_store_file *f)
{
	const struct gz_store *s = d->store;

	if (s->file_most > 0 && f->size > s->file_most)
		give_up(d, f, STORE_TOO_LONG);
	else if (!f->kept && f->size > s->wait_most)
		give_up(d, f, STORE_WAITED);
	return !f->given_up;
}

void
gz_store_add(struct gz_store_desk *d, struct gz_store_file *f, struct gz_span s)
{
	struct store_block *b = f->last;
	uint32_t n;

	f->size += s.len;
	if (f->given_up || !is_allowed(d, f))
		return;
	while (s.len > 0) {
		if (b == NULL || b->len == STORE_BLOCK) {
			if (f->kept)
				hand_over_blocks(d, f);
			b = block_add(d, f);
		}
		if (b == NULL) {
			give_up(d, f, STORE_NO_ROOM);
			return;
		}
		n = RTE_MIN(s.len, STORE_BLOCK - b->len);
		memcpy(b->data + b->len, s.p, n);
		b->len += n;
		s = gz_span(s.p + n, s.len - n);
	}
}

void
gz_store_keep(struct gz_store_desk *d, struct gz_store_file *f)
{
	if (f->kept || f->given_up)
		return;
	if (atomic_load_explicit(&d->store->full, memory_order_relaxed)) {
		give_up(d, f, STORE_FULL);
		return;
	}
	f->kept = true;
	f->id = atomic_fetch_add_explicit(&d->store->next_id, 1, memory_order_relaxed) + 1;
}

bool
gz_store_keeps_files(const struct gz_store_desk *d)
{
	return d->store->dir[0] != '\0';
}

bool
gz_store_keeps_certs(const struct gz_store_desk *d)
{
	return d->store->certs[0] != '\0';
}

struct gz_store_file *
gz_store_begin_cert(struct gz_store_desk *d, uint64_t time_us, uint64_t *number, const char *ending)
{
	struct gz_store_file *f = gz_store_begin(d);

	if (f == NULL)
		return NULL;
	gz_store_keep(d, f);
	if (f->given_up) {
		gz_store_end(d, f, NULL);
		return NULL;
	}
	if (*number == 0)
		*number = f->id;
	snprintf(f->name, sizeof(f->name), "%llu.%06llu-%llu.%s",
			(unsigned long long)(time_us / 1000000),
			(unsigned long long)(time_us % 1000000), (unsigned long long)*number,
			ending);
	return f;
}

bool
gz_store_is_kept(const struct gz_store_file *f)
{
	return f->kept;
}

uint64_t
gz_store_end(struct gz_store_desk *d, struct gz_store_file *f, const uint8_t *sha256)
{
	uint64_t id = f->id;

	if (!f->kept) {
		while (f->first != NULL) {
			struct store_block *b = f->first;

			f->first = b->next;
			block_put(d, b);
		}
		file_put(d, f);
		return 0;
	}
	f->whole = sha256 != NULL && !f->given_up;
	if (!f->whole)
		id = 0;
	if (f->whole)
		memcpy(f->sha256, sha256, STORE_DIGEST);
	hand_over_blocks(d, f);
	hand_over(d, &f->item);
	return id;
}

void
gz_store_end_cert(struct gz_store_desk *d, struct gz_store_file *f)
{
	f->whole = !f->given_up;
	hand_over_blocks(d, f);
	hand_over(d, &f->item);
}
