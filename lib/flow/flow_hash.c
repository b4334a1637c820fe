/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The key of a packet and its hash. The hash is keyed with a secret of the
 * process, drawn at the start: multiplying what the sender chooses by what it
 * cannot know, to 128 bits folded into 64, leaves it no way to choose flows
 * that fall into one bucket. Each end is hashed alone and the two are added,
 * so that both directions give the same.
 */

#include <sys/random.h>

#include <rte_branch_prediction.h>
#include <rte_debug.h>

#include "gz_cursor.h"

#include "flow_internal.h"

enum {
	NB_SECRETS = 8,
	PROTO_ESP = 50,
};

static uint64_t secret[NB_SECRETS];

bool flow_vlan_tracking = true, flow_wire_tracking = true;

RTE_INIT(flow_draw_secret)
{
	RTE_VERIFY(getrandom(secret, sizeof(secret), 0) == sizeof(secret));
}

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	unsigned __int128 r = (unsigned __int128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static inline uint64_t
hash_end(const struct gz_addr *a, uint16_t port, uint8_t side)
{
	uint64_t h = fold(a->q[0] ^ secret[0], a->q[1] ^ secret[1]);

	return fold(h ^ secret[2], ((uint64_t)side << 16 | port) ^ secret[3]);
}

uint16_t
flow_source_of(const struct gz_addr *a)
{
	uint64_t low = gz_addr_is_v4(a) ? a->q[1] : 0;

	return (uint16_t)(fold(a->q[0] ^ secret[1], low ^ secret[3]) % FLOW_SOURCES);
}

static uint64_t
vlan_bits(const struct gz_pkt *p)
{
	uint64_t bits = p->nb_vlan;

	if (!flow_vlan_tracking)
		return 0;
	for (uint32_t i = 0; i < p->nb_vlan && i < GZ_PKT_VLANS; i++)
		bits = bits << 16 | p->vlan[i];
	return bits;
}

static void
hash_key(const struct gz_pkt *p, struct flow_key *k)
{
	uint8_t other = k->side == FLOW_SIDELESS ? FLOW_SIDELESS : !k->side;
	uint64_t ends = hash_end(&k->addr[0], k->port[0], k->side) +
			hash_end(&k->addr[1], k->port[1], other);
	uint64_t wire = flow_wire_tracking ? p->wire : 0;
	uint64_t place = (uint64_t)p->tenant << 32 | wire << 16 | k->proto;
	uint64_t h = fold(vlan_bits(p) ^ secret[4], place ^ secret[5]);

	h = fold(ends ^ secret[6], h ^ secret[7]);
	k->hash = (uint32_t)(h ^ h >> 32);
	if (k->hash == 0)
		k->hash = 1;
}

static bool
has_flow(const struct gz_pkt *p)
{
	enum {
		KINDS = GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_SCTP | GZ_PKT_ICMP4 | GZ_PKT_ICMP6,
		UNFIT = GZ_PKT_FRAGMENT | GZ_PKT_BAD,
	};

	if ((p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) == 0 || (p->flags & UNFIT) != 0)
		return false;
	return (p->flags & KINDS) != 0 || p->proto == PROTO_ESP;
}

/** IPsec's conversations are told apart by their parameter index (RFC 4303): one for each direction. */
static void
esp_ends(const struct gz_pkt *p, struct flow_key *k)
{
	struct gz_cursor c = gz_cursor(p->data, p->len);

	if (!gz_cursor_skip(&c, p->l4_off) || !gz_cursor_be16(&c, &k->port[0]) ||
			!gz_cursor_be16(&c, &k->port[1]))
		k->port[0] = k->port[1] = 0;
}

enum {
	IPV6_FRAGMENT = GZ_PKT_IPV6 | GZ_PKT_FRAGMENT,
};

static void
own_ends(const struct gz_pkt *p, struct flow_key *k)
{
	int answer;

	k->addr[0] = p->src;
	k->addr[1] = p->dst;
	k->port[0] = p->sport;
	k->port[1] = p->dport;
	k->proto = p->proto;
	/* of IPv6 fragments only the first one's next header counts (RFC 8200, 4.5) */
	if (unlikely((p->flags & IPV6_FRAGMENT) == IPV6_FRAGMENT))
		k->proto = 0;
	k->quoted = false;
	if (unlikely((p->flags & (GZ_PKT_ICMP4 | GZ_PKT_ICMP6)) != 0)) {
		answer = flow_icmp_answer(p->proto, p->icmp_type);
		k->port[0] = p->icmp_type;
		k->port[1] = answer < 0 ? UINT16_MAX : (uint16_t)answer;
	} else if (unlikely(k->proto == PROTO_ESP)) {
		esp_ends(p, k);
	}
}

void
flow_key_own(const struct gz_pkt *p, struct flow_key *k)
{
	k->side = p->flags & GZ_PKT_SIDED ? p->side : FLOW_SIDELESS;
	own_ends(p, k);
	hash_key(p, k);
}

bool
flow_key_of(const struct gz_pkt *p, struct flow_key *k)
{
	if (!has_flow(p))
		return false;
	k->side = p->flags & GZ_PKT_SIDED ? p->side : FLOW_SIDELESS;
	k->quoted = unlikely((p->flags & (GZ_PKT_ICMP4 | GZ_PKT_ICMP6)) != 0) &&
			flow_icmp_is_error(p->proto, p->icmp_type) && flow_icmp_quoted(p, k);
	if (!k->quoted)
		own_ends(p, k);
	/* who steered it has hashed it */
	if (p->hash != 0)
		k->hash = p->hash;
	else
		hash_key(p, k);
	return true;
}

/** All that goes between two ends of tunnels belongs to one worker: a packet inside and the answer to
 * it may be carried by different ports, or in fragments. */
static uint32_t
tunnel_hash(const struct gz_pkt *p)
{
	struct flow_key k = {
		.addr = { p->src, p->dst },
		.proto = p->proto,
		.side = p->flags & GZ_PKT_SIDED ? p->side : FLOW_SIDELESS,
	};

	hash_key(p, &k);
	return k.hash;
}

uint32_t
gz_flow_hash(const struct gz_pkt *p)
{
	struct flow_key k;

	if (p->hash != 0)
		return p->hash;
	if (unlikely(p->inner.len > 0))
		return tunnel_hash(p);
	if (!flow_key_of(p, &k))
		flow_key_own(p, &k);
	return k.hash;
}
