/* SPDX-License-Identifier: BSD-3-Clause */

/* The pcapng format: blocks, in sections that each have a byte order and interfaces of their own. */

#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "capture.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* of old files */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
};

enum {
	BLOCK_LEAST = 12, /* type, length, and the length again at its end */
	BODY = 8, /* where a block's own members begin */
	SECTION_LEAST = 28,
	INTERFACE_LEAST = 20,
	PACKET_HEAD = 20, /* of enhanced and old packets' bodies */
	SIMPLE_HEAD = 4,
	BYTE_ORDER = 0x1a2b3c4d,
	OPTION_RESOL = 9,
	OPTION_OFFSET = 14,
	RESOL_MICRO = 6,
	RESOL_BINARY = 0x80,
	RESOL_MOST = 19, /* digits after the point that 64 bits can hold */
};

#define SECOND_NS 1000000000ull

static uint64_t
scaled_ns(uint64_t t, uint8_t resol)
{
	uint32_t exponent = resol & 0x7f;
	unsigned __int128 ns = t;

	if ((resol & RESOL_BINARY) != 0)
		return (uint64_t)(ns * SECOND_NS >> RTE_MIN(exponent, 63u));
	for (; exponent < 9; exponent++)
		ns *= 10;
	for (exponent = RTE_MIN(exponent, (uint32_t)RESOL_MOST); exponent > 9; exponent--)
		ns /= 10;
	return (uint64_t)ns;
}

static bool
open_section(struct capture *c)
{
	uint32_t order;

	if (c->size - c->off < SECTION_LEAST)
		return capture_cut(c, "breaks off in the head of a section at byte %lu", c->off);
	memcpy(&order, c->map + c->off + BODY, sizeof(order));
	if (order != BYTE_ORDER && __builtin_bswap32(order) != BYTE_ORDER)
		return capture_broken(c, "the section at byte %lu has no byte order", c->off);
	c->swapped = order != BYTE_ORDER;
	c->nb_ifs = 0;
	return true;
}

static void
read_options(struct capture *c, uint64_t at, uint64_t end, struct capture_if *i)
{
	uint32_t code, len, high;

	while (at + 4 <= end) {
		code = capture_u16(c, at);
		len = capture_u16(c, at + 2);
		at += 4;
		if (code == 0 || len > end - at)
			break;
		if (code == OPTION_RESOL && len >= 1) {
			i->resol = c->map[at];
		} else if (code == OPTION_OFFSET && len >= 8) {
			high = capture_u32(c, at + (c->swapped ? 0 : 4));
			i->offset_s = (int64_t)((uint64_t)high << 32 |
					capture_u32(c, at + (c->swapped ? 4 : 0)));
		}
		at += RTE_ALIGN_CEIL(len, 4u);
	}
}

static bool
add_interface(struct capture *c, uint32_t len)
{
	struct capture_if *i;

	if (len < INTERFACE_LEAST)
		return capture_broken(c, "the interface at byte %lu is too short", c->off);
	if (c->nb_ifs == CAPTURE_IFS_MOST)
		return capture_broken(c, "more than %u interfaces", CAPTURE_IFS_MOST);
	i = &c->ifs[c->nb_ifs++];
	*i = (struct capture_if){ .resol = RESOL_MICRO };
	i->dlt = capture_u16(c, c->off + BODY);
	i->link = capture_link(i->dlt);
	i->snap = capture_u32(c, c->off + BODY + 4);
	read_options(c, c->off + BODY + 8, c->off + len - 4, i);
	c->nano = c->nano || i->resol > RESOL_MICRO;
	return true;
}

/* A packet of interface @p id: its bytes lie at @p at and must end before the block's end. */
static bool
give(struct capture *c, struct capture_frame *f, uint32_t id, uint64_t at, uint32_t len)
{
	const struct capture_if *i;

	if (id >= c->nb_ifs)
		return capture_broken(c, "packet %lu is of interface %u, and there are %u",
				c->number + 1, id, c->nb_ifs);
	i = &c->ifs[id];
	if (i->link < 0) {
		capture_link_refused(i->dlt, c->broken);
		c->off = c->size;
		return false;
	}
	if (len > CAPTURE_SNAP_MOST)
		return capture_broken(
				c, "packet %lu is garbage: it claims %u bytes", c->number + 1, len);
	f->data = c->map + at;
	f->len = len;
	f->link = (uint8_t)i->link;
	c->number++;
	return true;
}

static bool
give_stamped(struct capture *c, struct capture_frame *f, uint32_t id, uint32_t block_len)
{
	uint64_t body = c->off + BODY;
	uint64_t stamp = (uint64_t)capture_u32(c, body + 4) << 32 | capture_u32(c, body + 8);
	uint32_t len = capture_u32(c, body + 12);

	if (len > block_len - BLOCK_LEAST - PACKET_HEAD)
		return capture_broken(c, "packet %lu is longer than its block", c->number + 1);
	if (!give(c, f, id, body + PACKET_HEAD, len))
		return false;
	f->time_ns = scaled_ns(stamp, c->ifs[id].resol) + (uint64_t)c->ifs[id].offset_s * SECOND_NS;
	c->last_ns = f->time_ns;
	return true;
}

/* A simple packet has no time: it gets that of the one before. */
static bool
give_simple(struct capture *c, struct capture_frame *f, uint32_t block_len)
{
	uint32_t len = capture_u32(c, c->off + BODY);

	len = RTE_MIN(len, block_len - BLOCK_LEAST - SIMPLE_HEAD);
	if (c->nb_ifs > 0 && c->ifs[0].snap != 0)
		len = RTE_MIN(len, c->ifs[0].snap);
	if (!give(c, f, 0, c->off + BODY + SIMPLE_HEAD, len))
		return false;
	f->time_ns = c->last_ns;
	return true;
}

/* @return the length of the block at c->off, or 0: broken. */
static uint32_t
block_len(struct capture *c)
{
	uint64_t left = c->size - c->off;
	uint32_t len;

	if (left < BLOCK_LEAST) {
		capture_cut(c, "breaks off after packet %lu: %lu bytes of a block are there",
				c->number, left);
		return 0;
	}
	if (capture_u32(c, c->off) == BLOCK_SECTION && !open_section(c))
		return 0;
	len = capture_u32(c, c->off + 4);
	if (len < BLOCK_LEAST || len % 4 != 0) {
		capture_broken(c, "the block after packet %lu is garbage: it claims %u bytes",
				c->number, len);
		return 0;
	}
	if (len > left) {
		capture_cut(c, "breaks off after packet %lu: %lu of a block's %u bytes are there",
				c->number, left, len);
		return 0;
	}
	return len;
}

static bool
is_packet(uint32_t type)
{
	return type == BLOCK_ENHANCED || type == BLOCK_PACKET || type == BLOCK_SIMPLE;
}

static bool
give_packet(struct capture *c, struct capture_frame *f, uint32_t type, uint32_t len)
{
	uint32_t head = type == BLOCK_SIMPLE ? SIMPLE_HEAD : PACKET_HEAD;

	if (len < BLOCK_LEAST + head)
		return capture_broken(c, "packet %lu is longer than its block", c->number + 1);
	if (type == BLOCK_SIMPLE)
		return give_simple(c, f, len);
	if (type == BLOCK_PACKET)
		return give_stamped(c, f, capture_u16(c, c->off + BODY), len);
	return give_stamped(c, f, capture_u32(c, c->off + BODY), len);
}

static bool
pcapng_next(struct capture *c, struct capture_frame *f)
{
	uint32_t type, len;

	while (c->off < c->size) {
		len = block_len(c);
		if (len == 0)
			return false;
		type = capture_u32(c, c->off);
		if (is_packet(type)) {
			if (!give_packet(c, f, type, len))
				return false;
			c->off += len;
			return true;
		}
		if (type == BLOCK_INTERFACE && !add_interface(c, len))
			return false;
		c->off += len;
	}
	return false;
}

/* Read on to the first interface, so that a link type that is not supported is told at once. */
bool
pcapng_open(struct capture *c, char why[CAPTURE_WHY])
{
	uint32_t type, len;

	if (c->size < BLOCK_LEAST || capture_u32(c, 0) != BLOCK_SECTION)
		return false;
	c->next = pcapng_next;
	while (c->off < c->size) {
		len = block_len(c);
		if (len == 0)
			break;
		type = capture_u32(c, c->off);
		if (is_packet(type))
			break;
		if (type == BLOCK_INTERFACE && !add_interface(c, len))
			break;
		c->off += len;
		if (c->nb_ifs > 0)
			break;
	}
	if (c->broken[0] != '\0') {
		memcpy(why, c->broken, CAPTURE_WHY);
		return false;
	}
	if (c->nb_ifs > 0 && c->ifs[0].link < 0) {
		capture_link_refused(c->ifs[0].dlt, why);
		return false;
	}
	return true;
}
