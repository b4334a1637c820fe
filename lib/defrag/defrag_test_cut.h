/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEFRAG_TEST_CUT_H
#define DEFRAG_TEST_CUT_H

/* Fragments for tests: a datagram, and cuts of it as frames. */

#include <stdlib.h>
#include <string.h>

#include "gz_pkt.h"

static const struct gz_decode_opts opts = { .verify_checksums = false };
static uint64_t test_now_us;

static inline void
be16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* What is cut up: a UDP datagram from port 1234 to 53. */
static inline void
make_datagram(uint8_t *data, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	be16(data, 1234);
	be16(data + 2, 53);
	be16(data + 4, len);
	be16(data + 6, 0);
}

static inline struct gz_pkt *
decoded(uint8_t *data, uint32_t len)
{
	struct gz_pkt *p = calloc(1, sizeof(*p));

	p->data = data;
	p->len = len;
	p->link = GZ_LINK_ETHERNET;
	p->time_us = test_now_us;
	gz_pkt_decode(p, &opts);
	return p;
}

struct cut {
	uint32_t off, len;
	bool more;
	uint16_t id;
	uint8_t proto;
	uint8_t host; /* last byte of the source address */
};

static inline struct gz_pkt *
ipv4(struct cut c, const uint8_t *payload)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 0, 0,
		0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };
	uint8_t *data = malloc(sizeof(head) + c.len);

	memcpy(data, head, sizeof(head));
	memcpy(data + sizeof(head), payload + c.off, c.len);
	be16(data + 16, 20 + c.len);
	be16(data + 18, c.id);
	be16(data + 20, c.off / 8 | (c.more ? 0x2000u : 0));
	data[29] = c.host > 0 ? c.host : 1;
	if (c.proto != 0)
		data[23] = c.proto;
	return decoded(data, (uint32_t)sizeof(head) + c.len);
}

/* With a hop-by-hop header before the fragment header. */
static inline struct gz_pkt *
ipv6(struct cut c, const uint8_t *payload)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0,
		0, 0, 0, 0, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1,
		0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 44, 0, 5, 2, 0, 0, 0, 0, 17, 0, 0, 0,
		0, 0, 0, 0 };
	uint8_t *data = malloc(sizeof(head) + c.len);

	memcpy(data, head, sizeof(head));
	memcpy(data + sizeof(head), payload + c.off, c.len);
	be16(data + 18, 16 + c.len);
	data[62] = c.proto != 0 ? c.proto : 17;
	be16(data + 64, c.off | (c.more ? 1 : 0));
	be16(data + 68, c.id);
	return decoded(data, (uint32_t)sizeof(head) + c.len);
}

#endif /* DEFRAG_TEST_CUT_H */
