/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A segment's header and the options that matter (RFC 9293, 7323, 7413, 2385,
 * 5925), read as stacks read them: up to the first option that does not fit,
 * and of an option given twice the last.
 */

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "gz_cursor.h"

#include "tcp_internal.h"

enum {
	HEADER = sizeof(struct rte_tcp_hdr),
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_WSCALE = 3,
	OPT_TIMESTAMP = 8,
	OPT_MD5 = 19,
	OPT_AO = 29,
	OPT_FAST_OPEN = 34,
	WSCALE_MOST = 14,
};

static void
read_option(struct tcp_opts *o, uint8_t kind, struct gz_cursor *c)
{
	uint32_t len = gz_cursor_left(c);

	switch (kind) {
	case OPT_WSCALE:
		if (len == 1) {
			gz_cursor_u8(c, &o->wscale);
			o->wscale = RTE_MIN(o->wscale, (uint8_t)WSCALE_MOST);
			o->has_wscale = true;
		}
		break;
	case OPT_TIMESTAMP:
		if (len == 8) {
			gz_cursor_be32(c, &o->tsval);
			gz_cursor_be32(c, &o->tsecr);
			o->has_ts = true;
		}
		break;
	case OPT_MD5:
	case OPT_AO:
		o->is_signed = true;
		break;
	case OPT_FAST_OPEN:
		o->fast_open = true;
		break;
	default:
		break;
	}
}

static void
read_options(struct tcp_opts *o, const uint8_t *p, uint32_t len)
{
	struct gz_cursor c = gz_cursor(p, len), body;
	uint8_t kind, size;

	while (gz_cursor_u8(&c, &kind) && kind != OPT_EOL) {
		if (kind == OPT_NOP)
			continue;
		if (!gz_cursor_u8(&c, &size) || size < 2 ||
				!gz_cursor_sub(&c, (uint32_t)size - 2, &body))
			return;
		read_option(o, kind, &body);
	}
}

void
tcp_segment_read(struct tcp_seg *s)
{
	const uint8_t *l4 = gz_pkt_l4(s->p);
	const struct rte_tcp_hdr *h = (const struct rte_tcp_hdr *)l4;
	uint32_t header = (uint32_t)(h->data_off >> 4) * 4;

	s->seq = rte_be_to_cpu_32(h->sent_seq);
	s->ack = rte_be_to_cpu_32(h->recv_ack);
	s->win = rte_be_to_cpu_16(h->rx_win);
	s->flags = h->tcp_flags;
	s->len = s->p->payload_len;
	s->rewritten = false;
	s->o = (struct tcp_opts){ 0 };
	if (header > HEADER)
		read_options(&s->o, l4 + HEADER, header - HEADER);
}
