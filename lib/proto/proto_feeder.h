/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PROTO_FEEDER_H
#define PROTO_FEEDER_H

/*
 * For tests of parsers: a flow of its own, to which bytes are said in one
 * direction or the other, whole or in pieces; after each chunk a test may look,
 * then the flow is reaped. Its events are there to read, a line each:
 * "type tx_id {members}".
 */

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gz_proto.h"

struct feeder {
	struct gz_mem *mem;
	struct gz_proto_ctx *ctx;
	struct gz_event_ring *ring;
	struct gz_flow flow;
	uint64_t offset[2];
	uint32_t piece; /* bytes in a chunk; 0: as said */
	FILE *to;
	char *events;
	size_t events_len;
	bool failed; /* a parser broke off, or none could be had */
	/** Look at the flow after each feed, before it is reaped; NULL: nobody looks. */
	void (*look)(struct feeder *f, enum gz_dir dir);
	void *arg;
};

static inline void
feeder_write_event(void *arg, const struct gz_event *e)
{
	struct feeder *f = arg;

	fprintf(f->to, "%s %lld {%.*s}\n", gz_event_types.by_name[e->type]->name,
			(long long)e->tx_id, (int)e->text_len, e->text);
}

/** A flow from a client's port 40000 to @p port; @p l4: IPPROTO_*. Events of all kinds are wanted. */
static inline void
feeder_init(struct feeder *f, uint8_t l4, uint16_t port)
{
	static const uint64_t all[GZ_EVENT_TYPES_MOST / 64] = { UINT64_MAX, UINT64_MAX };

	memset(f, 0, sizeof(*f));
	f->mem = gz_mem_create(NULL, 1);
	assert_non_null(f->mem);
	f->ctx = gz_proto_ctx_create(NULL, f->mem, NULL);
	assert_non_null(f->ctx);
	f->ring = gz_event_ring_create(1 << 20);
	assert_non_null(f->ring);
	gz_event_want(f->ring, all);
	f->to = open_memstream(&f->events, &f->events_len);
	f->flow.proto = l4;
	f->flow.port[GZ_C2S] = 40000;
	f->flow.port[GZ_S2C] = port;
}

static inline void
feeder_reap(struct feeder *f)
{
	gz_proto_reap(f->ctx, &f->flow, NULL, f->ring);
	while (gz_event_drain(f->ring, feeder_write_event, f, 64) > 0)
		;
	fflush(f->to);
}

static inline void
feeder_chunk(struct feeder *f, enum gz_dir dir, struct gz_span s, uint32_t flags)
{
	struct gz_chunk chunk = { .data = s.p,
		.len = s.len,
		.flags = flags | (f->offset[dir] == 0 ? GZ_CHUNK_START : 0u),
		.offset = f->offset[dir],
		.dir = dir };

	if (!gz_proto_feed(f->ctx, &f->flow, &chunk))
		f->failed = true;
	f->offset[dir] += s.len;
	if (f->look != NULL)
		f->look(f, dir);
	feeder_reap(f);
}

static inline void
feeder_say(struct feeder *f, enum gz_dir dir, struct gz_span s)
{
	uint32_t most = f->piece == 0 || f->flow.proto != IPPROTO_TCP ? GZ_FEED_MOST : f->piece;

	while (s.len > 0) {
		uint32_t n = RTE_MIN(most, s.len);
		/* A copy of its own, so that a sanitizer sees what reads beyond it. */
		uint8_t *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, s.p, n);
		feeder_chunk(f, dir, gz_span(copy, n), 0);
		free(copy);
		s = gz_span(s.p + n, s.len - n);
	}
}

static inline void
feeder_say_str(struct feeder *f, enum gz_dir dir, const char *text)
{
	feeder_say(f, dir, gz_span_str(text));
}

static inline void
feeder_gap(struct feeder *f, enum gz_dir dir, uint32_t len)
{
	feeder_chunk(f, dir, gz_span(NULL, len), GZ_CHUNK_GAP);
}

/** Both sides close. */
static inline void
feeder_close(struct feeder *f)
{
	if (f->flow.proto != IPPROTO_TCP)
		return;
	feeder_chunk(f, GZ_C2S, gz_span(NULL, 0), GZ_CHUNK_END);
	feeder_chunk(f, GZ_S2C, gz_span(NULL, 0), GZ_CHUNK_END);
}

/** The flow ends; its events stay to be read. */
static inline void
feeder_end(struct feeder *f)
{
	gz_proto_finish(f->ctx, &f->flow);
	if (f->look != NULL) {
		f->look(f, GZ_C2S);
		f->look(f, GZ_S2C);
	}
	feeder_reap(f);
	gz_proto_end(f->ctx, &f->flow);
	assert_null(f->flow.app);
}

/** Frees all; checks that nothing of the parsers' memory was forgotten. */
static inline void
feeder_fini(struct feeder *f)
{
	const struct gz_mem_purpose *p = NULL;
	struct gz_mem_use use;

	if (f->flow.app != NULL)
		feeder_end(f);
	gz_proto_ctx_destroy(f->ctx);
	while ((p = gz_mem_purpose_next(p)) != NULL) {
		gz_mem_usage(f->mem, p, &use);
		assert_int_equal(use.used, 0);
	}
	fclose(f->to);
	free(f->events);
	gz_event_ring_destroy(f->ring);
	gz_mem_destroy(f->mem);
}

/** The @p index-th value of a field in @p tx. */
static inline bool
feeder_tx_value(struct gz_tx *tx, const char *name, int dir, uint32_t index, struct gz_value *v)
{
	const struct gz_field *field = gz_field_find(name);
	const struct gz_field_row *row;

	assert_non_null(field);
	row = gz_field_row(field, tx->proto);
	return row != NULL && tx->progress[dir] >= row->progress[dir] &&
			row->get(tx, dir, index, v);
}

/** The same for a number. */
static inline bool
feeder_tx_number(struct gz_tx *tx, const char *name, int dir, uint32_t index, uint64_t *v)
{
	const struct gz_field *field = gz_field_find(name);
	const struct gz_field_row *row;

	assert_non_null(field);
	row = gz_field_row(field, tx->proto);
	return row != NULL && row->get_number(tx, dir, index, v);
}

#endif /* PROTO_FEEDER_H */
