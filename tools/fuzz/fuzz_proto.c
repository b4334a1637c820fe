/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What two hosts say in a protocol: fuzz_proto --proto=NAME, one binary for all of them
 * (--list names them). The input is a list of chunks: a byte whose
 * lowest bit is the direction, whose next bit makes it a gap, and whose upper six
 * are the high bits of the length; a byte of its low bits; then the bytes.
 *
 * After each chunk every field of every transaction is read, as judging would.
 */

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gz_proto.h"

enum {
	VALUES_MOST = 64, /* of a field that are read */
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct gz_proto *proto;
static struct gz_mem *mem;
static struct gz_proto_ctx *ctx;
static struct gz_event_ring *ring;
static volatile uint8_t sum;

static void
list(void)
{
	const struct gz_proto *p;

	for (uint32_t i = 0; i < gz_protos.count; i++) {
		p = (const struct gz_proto *)gz_protos.by_name[i];
		if (p->parse != NULL)
			puts(p->reg.name);
	}
}

/* libFuzzer leaves arguments with two dashes to us. */
static void
read_argument(const char *text)
{
	static const char name[] = "--proto=";

	if (strcmp(text, "--list") == 0) {
		list();
		exit(0);
	}
	if (strncmp(text, name, sizeof(name) - 1) == 0)
		proto = gz_proto_find(text + sizeof(name) - 1);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint64_t all[GZ_EVENT_TYPES_MOST / 64] = { UINT64_MAX, UINT64_MAX };

	gz_protos_seal();
	for (int i = 1; i < *argc; i++)
		read_argument((*argv)[i]);
	if (proto == NULL || proto->parse == NULL) {
		fputs("fuzz_proto: --proto=NAME is needed, one of those that --list names\n",
				stderr);
		exit(2);
	}
	mem = gz_mem_create(NULL, 1);
	ctx = gz_proto_ctx_create(NULL, mem, NULL);
	ring = gz_event_ring_create(1 << 22);
	gz_event_want(ring, all);
	return 0;
}

static void
forget(void *arg, const struct gz_event *e)
{
}

static void
read_value(const struct gz_field_row *row, struct gz_tx *tx, int dir)
{
	struct gz_value v;

	for (uint32_t i = 0; i < VALUES_MOST && row->get(tx, dir, i, &v); i++) {
		for (uint32_t k = 0; k < v.len; k++)
			sum += v.p[k];
		if (!(row->flags & GZ_FIELD_MULTI))
			break;
	}
}

static void
read_fields(const struct gz_flow *f)
{
	struct gz_tx *tx;

	if (f->app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->app->txs, link) {
		for (uint32_t i = 0; i < gz_fields_count(); i++) {
			const struct gz_field_row *row = gz_field_row(gz_field(i), tx->proto);

			for (int dir = GZ_C2S; row != NULL && dir <= GZ_S2C; dir++)
				if (row->flags & (1u << dir) && row->get != NULL &&
						tx->progress[dir] >= row->progress[dir])
					read_value(row, tx, dir);
		}
	}
}

static void
reap(struct gz_flow *f)
{
	read_fields(f);
	gz_proto_reap(ctx, f, NULL, ring);
	while (gz_event_drain(ring, forget, NULL, 64) > 0)
		;
}

/** A stream may have lost bytes; a datagram is there or not. */
static bool
is_gap(uint8_t head)
{
	return (head & 2) != 0 && (proto->l4 & GZ_L4_TCP) != 0;
}

static void
feed(struct gz_flow *f, uint64_t offset[2], const uint8_t *head, uint32_t len)
{
	enum gz_dir dir = head[0] & 1 ? GZ_S2C : GZ_C2S;
	bool gap = is_gap(head[0]);
	uint8_t *copy = malloc(len + 1);
	struct gz_chunk chunk = { .data = gap ? NULL : copy,
		.len = len,
		.offset = offset[dir],
		.dir = dir,
		.flags = (offset[dir] == 0 ? GZ_CHUNK_START : 0u) | (gap ? GZ_CHUNK_GAP : 0u) };

	memcpy(copy, head + 2, gap ? 0 : len);
	gz_proto_feed(ctx, f, &chunk);
	offset[dir] += len;
	reap(f);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gz_flow f = { .proto = proto->l4 & GZ_L4_TCP ? IPPROTO_TCP : IPPROTO_UDP,
		.port = { 40000, 7777 },
		.expected = proto->reg.name };
	const struct gz_mem_purpose *p = NULL;
	uint64_t offset[2] = { 0, 0 };
	struct gz_mem_use use;

	while (size >= 2) {
		uint32_t len = (uint32_t)(data[0] >> 2) << 8 | data[1];

		bool gap = is_gap(data[0]);

		if (!gap && len > size - 2)
			len = (uint32_t)(size - 2);
		feed(&f, offset, data, len);
		len = gap ? 0 : len;
		data += 2 + len;
		size -= 2 + len;
	}
	gz_proto_finish(ctx, &f);
	reap(&f);
	gz_proto_end(ctx, &f);
	while ((p = gz_mem_purpose_next(p)) != NULL) {
		gz_mem_usage(mem, p, &use);
		if (use.used != 0)
			abort(); /* forgotten */
	}
	return 0;
}
