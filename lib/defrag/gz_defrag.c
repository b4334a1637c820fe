/* SPDX-License-Identifier: BSD-3-Clause */

/* Datagrams that wait for their fragments: found, held, judged, let go. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_errno.h>

#include "gz_stat.h"

#include "defrag_internal.h"

GZ_MEM_PURPOSE(purpose, "defrag", 10, "datagrams in fragments")

const struct gz_mem_purpose *const defrag_purpose = &purpose;

enum {
	DEFRAG_FRAGMENTS,
	DEFRAG_WHOLE,
	DEFRAG_COPIES,
	DEFRAG_HELD,
};

static const struct gz_stat_row defrag_rows[] = {
	[DEFRAG_FRAGMENTS] = { "defrag.fragments", "fragments taken" },
	[DEFRAG_WHOLE] = { "defrag.reassembled", "datagrams made whole" },
	[DEFRAG_COPIES] = { "defrag.duplicates", "fragments that came again, byte for byte" },
	[DEFRAG_HELD] = { "defrag.held", "datagrams incomplete now" },
};
GZ_STAT_REGISTER(defrag, defrag_rows)

static uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* With a secret, so that nobody can fill one bucket on purpose. */
static uint32_t
hash_addr(const struct gz_defrag *d, const struct gz_addr *a)
{
	return (uint32_t)mix(a->q[0] ^ d->secret[0], a->q[1] ^ d->secret[1]);
}

static uint32_t
hash_key(const struct gz_defrag *d, const struct defrag_key *k)
{
	uint64_t h = mix(k->src.q[0] ^ d->secret[0], k->src.q[1] ^ d->secret[1]);

	h = mix(h ^ k->dst.q[0], k->dst.q[1] ^ d->secret[0]);
	h = mix(h ^ k->id, ((uint64_t)k->tenant << 32 | k->proto) ^ d->secret[1]);
	return (uint32_t)(h ^ h >> 32);
}

static struct defrag_key
key_of(const struct gz_pkt *p)
{
	struct defrag_key k;

	memset(&k, 0, sizeof(k)); /* padding too: keys are compared as bytes */
	k.src = p->src;
	k.dst = p->dst;
	k.id = p->frag_id;
	k.tenant = p->tenant;
	k.nb_vlan = p->nb_vlan;
	memcpy(k.vlan, p->vlan, p->nb_vlan * sizeof(k.vlan[0]));
	k.proto = (p->flags & GZ_PKT_IPV4) != 0 ? p->proto : 0;
	k.side = (p->flags & GZ_PKT_SIDED) != 0 ? p->side : 0;
	return k;
}

static struct datagram *
find(const struct gz_defrag *d, const struct defrag_key *key, uint32_t hash)
{
	struct datagram *g;

	for (g = d->buckets[hash & d->mask]; g != NULL; g = g->hash_next) {
		if (g->hash == hash && memcmp(&g->key, key, sizeof(*key)) == 0)
			return g;
	}
	return NULL;
}

/* Off all lists; what it holds is the caller's. */
static void
take_out(struct datagram *g)
{
	struct gz_defrag *d = g->d;
	struct datagram **at = &d->buckets[g->hash & d->mask];

	while (*at != g)
		at = &(*at)->hash_next;
	*at = g->hash_next;
	TAILQ_REMOVE(&d->by_age, g, age);
	if (gz_timer_is_armed(&g->timer))
		gz_wheel_disarm(&g->timer);
	d->sources[g->source]--;
	d->nb_datagrams--;
	GZ_STAT_ADD(defrag, DEFRAG_HELD, -1);
}

static void
destroy(struct datagram *g)
{
	struct gz_mem *mem = g->d->mem;

	piece_free_all(mem, g);
	gz_mem_put(mem, defrag_purpose, g, sizeof(*g));
}

/* All that is held of it goes, as the exception for @p why says. */
static void
let_go(struct datagram *g, enum gz_why why)
{
	struct gz_defrag *d = g->d;
	struct gz_pkt *held = g->first, *p;

	for (p = held; p != NULL; p = p->next)
		gz_pkt_except(p, d->x, why);
	d->nb_fragments -= g->nb_pieces;
	piece_free_all(d->mem, g);
	g->first = NULL;
	g->last = &g->first;
	if (held != NULL)
		d->done(d->arg, held);
}

static void
expired(struct gz_timer *t, void *arg)
{
	struct datagram *g = container_of(t, struct datagram, timer);

	take_out(g);
	let_go(g, GZ_WHY_FRAG_TIMEOUT);
	destroy(g);
}

static void
evict_oldest(struct gz_defrag *d)
{
	struct datagram *g = TAILQ_FIRST(&d->by_age);

	take_out(g);
	let_go(g, GZ_WHY_FRAG_FULL);
	destroy(g);
}

static struct datagram *
create(struct gz_defrag *d, const struct defrag_key *key, uint32_t hash, uint64_t now_ms)
{
	uint16_t source = hash_addr(d, &key->src) % DEFRAG_SOURCES;
	struct datagram *g;

	if (d->sources[source] >= d->limits.per_source)
		return NULL;
	if (d->nb_datagrams >= d->limits.datagrams)
		evict_oldest(d);
	g = gz_mem_zero(d->mem, defrag_purpose, sizeof(*g));
	if (g == NULL)
		return NULL;

	g->d = d;
	g->key = *key;
	g->hash = hash;
	g->source = source;
	g->last = &g->first;
	g->hash_next = d->buckets[hash & d->mask];
	d->buckets[hash & d->mask] = g;
	TAILQ_INSERT_TAIL(&d->by_age, g, age);
	d->sources[source]++;
	d->nb_datagrams++;
	GZ_STAT_ADD(defrag, DEFRAG_HELD, 1);
	gz_wheel_arm(d->wheel, &g->timer, now_ms + d->limits.timeout_ms, expired);
	return g;
}

static struct gz_pkt *
refuse(struct gz_defrag *d, struct gz_pkt *p, enum gz_why why)
{
	gz_pkt_except(p, d->x, why);
	p->next = NULL;
	d->done(d->arg, p);
	return NULL;
}

static void
note(struct gz_pkt *p, enum gz_pkt_event ipv4, enum gz_pkt_event ipv6)
{
	gz_pkt_note(p, (p->flags & GZ_PKT_IPV4) != 0 ? ipv4 : ipv6);
}

/* The datagram is dead: what is held goes, and what still comes of it goes the same way (RFC 5722). */
static struct gz_pkt *
kill(struct datagram *g, struct gz_pkt *p, enum gz_why why)
{
	g->why = (uint8_t)why;
	let_go(g, why);
	return refuse(g->d, p, why);
}

static void
hold(struct datagram *g, struct gz_pkt *p)
{
	p->next = NULL;
	*g->last = p;
	g->last = &p->next;
	g->d->nb_fragments++;
}

/* All there: out of the table, so that its id may be used again. */
static struct gz_pkt *
finish(struct datagram *g, const struct gz_decode_opts *opts)
{
	struct gz_defrag *d = g->d;
	struct gz_pkt *whole = whole_build(d, g, opts);

	take_out(g);
	if (whole == NULL) {
		let_go(g, GZ_WHY_FRAG_FULL);
	} else if (!whole_is_good(whole)) {
		whole_free(d, whole);
		whole = NULL;
		let_go(g, GZ_WHY_FRAG_BAD);
	} else {
		d->nb_fragments -= g->nb_pieces;
		GZ_STAT_ADD(defrag, DEFRAG_WHOLE, 1);
		if ((whole->flags & (GZ_PKT_BAD | GZ_PKT_REFUSED)) != 0)
			gz_pkt_except(whole, d->x, whole->why);
		else if ((whole->flags & GZ_PKT_BAD_L4_SUM) != 0)
			gz_pkt_except(whole, d->x, GZ_WHY_CHECKSUM);
	}
	destroy(g);
	return whole;
}

static struct gz_pkt *
add(struct datagram *g, struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	struct gz_defrag *d = g->d;

	switch (piece_add(d->mem, g, p)) {
	case PIECE_HELD:
		hold(g, p);
		return datagram_is_whole(g) ? finish(g, opts) : NULL;
	case PIECE_COPY:
		GZ_STAT_ADD(defrag, DEFRAG_COPIES, 1);
		return refuse(d, p, GZ_WHY_FRAG_COPY);
	case PIECE_OVERLAP:
		note(p, GZ_PKT_EVENT_IPV4_FRAG_OVERLAP, GZ_PKT_EVENT_IPV6_FRAG_OVERLAP);
		return kill(g, p, GZ_WHY_FRAG_OVERLAP);
	case PIECE_FULL:
		note(p, GZ_PKT_EVENT_IPV4_FRAG_IGNORED, GZ_PKT_EVENT_IPV6_FRAG_IGNORED);
		return kill(g, p, GZ_WHY_FRAG_FULL);
	default:
		return kill(g, p, GZ_WHY_FRAG_BAD);
	}
}

struct gz_pkt *
gz_defrag_push(struct gz_defrag *d, struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	struct defrag_key key = key_of(p);
	uint32_t hash = hash_key(d, &key);
	struct datagram *g = find(d, &key, hash);

	GZ_STAT_ADD(defrag, DEFRAG_FRAGMENTS, 1);
	/* No receiver takes it for a part of anything. */
	if ((p->flags & GZ_PKT_BAD_IP_SUM) != 0)
		return refuse(d, p, GZ_WHY_CHECKSUM);
	if ((p->flags & GZ_PKT_REFUSED) != 0)
		return refuse(d, p, p->why);
	if ((p->flags & GZ_PKT_IPV6) != 0 && !whole_has_one_fragment_header(p))
		return refuse(d, p, GZ_WHY_FRAG_BAD);
	if (!piece_fits(p))
		note(p, GZ_PKT_EVENT_IPV4_FRAG_PKT_TOO_LARGE, GZ_PKT_EVENT_IPV6_FRAG_PKT_TOO_LARGE);
	if (g != NULL && g->why != GZ_WHY_NONE)
		return refuse(d, p, g->why);

	while (d->nb_fragments >= d->limits.fragments)
		evict_oldest(d);
	/* It may have been the oldest itself. */
	g = find(d, &key, hash);
	if (g == NULL)
		g = create(d, &key, hash, p->time_us / 1000);
	if (g == NULL) {
		note(p, GZ_PKT_EVENT_IPV4_FRAG_IGNORED, GZ_PKT_EVENT_IPV6_FRAG_IGNORED);
		return refuse(d, p, GZ_WHY_FRAG_FULL);
	}
	return add(g, p, opts);
}

struct gz_pkt *
gz_defrag_release(struct gz_defrag *d, struct gz_pkt *whole)
{
	struct gz_pkt *first = whole->next, *p;

	whole_write_back(whole);
	/* The datagram's verdict has been counted once: that stands for its first fragment. */
	first->verdict = whole->verdict;
	first->why = whole->why;
	for (p = first->next; p != NULL; p = p->next)
		gz_pkt_settle(p, whole->verdict, whole->why);
	whole_free(d, whole);
	return first;
}

uint32_t
gz_defrag_held(const struct gz_defrag *d)
{
	return d->nb_datagrams;
}

struct gz_defrag *
gz_defrag_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_wheel *wheel,
		const struct gz_exceptions *x, gz_defrag_done_fn done, void *arg)
{
	struct gz_defrag *d = calloc(1, sizeof(*d));

	if (d == NULL)
		goto no_memory;
	defrag_limits_init(&d->limits, conf);
	d->mask = rte_align32pow2(2 * d->limits.datagrams) - 1;
	d->buckets = calloc(d->mask + 1, sizeof(*d->buckets));
	if (d->buckets == NULL || getrandom(d->secret, sizeof(d->secret), 0) < 0)
		goto free_d;
	d->mem = mem;
	d->wheel = wheel;
	d->x = x;
	d->done = done;
	d->arg = arg;
	TAILQ_INIT(&d->by_age);
	return d;

free_d:
	free(d->buckets);
	free(d);
no_memory:
	rte_errno = ENOMEM;
	return NULL;
}

void
gz_defrag_destroy(struct gz_defrag *d)
{
	struct datagram *g;

	if (d == NULL)
		return;
	while ((g = TAILQ_FIRST(&d->by_age)) != NULL) {
		take_out(g);
		let_go(g, GZ_WHY_FRAG_TIMEOUT);
		destroy(g);
	}
	free(d->buckets);
	free(d);
}
