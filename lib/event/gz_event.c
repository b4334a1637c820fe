/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_event.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_debug.h>
#include <rte_errno.h>

#include "gz_stat.h"

enum {
	RING_LEAST = 64 * 1024, /* bytes */
	RING_MOST = 1 << 30,
	ALIGN = 16,
	MORE_TEXT = 8 * 1024, /* for what is added to all kinds of events */
	TYPE_SKIP = 0xffff, /* not an event: the reader goes on at the start of the ring */
};

enum {
	EVENT_POSTED,
	EVENT_LOST,
	EVENT_TOO_LONG
};

static const struct gz_stat_row event_rows[] = {
	[EVENT_POSTED] = { "events.posted", "events handed to control" },
	[EVENT_LOST] = { "events.lost", "events that found the ring full" },
	[EVENT_TOO_LONG] = { "events.too_long", "events whose text had no room in a record" },
};
GZ_STAT_REGISTER(event, event_rows)

GZ_REGISTRY(gz_event_types, "event type");

struct gz_event_ring {
	/* Written by the writer. */
	uint64_t head __rte_cache_aligned; /* bytes ever written; worker: rw, control: ro */
	uint64_t tail_seen; /* what tail was at the last look */
	uint64_t begun; /* where the record begun lies */
	struct gz_json json;
	gz_event_full_fn full;
	void *full_arg;
	gz_event_more_fn more;
	void *more_arg;

	/* Written by the reader. */
	uint64_t tail __rte_cache_aligned; /* bytes ever read; control: rw, worker: ro */

	uint64_t want[GZ_EVENT_TYPES_MOST / 64] __rte_cache_aligned; /* control: wo, worker: ro */
	uint32_t size;
	uint8_t bytes[] __rte_cache_aligned;
};

struct gz_event_ring *
gz_event_ring_create(uint32_t bytes)
{
	struct gz_event_ring *r;

	if (bytes < RING_LEAST || bytes > RING_MOST) {
		rte_errno = EINVAL;
		return NULL;
	}
	gz_registry_seal(&gz_event_types);
	RTE_VERIFY(gz_event_types.count <= GZ_EVENT_TYPES_MOST);
	bytes = rte_align32pow2(bytes);
	r = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*r) + bytes);
	if (r == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	memset(r, 0, sizeof(*r));
	memset(r->want, 0xff, sizeof(r->want));
	r->size = bytes;
	return r;
}

void
gz_event_ring_destroy(struct gz_event_ring *r)
{
	free(r);
}

void
gz_event_ring_lossless(struct gz_event_ring *r, gz_event_full_fn fn, void *arg)
{
	r->full = fn;
	r->full_arg = arg;
}

void
gz_event_ring_more(struct gz_event_ring *r, gz_event_more_fn fn, void *arg)
{
	r->more = fn;
	r->more_arg = arg;
}

void
gz_event_want(struct gz_event_ring *r, const uint64_t mask[GZ_EVENT_TYPES_MOST / 64])
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(r->want); i++)
		__atomic_store_n(&r->want[i], mask[i], __ATOMIC_RELAXED);
}

bool
gz_event_is_wanted(const struct gz_event_ring *r, const struct gz_event_type *type)
{
	uint32_t id = type->reg.id;

	return (__atomic_load_n(&r->want[id / 64], __ATOMIC_RELAXED) >> id % 64 & 1) != 0;
}

static struct gz_event *
record_at(struct gz_event_ring *r, uint64_t pos)
{
	return (struct gz_event *)(r->bytes + (pos & (r->size - 1)));
}

/** May the writer use the bytes up to @p end? */
static bool
is_free(struct gz_event_ring *r, uint64_t end)
{
	if (end - r->tail_seen <= r->size)
		return true;
	r->tail_seen = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
	return end - r->tail_seen <= r->size;
}

/** Where @p need bytes in one piece are free, at the head or at the start behind it. */
static bool
ring_reserve(struct gz_event_ring *r, uint32_t need)
{
	uint32_t to_end = r->size - (r->head & (r->size - 1));
	struct gz_event *skip;

	r->begun = need <= to_end ? r->head : r->head + to_end;
	while (unlikely(!is_free(r, r->begun + need))) {
		if (r->full == NULL)
			return false;
		r->full(r->full_arg);
	}
	if (r->begun != r->head) {
		skip = record_at(r, r->head);
		skip->size = to_end;
		skip->type = TYPE_SKIP;
	}
	return true;
}

struct gz_event *
gz_event_begin(struct gz_event_ring *r, const struct gz_event_type *type, uint32_t text_most)
{
	/* In half of the ring a record fits wherever the head is. */
	uint32_t most = r->size / 2 - (uint32_t)sizeof(struct gz_event);
	struct gz_event *e;

	if (!gz_event_is_wanted(r, type))
		return NULL;
	if (r->more != NULL)
		text_most += MORE_TEXT;
	text_most = RTE_MIN(RTE_MIN(text_most, (uint32_t)GZ_EVENT_TEXT_MOST), most);
	if (!ring_reserve(r, RTE_ALIGN(sizeof(*e) + text_most, (uint32_t)ALIGN))) {
		GZ_STAT_ADD(event, EVENT_LOST, 1);
		return NULL;
	}
	e = record_at(r, r->begun);
	memset(e, 0, sizeof(*e));
	e->type = (uint16_t)type->reg.id;
	e->wire = GZ_EVENT_NONE;
	e->server = GZ_EVENT_NONE;
	e->tx_id = UINT64_MAX;
	gz_json_init(&r->json, e->text, text_most);
	return e;
}

struct gz_json *
gz_event_json(struct gz_event_ring *r)
{
	return &r->json;
}

void
gz_event_verdict(struct gz_json *j, const char *action, bool to_client, bool to_server,
		uint8_t proto)
{
	gz_json_object(j, "verdict");
	gz_json_str(j, "action", action);
	if (to_client || to_server) {
		gz_json_str(j, "reject-target",
				!to_server                   ? "to_client"
						: !to_client ? "to_server"
							     : "both");
		gz_json_array(j, "reject");
		gz_json_str(j, NULL, proto == IPPROTO_TCP ? "tcp-reset" : "icmp-prohib");
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

static void
add_more(struct gz_event_ring *r, const struct gz_event *e)
{
	struct gz_json before = r->json;

	if (r->more == NULL || gz_json_full(&before))
		return;
	r->more(r->more_arg, e, &r->json);
	if (gz_json_full(&r->json))
		r->json = before;
}

void
gz_event_commit(struct gz_event_ring *r)
{
	struct gz_event *e = record_at(r, r->begun);

	add_more(r, e);
	if (gz_json_full(&r->json)) {
		GZ_STAT_ADD(event, EVENT_TOO_LONG, 1);
		return;
	}
	e->text_len = r->json.len;
	e->size = RTE_ALIGN((uint32_t)sizeof(*e) + e->text_len, (uint32_t)ALIGN);
	GZ_STAT_ADD(event, EVENT_POSTED, 1);
	__atomic_store_n(&r->head, r->begun + e->size, __ATOMIC_RELEASE);
}

uint32_t
gz_event_drain(struct gz_event_ring *r, gz_event_fn fn, void *arg, uint32_t most)
{
	uint64_t head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE), tail = r->tail;
	const struct gz_event *e;
	uint32_t n = 0;

	while (tail != head && n < most) {
		e = record_at(r, tail);
		tail += e->size;
		if (e->type != TYPE_SKIP) {
			fn(arg, e);
			n++;
		}
		__atomic_store_n(&r->tail, tail, __ATOMIC_RELEASE);
	}
	return n;
}

bool
gz_event_ring_is_empty(const struct gz_event_ring *r)
{
	return __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) ==
			__atomic_load_n(&r->tail, __ATOMIC_RELAXED);
}
