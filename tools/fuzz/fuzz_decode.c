/* SPDX-License-Identifier: BSD-3-Clause */

/* A frame of any link type, and what it carries: the first byte chooses the type. */

#include <stdlib.h>
#include <string.h>

#include "gz_flow.h"
#include "gz_pkt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct gz_pkt *p)
{
	if (p->payload_off > p->len || p->payload_len > p->len - p->payload_off)
		abort();
	if (p->inner.len > 0 && (p->inner.off > p->len || p->inner.len > p->len - p->inner.off))
		abort();
	if (p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6) && !(p->flags & GZ_PKT_BAD)) {
		gz_flow_hash(p);
		gz_pkt_fix_checksums(p);
	}
}

/* Inwards; what a carrier carries is as deep as decoding follows. */
static void
enter(const struct gz_pkt *carrier, const struct gz_decode_opts *opts)
{
	struct gz_pkt p;

	gz_pkt_inner_is_plain(carrier);
	gz_pkt_enter(carrier, &p, opts);
	if (p.depth > GZ_PKT_TUNNELS)
		abort();
	check(&p);
	if (p.inner.len > 0)
		enter(&p, opts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gz_decode_opts opts = { .verify_checksums = true };
	struct gz_pkt p = { 0 };
	uint8_t *frame;

	gz_tunnel_ports_init(&opts.tunnels, NULL);
	if (size < 2)
		return 0;
	frame = malloc(size - 1);
	if (frame == NULL)
		return 0;
	memcpy(frame, data + 1, size - 1);
	p.data = frame;
	p.len = (uint32_t)(size - 1);
	p.link = data[0] % (GZ_LINK_CHDLC + 1);
	opts.verify_checksums = data[0] & 0x80;
	gz_pkt_decode(&p, &opts);
	check(&p);
	if (p.inner.len > 0)
		enter(&p, &opts);
	free(frame);
	return 0;
}
