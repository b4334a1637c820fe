/* SPDX-License-Identifier: BSD-3-Clause */

/* The pcap format: a head, then records. */

#include <stdio.h>

#include "capture.h"

enum {
	HEAD_LEN = 24,
	HEAD_SNAP = 16,
	HEAD_LINK = 20,
	LINK_MASK = 0x0fffffff, /* above it: how long a checksum ends each frame */
	RECORD_LEN = 16,
	MAGIC_MICRO = 0xa1b2c3d4,
	MAGIC_NANO = 0xa1b23c4d,
	MAGIC_MODIFIED = 0xa1b2cd34,
};

#define SECOND_NS 1000000000ull

static bool
pcap_next(struct capture *c, struct capture_frame *f)
{
	uint64_t left = c->size - c->off;
	uint64_t frac;
	uint32_t len;

	if (left == 0)
		return false;
	if (left < RECORD_LEN)
		return capture_cut(c,
				"breaks off in the head of record %lu: %lu of %u bytes are there",
				c->number + 1, left, RECORD_LEN);
	len = capture_u32(c, c->off + 8);
	if (len > CAPTURE_SNAP_MOST)
		return capture_broken(
				c, "record %lu is garbage: it claims %u bytes", c->number + 1, len);
	if (len > left - RECORD_LEN)
		return capture_cut(c, "breaks off in record %lu: %lu of %u bytes are there",
				c->number + 1, left - RECORD_LEN, len);

	frac = capture_u32(c, c->off + 4);
	f->data = c->map + c->off + RECORD_LEN;
	f->len = len;
	f->link = (uint8_t)c->ifs[0].link;
	f->time_ns = capture_u32(c, c->off) * SECOND_NS + (c->nano ? frac : frac * 1000);
	c->off += RECORD_LEN + len;
	c->number++;
	return true;
}

bool
pcap_open(struct capture *c, char why[CAPTURE_WHY])
{
	struct capture_if *i = &c->ifs[0];
	uint32_t magic;

	if (c->size < sizeof(magic))
		return false;
	magic = capture_u32(c, 0);
	c->swapped = __builtin_bswap32(magic) == MAGIC_MICRO ||
			__builtin_bswap32(magic) == MAGIC_NANO ||
			__builtin_bswap32(magic) == MAGIC_MODIFIED;
	magic = capture_u32(c, 0);
	if (magic == MAGIC_MODIFIED) {
		snprintf(why, CAPTURE_WHY, "is of a modified pcap format that is not supported");
		return false;
	}
	if (magic != MAGIC_MICRO && magic != MAGIC_NANO) {
		c->swapped = false;
		return false;
	}
	if (c->size < HEAD_LEN) {
		snprintf(why, CAPTURE_WHY, "breaks off in its head: %lu of %u bytes are there",
				c->size, HEAD_LEN);
		return false;
	}

	c->nano = magic == MAGIC_NANO;
	c->nb_ifs = 1;
	i->snap = capture_u32(c, HEAD_SNAP);
	i->dlt = capture_u32(c, HEAD_LINK) & LINK_MASK;
	i->link = capture_link(i->dlt);
	if (i->link < 0) {
		capture_link_refused(i->dlt, why);
		return false;
	}
	c->next = pcap_next;
	c->off = HEAD_LEN;
	return true;
}
