/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What two hosts say in a protocol: fuzz_proto --proto=NAME, one binary for all of them. --list names
 * them: NAME-udp is a protocol that streams and datagrams carry, over datagrams; "any" leaves it to
 * detection: the first byte of its input chooses the layer below, and the second the server's port.
 * The input is a list of chunks: a byte whose lowest bit is the direction, whose next bit makes it a
 * gap, and whose upper six are the high bits of the length; a byte of its low bits; then the bytes.
 *
 * After each chunk every field of every transaction is read, as judging would, and what an alert
 * would tell is written. What a flow holds may not outgrow what was said in it.
 */

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gz_file.h"
#include "gz_proto.h"

enum {
	VALUES_MOST = 64, /* of a field that are read */
	TEXT_MOST = 64 * 1024, /* what an alert tells of a transaction */
	HELD_MOST = 4 << 20, /* bytes that a flow may hold, whatever was said */
	HELD_MOST_PER_BYTE = 512, /* and for each byte that was said */
	NO_PORT = 7777, /* that no protocol has */
	NB_PORTS = 64,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gz_proto *proto; /* NULL: any */
static bool any;
static uint8_t layer; /* IPPROTO_*, but with any */
static uint16_t ports[NB_PORTS] = { NO_PORT };
static uint32_t nb_ports = 1;
static struct gz_mem *mem;
static struct gz_proto_ctx *ctx;
static struct gz_event_ring *ring;
static volatile uint8_t sum;

/** Rows of fields by protocol, so that not all fields are asked whose they are. */
static const struct gz_field_row **rows[64];
static uint32_t nb_rows[64];

static void
list(void)
{
	const struct gz_proto *p;

	for (uint32_t i = 0; i < gz_protos.count; i++) {
		p = (const struct gz_proto *)gz_protos.by_name[i];
		if (p->parse == NULL)
			continue;
		puts(p->reg.name);
		if (p->l4 == (GZ_L4_TCP | GZ_L4_UDP))
			printf("%s-udp\n", p->reg.name);
	}
	puts("any");
}

static bool
always(const struct gz_flow *f)
{
	return true;
}

static struct gz_proto *
find(const char *name)
{
	return (struct gz_proto *)gz_registry_find(&gz_protos, name);
}

/** @return false: there is no such protocol. */
static bool
choose(const char *name)
{
	static const char suffix[] = "-udp";
	size_t len = strlen(name), cut = sizeof(suffix) - 1;
	char *plain = strdup(name);

	any = strcmp(name, "any") == 0;
	proto = find(name);
	if (proto == NULL && len > cut && strcmp(name + len - cut, suffix) == 0) {
		plain[len - cut] = '\0';
		proto = find(plain);
		layer = IPPROTO_UDP;
	} else if (proto != NULL) {
		layer = proto->l4 & GZ_L4_TCP ? IPPROTO_TCP : IPPROTO_UDP;
	}
	free(plain);
	if (proto != NULL)
		proto->announced = always; /* detection has a harness of its own: any */
	return any || (proto != NULL && proto->parse != NULL);
}

/* libFuzzer leaves arguments with two dashes to us. */
static bool
read_argument(const char *text)
{
	static const char name[] = "--proto=";

	if (strcmp(text, "--list") == 0) {
		list();
		exit(0);
	}
	return strncmp(text, name, sizeof(name) - 1) == 0 && choose(text + sizeof(name) - 1);
}

static void
list_rows(const struct gz_proto *p)
{
	const struct gz_field_row *row;

	rows[p->reg.id] = calloc(gz_fields_count(), sizeof(*rows[0]));
	for (uint32_t i = 0; i < gz_fields_count(); i++) {
		row = gz_field_row(gz_field(i), p);
		if (row != NULL)
			rows[p->reg.id][nb_rows[p->reg.id]++] = row;
	}
	if (p->nb_ports > 0 && nb_ports < NB_PORTS)
		ports[nb_ports++] = p->port_list[0];
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint64_t all[GZ_EVENT_TYPES_MOST / 64] = { UINT64_MAX, UINT64_MAX };
	bool chosen = false;

	gz_protos_seal();
	for (int i = 1; i < *argc; i++)
		chosen |= read_argument((*argv)[i]);
	if (!chosen) {
		fputs("fuzz_proto: --proto=NAME is needed, one of those that --list names\n",
				stderr);
		exit(2);
	}
	for (uint32_t i = 0; i < gz_protos.count; i++)
		list_rows((const struct gz_proto *)gz_protos.by_name[i]);
	mem = gz_mem_create(NULL, 1);
	ctx = gz_proto_ctx_create(NULL, mem, NULL);
	gz_proto_needs(ctx,
			GZ_NEEDS_BODIES | GZ_NEEDS_DIGESTS | GZ_NEEDS_MD5 | GZ_NEEDS_FRAMES |
					GZ_NEEDS_STREAMS);
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
read_row(const struct gz_field_row *row, struct gz_tx *tx, int dir)
{
	uint64_t number;

	if (!(row->flags & (1u << dir)) || tx->progress[dir] < row->progress[dir])
		return;
	if (row->get != NULL)
		read_value(row, tx, dir);
	for (uint32_t i = 0; row->get_number != NULL && i < VALUES_MOST; i++)
		if (!row->get_number(tx, dir, i, &number) || !(row->flags & GZ_FIELD_MULTI))
			break;
}

static void
tell_of_alert(const struct gz_tx *tx)
{
	static char text[TEXT_MOST];
	struct gz_json j;

	gz_json_init(&j, text, sizeof(text));
	if (tx->proto->log != NULL)
		tx->proto->log(tx, GZ_LOG_ALERT, 0, &j);
	gz_files_log(tx, GZ_C2S, &j);
	gz_files_log(tx, GZ_S2C, &j);
}

static void
judge(struct gz_tx *tx)
{
	uint32_t id = tx->proto->reg.id;

	if (!tx->changed[GZ_C2S] && !tx->changed[GZ_S2C])
		return;
	for (uint32_t i = 0; i < nb_rows[id]; i++) {
		read_row(rows[id][i], tx, GZ_C2S);
		read_row(rows[id][i], tx, GZ_S2C);
	}
	tell_of_alert(tx);
}

static uint64_t
held(void)
{
	const struct gz_mem_purpose *p = NULL;
	struct gz_mem_use use;
	uint64_t n = 0;

	while ((p = gz_mem_purpose_next(p)) != NULL) {
		gz_mem_usage(mem, p, &use);
		n += use.used;
	}
	return n;
}

static void
reap(struct gz_flow *f)
{
	struct gz_tx *tx;

	if (f->app != NULL)
		TAILQ_FOREACH(tx, &f->app->txs, link)
			judge(tx);
	gz_proto_reap(ctx, f, NULL, ring);
	while (gz_event_drain(ring, forget, NULL, 64) > 0)
		;
}

/** A stream may have lost bytes; a datagram is there or not. */
static bool
is_gap(const struct gz_flow *f, uint8_t head)
{
	return (head & 2) != 0 && f->proto == IPPROTO_TCP;
}

static void
feed(struct gz_flow *f, uint64_t offset[2], const uint8_t *head, uint32_t len)
{
	enum gz_dir dir = head[0] & 1 ? GZ_S2C : GZ_C2S;
	bool gap = is_gap(f, head[0]);
	uint8_t *copy = malloc(len + 1);
	struct gz_chunk chunk = { .data = gap ? NULL : copy,
		.len = len,
		.offset = offset[dir],
		.dir = dir,
		.flags = (offset[dir] == 0 ? GZ_CHUNK_START : 0u) | (gap ? GZ_CHUNK_GAP : 0u) };

	memcpy(copy, head + 2, gap ? 0 : len);
	f->count[dir].bytes += gap ? 0 : len;
	gz_proto_feed(ctx, f, &chunk);
	offset[dir] += len;
	reap(f);
	if (held() > HELD_MOST + HELD_MOST_PER_BYTE * (f->count[0].bytes + f->count[1].bytes))
		abort(); /* grown out of proportion */
	free(copy);
}

static void
converse(struct gz_flow *f, const uint8_t *data, size_t size)
{
	uint64_t offset[2] = { 0, 0 };

	while (size >= 2) {
		uint32_t len = (uint32_t)(data[0] >> 2) << 8 | data[1];
		bool gap = is_gap(f, data[0]);

		if (!gap && len > size - 2)
			len = (uint32_t)(size - 2);
		feed(f, offset, data, len);
		len = gap ? 0 : len;
		data += 2 + len;
		size -= 2 + len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gz_flow f = { .proto = layer, .port = { 40000, NO_PORT } };

	if (any) {
		if (size < 2)
			return 0;
		f.proto = data[0] & 1 ? IPPROTO_UDP : IPPROTO_TCP;
		f.port[GZ_S2C] = ports[data[1] % nb_ports];
		data += 2;
		size -= 2;
	}
	converse(&f, data, size);
	gz_proto_finish(ctx, &f);
	reap(&f);
	gz_proto_end(ctx, &f);
	gz_files_drop_wholes(ctx);
	if (held() != 0)
		abort(); /* forgotten */
	return 0;
}
