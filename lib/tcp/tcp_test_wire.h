/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_TEST_WIRE_H
#define TCP_TEST_WIRE_H

/* A wire to test on: what was handed on is written down by direction. */

#include "tcp_test_frame.h"

struct wire {
	struct gz_conf *conf;
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	struct gz_exceptions x;
	struct gz_flow_table *flows;
	struct gz_tcp *tcp;
	bool detect_only;
	uint64_t now_us;
	uint16_t client_port;

	uint8_t frame[FRAME];
	struct gz_pkt p; /* the last one */
	enum gz_verdict refused;
	struct gz_flow *flow;

	uint8_t *stream[2]; /* handed on, by direction; gaps as '?' */
	uint32_t len[2];
	uint32_t gaps[2], ends[2], starts[2], chunks[2];
	uint32_t before; /* of the last chunk */
	const char *bad; /* refuse what ends with it */
	bool swap; /* turn the flow at the next chunk */
	bool refuse; /* packets are such that no receiver takes them */
	bool stop; /* stop the stream at the next chunk */
	uint32_t flow_ends[GZ_NB_FLOW_ENDS];
};

static inline void
note_bytes(struct wire *w, const struct gz_chunk *k)
{
	if (k->len == 0)
		return;
	assert_true(w->len[k->dir] + k->len <= STREAM);
	assert_int_equal(k->offset, w->len[k->dir]);
	if (k->data == NULL)
		memset(w->stream[k->dir] + w->len[k->dir], '?', k->len);
	else
		memcpy(w->stream[k->dir] + w->len[k->dir], k->data, k->len);
	w->len[k->dir] += k->len;
	w->before = k->before;
	assert_true(k->before <= k->offset);
	if (k->before > 0)
		assert_memory_equal(k->data - k->before, w->stream[k->dir] + k->offset - k->before,
				k->before);
}

static enum gz_verdict
note_chunk(void *arg, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *k)
{
	struct wire *w = arg;
	uint32_t bad = w->bad != NULL ? (uint32_t)strlen(w->bad) : 0;

	assert_ptr_equal(p->flow, f);
	assert_int_equal(k->data == NULL, (k->flags & GZ_CHUNK_GAP) != 0);
	assert_int_equal(w->ends[k->dir], 0);
	note_bytes(w, k);
	w->chunks[k->dir]++;
	w->gaps[k->dir] += (k->flags & GZ_CHUNK_GAP) != 0;
	w->ends[k->dir] += (k->flags & GZ_CHUNK_END) != 0;
	w->starts[k->dir] += (k->flags & GZ_CHUNK_START) != 0;
	if (w->swap)
		gz_flow_swap(f);
	if (w->stop)
		gz_tcp_stop_stream(w->tcp, f);
	w->swap = w->stop = false;
	if (bad > 0 && w->len[k->dir] >= bad &&
			memcmp(w->stream[k->dir] + w->len[k->dir] - bad, w->bad, bad) == 0)
		return GZ_DROP;
	return GZ_PASS;
}

static void
note_flow_end(void *arg, struct gz_flow *f, enum gz_flow_end why)
{
	struct wire *w = arg;

	w->flow_ends[why]++;
	gz_tcp_end(w->tcp, f);
	if (why != GZ_FLOW_END_SHUTDOWN)
		for (uint32_t d = 0; d < 2; d++)
			w->len[d] = w->ends[d] = 0;
}

static inline void
wire_set(struct wire *w, const char *setting)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	assert_int_equal(gz_conf_set(w->conf, setting, &errors), 0);
}

static inline struct wire *
wire_open(void)
{
	struct wire *w = calloc(1, sizeof(*w));

	w->conf = gz_conf_create();
	w->now_us = noon;
	w->client_port = 40000;
	w->stream[0] = malloc(STREAM);
	w->stream[1] = malloc(STREAM);
	wire_set(w, "memory.workers=64M");
	return w;
}

/** After the settings. */
static inline void
wire_start(struct wire *w)
{
	gz_exceptions_init(&w->x, w->conf);
	w->mem = gz_mem_create(w->conf, 1);
	w->wheel = gz_wheel_create(100, 1000 * 1000, NULL);
	gz_wheel_turn(w->wheel, noon / 1000, UINT32_MAX);
	w->flows = gz_flow_table_create(w->conf, w->mem, w->wheel, 0, 1, &w->x, note_flow_end, w);
	w->tcp = gz_tcp_create(w->conf, w->mem, w->flows, &w->x, note_chunk, w);
	assert_non_null(w->tcp);
}

static inline struct wire *
wire_new(void)
{
	struct wire *w = wire_open();

	wire_start(w);
	return w;
}

static inline uint64_t
wire_used(const struct wire *w, const struct gz_mem_purpose *purpose)
{
	struct gz_mem_use use;

	gz_mem_usage(w->mem, purpose, &use);
	return use.used;
}

/** End all flows; nothing may be left behind. */
static inline void
wire_end(struct wire *w)
{
	gz_flow_table_destroy(w->flows);
	w->flows = NULL;
	assert_int_equal(wire_used(w, tcp_connections), 0);
	assert_int_equal(wire_used(w, tcp_streams), 0);
}

static inline void
wire_close(struct wire *w)
{
	if (w->flows != NULL)
		wire_end(w);
	gz_tcp_destroy(w->tcp);
	gz_wheel_destroy(w->wheel);
	gz_mem_destroy(w->mem);
	gz_conf_destroy(w->conf);
	free(w->stream[0]);
	free(w->stream[1]);
	free(w);
}

#endif /* TCP_TEST_WIRE_H */
