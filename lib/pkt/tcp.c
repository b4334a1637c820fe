/* SPDX-License-Identifier: BSD-3-Clause */

/* TCP headers and their options (RFC 9293, 7323, 2018, 7413, 2385, 5925). */

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "pkt_internal.h"

enum {
	HEADER_LEAST = sizeof(struct rte_tcp_hdr),
};

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACK_OK = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8,
	OPT_MD5 = 19,
	OPT_AO = 29,
	OPT_FAST_OPEN = 34,
	OPT_EXPERIMENT_1 = 253,
	OPT_EXPERIMENT_2 = 254,
};

enum {
	SACK_BLOCK = 8,
	FAST_OPEN_LEAST = 6, /* or 2: a request for a cookie */
	FAST_OPEN_MOST = 18,
	FAST_OPEN_MAGIC = 0xf989, /* in an experimental option */
	AO_LEAST = 4,
};

/* The usual sole option of a segment: two fillers and a timestamp. */
static const uint8_t just_timestamp[] = { OPT_NOP, OPT_NOP, OPT_TIMESTAMP, 10 };

static bool
fast_open_len_is_good(uint32_t len)
{
	return len == 2 || (len >= FAST_OPEN_LEAST && len <= FAST_OPEN_MOST && len % 2 == 0);
}

/* Experiments carry two bytes that say whose they are; only Fast Open's are known. */
static bool
experiment_len_is_good(const uint8_t *o, uint32_t len)
{
	return len < 4 || pkt_be16(o + 2) != FAST_OPEN_MAGIC || len == 4 ||
			fast_open_len_is_good(len - 2);
}

static bool
len_is_good(const uint8_t *o, uint32_t len)
{
	switch (o[0]) {
	case OPT_MSS:
		return len == 4;
	case OPT_WSCALE:
		return len == 3;
	case OPT_SACK_OK:
		return len == 2;
	case OPT_SACK:
		return (len - 2) % SACK_BLOCK == 0 && len <= 2 + 4 * SACK_BLOCK;
	case OPT_TIMESTAMP:
		return len == 10;
	case OPT_MD5:
		return len == 18;
	case OPT_AO:
		return len >= AO_LEAST;
	case OPT_FAST_OPEN:
		return fast_open_len_is_good(len);
	case OPT_EXPERIMENT_1:
	case OPT_EXPERIMENT_2:
		return experiment_len_is_good(o, len);
	default:
		return true;
	}
}

/* Of an option that may come once: its bit. */
static uint64_t
once(uint8_t type)
{
	switch (type) {
	case OPT_MSS:
	case OPT_WSCALE:
	case OPT_SACK_OK:
	case OPT_SACK:
	case OPT_TIMESTAMP:
	case OPT_FAST_OPEN:
		return 1ull << type;
	default:
		return 0;
	}
}

/* What is wrong is noted and no more: a stack reads up to the bad option and takes the segment. */
static void
options(struct decode *d, const uint8_t *o, uint32_t len)
{
	uint64_t seen = 0;
	uint32_t i = 0;

	while (i < len && o[i] != OPT_EOL) {
		if (o[i] == OPT_NOP) {
			i++;
			continue;
		}
		if (len - i < 2)
			break;
		if (o[i + 1] < 2 || o[i + 1] > len - i) {
			gz_pkt_note(d->p, GZ_PKT_EVENT_TCP_OPT_INVALID_LEN);
			break;
		}
		if (!len_is_good(o + i, o[i + 1]))
			gz_pkt_note(d->p, GZ_PKT_EVENT_TCP_OPT_INVALID_LEN);
		else if ((seen & once(o[i])) != 0)
			gz_pkt_note(d->p, GZ_PKT_EVENT_TCP_OPT_DUPLICATE);
		else
			seen |= once(o[i]);
		i += o[i + 1];
	}
}

void
pkt_tcp(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const struct rte_tcp_hdr *h = (const struct rte_tcp_hdr *)gz_pkt_l4(p);
	uint32_t len = p->payload_len, hlen;

	pkt_count(PKT_COUNT_TCP, 1);
	if (unlikely(len < HEADER_LEAST)) {
		pkt_bad(d, GZ_PKT_EVENT_TCP_PKT_TOO_SMALL);
		return;
	}
	hlen = (uint32_t)(h->data_off >> 4) * 4;
	if (unlikely(hlen < HEADER_LEAST)) {
		pkt_bad(d, GZ_PKT_EVENT_TCP_INVALID_OPTLEN);
		return;
	}
	if (unlikely(hlen > len)) {
		pkt_bad(d, GZ_PKT_EVENT_TCP_HLEN_TOO_SMALL);
		return;
	}

	p->flags |= GZ_PKT_TCP;
	p->sport = rte_be_to_cpu_16(h->src_port);
	p->dport = rte_be_to_cpu_16(h->dst_port);
	p->tcp_flags = h->tcp_flags;
	p->payload_off = p->l4_off + hlen;
	p->payload_len = len - hlen;
	if (hlen > HEADER_LEAST &&
			(hlen != HEADER_LEAST + 12 ||
					memcmp(h + 1, just_timestamp, sizeof(just_timestamp)) != 0))
		options(d, (const uint8_t *)(h + 1), hlen - HEADER_LEAST);
	if (d->verify && unlikely(!pkt_l4_sum_is_good(p, len)))
		p->flags |= GZ_PKT_BAD_L4_SUM;
}
