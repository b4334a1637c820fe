/* SPDX-License-Identifier: BSD-3-Clause */

/* Where decoding starts, and what all decoders share. */

#include <rte_branch_prediction.h>
#include <rte_common.h>

#include "gz_stat.h"

#include "pkt_internal.h"

static const struct gz_stat_row decoder_rows[] = {
#define PKT_COUNT_ROW(id, name, help) [PKT_COUNT_##id] = { "decoder." name, help },
	PKT_COUNTS(PKT_COUNT_ROW)
#undef PKT_COUNT_ROW
};
GZ_STAT_REGISTER(decoder, decoder_rows)

static void (*const links[])(struct decode *d) = {
	[GZ_LINK_ETHERNET] = pkt_ethernet,
	[GZ_LINK_RAW] = pkt_raw,
	[GZ_LINK_NULL] = pkt_null,
	[GZ_LINK_SLL] = pkt_sll,
	[GZ_LINK_SLL2] = pkt_sll2,
	[GZ_LINK_PPP] = pkt_ppp,
	[GZ_LINK_CHDLC] = pkt_chdlc,
	[GZ_LINK_ERSPAN] = pkt_erspan,
	[GZ_LINK_ARP] = pkt_arp,
};

void
pkt_count(enum pkt_count what, uint64_t n)
{
	GZ_STAT_ADD(decoder, what, n);
}

void
pkt_bad_why(struct decode *d, enum gz_pkt_event e, enum gz_why why)
{
	gz_pkt_note(d->p, e);
	d->p->flags |= GZ_PKT_BAD;
	d->p->why = (uint8_t)why;
}

void
pkt_refused(struct decode *d, enum gz_why why)
{
	d->p->flags |= GZ_PKT_REFUSED;
	d->p->why = (uint8_t)why;
}

bool
pkt_deeper(struct decode *d)
{
	if (likely(d->layers++ < PKT_LAYERS_MOST))
		return true;
	pkt_bad_why(d, GZ_PKT_EVENT_TOO_MANY_LAYERS, GZ_WHY_HEADERS);
	return false;
}

/* What decoding an IP packet writes only when it finds it. */
static void
forget_ip(struct gz_pkt *p)
{
	p->l3_off = 0;
	p->l4_off = 0;
	p->payload_off = 0;
	p->l3_len = 0;
	p->payload_len = 0;
	p->hash = 0;
	p->sport = 0;
	p->dport = 0;
	p->proto = 0;
	p->ttl = 0;
	p->tcp_flags = 0;
	p->icmp_type = 0;
	p->icmp_code = 0;
	p->dir = GZ_C2S;
	p->verdict = GZ_PASS;
	p->why = GZ_WHY_NONE;
	p->src = (struct gz_addr){ 0 };
	p->dst = (struct gz_addr){ 0 };
	p->flow = NULL;
	p->next = NULL;
	p->frag_id = 0;
	p->frag_off = 0;
	p->frag_more = false;
	p->reject = 0;
	p->rule = 0;
	p->inner.len = 0;
}

void
pkt_decode(struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	struct decode d = {
		.p = p,
		.verify = opts->verify_checksums,
		.tunnels = &opts->tunnels,
	};

	forget_ip(p);
	p->flags &= GZ_PKT_SUM_PARTIAL | GZ_PKT_SIDED;
	p->nb_vlan = 0;
	p->nb_events = 0;
	p->ethertype = 0;
	if (likely(p->link < RTE_DIM(links)))
		links[p->link](&d);
	if (unlikely(p->flags & GZ_PKT_BAD))
		pkt_count(PKT_COUNT_INVALID, 1);
}

void
gz_pkt_decode(struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	p->root = NULL;
	p->carrier = GZ_CARRIER_NONE;
	p->depth = 0;
	pkt_count(PKT_COUNT_PKTS, 1);
	pkt_count(PKT_COUNT_BYTES, p->len);
	pkt_decode(p, opts);
}

void
gz_pkt_decode_ip(struct gz_pkt *p, uint32_t l3_off, const struct gz_decode_opts *opts)
{
	struct decode d = {
		.p = p,
		.off = l3_off,
		.verify = opts->verify_checksums,
		.tunnels = &opts->tunnels,
	};

	uint64_t *counters = NULL;

	forget_ip(p);
	p->flags &= GZ_PKT_SUM_PARTIAL | GZ_PKT_SIDED | GZ_PKT_WHOLE | GZ_PKT_PSEUDO;
	if (l3_off > p->len)
		d.off = p->len;
	if ((p->flags & GZ_PKT_WHOLE) == 0)
		counters = gz_stat_pause();
	pkt_ip(&d);
	if (unlikely(p->flags & GZ_PKT_BAD))
		pkt_count(PKT_COUNT_INVALID, 1);
	if (counters != NULL)
		gz_stat_resume(counters);
}
