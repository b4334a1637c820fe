/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Spreading over a NIC's queues so that both directions of a flow meet: the
 * Toeplitz hash with a key of a repeated 16-bit pattern does not change when
 * source and destination are exchanged (Woo and Park, 2012).
 *
 * UDP is spread by addresses only: a datagram in fragments has no ports to go
 * by, and must come to the worker of its flow.
 */

#include <string.h>

#include <rte_ethdev.h>
#include <rte_thash.h>

#include "port_worker.h"

enum {
	KEY_MOST = 64,
	KEY_USUAL = 40,
};

#define RSS_WANTED                                                                 \
	(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | \
			RTE_ETH_RSS_NONFRAG_IPV4_OTHER | RTE_ETH_RSS_IPV6 |        \
			RTE_ETH_RSS_FRAG_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_TCP |     \
			RTE_ETH_RSS_NONFRAG_IPV6_OTHER)
/* Without these most packets would land on one queue. */
#define RSS_NEEDED (RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV6_TCP)

static uint8_t key[KEY_MOST];

RTE_INIT(fill_key)
{
	uint32_t i;

	for (i = 0; i < KEY_MOST; i++)
		key[i] = i % 2 == 0 ? 0x6d : 0x5a;
}

void
dev_rss_configure(struct port *p, const struct rte_eth_dev_info *info, struct rte_eth_conf *conf)
{
	uint64_t types = info->flow_type_rss_offloads & RSS_WANTED;
	uint8_t len = info->hash_key_size > 0 ? info->hash_key_size : KEY_USUAL;

	p->is_symmetric = false;
	if (p->nb_rxq == 1 || (types & RSS_NEEDED) != RSS_NEEDED || len > KEY_MOST)
		return;
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf = (struct rte_eth_rss_conf){
		.rss_key = key,
		.rss_key_len = len,
		.rss_hf = types,
	};
	p->is_symmetric = true;
	p->reta_size = info->reta_size;
}

/* Has the NIC taken our key, and not only said so? */
static bool
has_our_key(const struct port *p)
{
	uint8_t now[KEY_MOST] = { 0 };
	struct rte_eth_rss_conf rss = { .rss_key = now, .rss_key_len = KEY_MOST };

	return rte_eth_dev_rss_hash_conf_get(p->dev, &rss) == 0 && rss.rss_key_len > 0 &&
			memcmp(now, key, RTE_MIN(rss.rss_key_len, (uint8_t)KEY_USUAL)) == 0;
}

/* Queues one after the other, the same on all ports. */
static bool
fill_table(const struct port *p)
{
	struct rte_eth_rss_reta_entry64 reta[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE];
	uint32_t i;

	if (p->reta_size == 0 || p->reta_size > RTE_ETH_RSS_RETA_SIZE_512)
		return false;
	memset(reta, 0, sizeof(reta));
	for (i = 0; i < p->reta_size; i++) {
		reta[i / RTE_ETH_RETA_GROUP_SIZE].mask |= 1ull << i % RTE_ETH_RETA_GROUP_SIZE;
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = (uint16_t)(i %
				p->nb_rxq);
	}
	return rte_eth_dev_rss_reta_update(p->dev, reta, (uint16_t)p->reta_size) == 0;
}

void
dev_rss_finish(struct port *p)
{
	if (p->is_symmetric && !(fill_table(p) && has_our_key(p)))
		p->is_symmetric = false;
}

/* Both ports of a wire must agree, and so must all wires: a flow may come back by another one. */
bool
dev_rss_is_symmetric(const struct gz_ports *s)
{
	const struct port *first = port_at(s, 0), *p;
	uint32_t i;

	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		if (!p->is_symmetric || p->nb_rxq != first->nb_rxq ||
				p->reta_size != first->reta_size ||
				strcmp(p->driver, first->driver) != 0)
			return false;
	}
	return true;
}

enum {
	V4_WORDS = 2, /* source and destination */
	V6_WORDS = 8,
	V4_AT = 12, /* in a gz_addr */
};

/* Addresses and ports in host order, as the NIC reads them off the wire. */
static uint32_t
tuple_of(const struct gz_pkt *p, uint32_t words[V6_WORDS + 1])
{
	bool v4 = (p->flags & GZ_PKT_IPV4) != 0;
	uint32_t n = v4 ? V4_WORDS : V6_WORDS, each = n / 2, i;
	const uint8_t *src = v4 ? &p->src.b[V4_AT] : p->src.b;
	const uint8_t *dst = v4 ? &p->dst.b[V4_AT] : p->dst.b;

	memcpy(&words[0], src, each * sizeof(words[0]));
	memcpy(&words[each], dst, each * sizeof(words[0]));
	for (i = 0; i < n; i++)
		words[i] = rte_be_to_cpu_32(words[i]);
	if ((p->flags & GZ_PKT_TCP) != 0)
		words[n++] = (uint32_t)p->sport << 16 | p->dport;
	return n;
}

uint32_t
dev_rss_queue(const struct port *port, const struct gz_pkt *p)
{
	uint32_t words[V6_WORDS + 1], n = tuple_of(p, words);
	uint32_t hash = rte_softrss(words, n, key);

	return hash % RTE_MAX(port->reta_size, 1u) % port->nb_rxq;
}
