/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Address classes. All borders of all sets, sorted, cut the address space into
 * ranges; walking over them, the sets that the present range is in change by
 * what begins and ends at its border. Ranges that are in the same sets are one
 * class. Found by a hash of the sets, which changes by an exclusive or at each
 * border, so that the cost is that of the sort.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_debug.h>

#include "ruleset_internal.h"

struct border {
	struct gz_addr at;
	uint32_t set;
};

struct builder {
	struct gz_ruleset *rs;
	const struct gz_addrset **sets; /* distinct */
	uint32_t nb_sets, sets_room;
	uint32_t *index; /* open hash of set numbers + 1 */
	uint32_t index_size;
	struct border *borders;
	uint32_t nb_borders, borders_room;
	/* while walking */
	uint64_t *now; /* bits of the sets around */
	uint64_t hash;
	uint32_t *classes; /* open hash of class numbers + 1 */
	uint32_t classes_size;
	uint64_t *class_hash;
	uint64_t *member;
	uint32_t nb_classes, class_room;
	struct rs_numbers v4, v4_class, v6_class;
	struct gz_addr *v6;
	uint32_t v6_room;
};

static void *
grow(void *p, uint32_t *room, uint32_t need, size_t size)
{
	if (need <= *room)
		return p;
	*room = RTE_MAX(need, *room == 0 ? 64 : *room * 2);
	p = reallocarray(p, *room, size);
	RTE_VERIFY(p != NULL);
	return p;
}

/* Finalizer of splitmix64: spreads a number over 64 bits. */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static uint64_t
set_hash(const struct gz_addrset *s)
{
	uint64_t h = s->count;
	uint32_t i;

	for (i = 0; i < s->count; i++)
		h = mix(h ^ s->v[i].first.q[0]) ^ mix(s->v[i].first.q[1] + h) ^
				mix(s->v[i].last.q[1] - h);
	return h;
}

static bool
set_equal(const struct gz_addrset *a, const struct gz_addrset *b)
{
	return a->count == b->count && memcmp(a->v, b->v, a->count * sizeof(*a->v)) == 0;
}

static void
index_grow(struct builder *b)
{
	uint32_t i, at;

	free(b->index);
	b->index_size = b->index_size == 0 ? 256 : b->index_size * 2;
	b->index = calloc(b->index_size, sizeof(*b->index));
	RTE_VERIFY(b->index != NULL);
	for (i = 0; i < b->nb_sets; i++) {
		at = (uint32_t)set_hash(b->sets[i]) & (b->index_size - 1);
		while (b->index[at] != 0)
			at = (at + 1) & (b->index_size - 1);
		b->index[at] = i + 1;
	}
}

static uint32_t
set_number(struct builder *b, const struct gz_addrset *s)
{
	uint32_t at;

	if (s->any)
		return RS_ANY;
	if (b->nb_sets * 2 >= b->index_size)
		index_grow(b);
	at = (uint32_t)set_hash(s) & (b->index_size - 1);
	for (; b->index[at] != 0; at = (at + 1) & (b->index_size - 1))
		if (set_equal(b->sets[b->index[at] - 1], s))
			return b->index[at] - 1;
	b->sets = grow(b->sets, &b->sets_room, b->nb_sets + 1, sizeof(*b->sets));
	b->sets[b->nb_sets] = s;
	b->index[at] = ++b->nb_sets;
	return b->nb_sets - 1;
}

/* The address after @p a; false after the last. */
static bool
next_addr(struct gz_addr *a)
{
	int i;

	for (i = 15; i >= 0; i--)
		if (++a->b[i] != 0)
			return true;
	return false;
}

static void
collect_borders(struct builder *b)
{
	const struct gz_addrset *s;
	struct gz_addr end;
	uint32_t i, k;

	for (i = 0; i < b->nb_sets; i++) {
		s = b->sets[i];
		b->borders = grow(b->borders, &b->borders_room, b->nb_borders + 2 * s->count,
				sizeof(*b->borders));
		for (k = 0; k < s->count; k++) {
			b->borders[b->nb_borders++] = (struct border){ s->v[k].first, i };
			end = s->v[k].last;
			if (next_addr(&end))
				b->borders[b->nb_borders++] = (struct border){ end, i };
		}
	}
}

static int
by_address(const void *a, const void *b)
{
	return gz_addr_compare(&((const struct border *)a)->at, &((const struct border *)b)->at);
}

static void
classes_grow(struct builder *b)
{
	uint32_t i, at;

	free(b->classes);
	b->classes_size = b->classes_size == 0 ? 256 : b->classes_size * 2;
	b->classes = calloc(b->classes_size, sizeof(*b->classes));
	RTE_VERIFY(b->classes != NULL);
	for (i = 0; i < b->nb_classes; i++) {
		at = (uint32_t)b->class_hash[i] & (b->classes_size - 1);
		while (b->classes[at] != 0)
			at = (at + 1) & (b->classes_size - 1);
		b->classes[at] = i + 1;
	}
}

static uint32_t
class_new(struct builder *b, uint32_t words)
{
	uint32_t room = b->class_room;

	b->class_hash = grow(b->class_hash, &room, b->nb_classes + 1, sizeof(uint64_t));
	b->member = grow(b->member, &b->class_room, b->nb_classes + 1, words * sizeof(uint64_t));
	memcpy(b->member + (size_t)b->nb_classes * words, b->now, words * sizeof(uint64_t));
	b->class_hash[b->nb_classes] = b->hash;
	return b->nb_classes++;
}

/* The class of what lies between this border and the next. */
static uint32_t
class_now(struct builder *b, uint32_t words)
{
	uint32_t at, c;

	if (b->nb_classes * 2 >= b->classes_size)
		classes_grow(b);
	at = (uint32_t)b->hash & (b->classes_size - 1);
	for (; b->classes[at] != 0; at = (at + 1) & (b->classes_size - 1)) {
		c = b->classes[at] - 1;
		if (b->class_hash[c] == b->hash &&
				memcmp(b->member + (size_t)c * words, b->now,
						words * sizeof(uint64_t)) == 0)
			return c;
	}
	c = class_new(b, words);
	b->classes[at] = c + 1;
	return c;
}

static void
note_v6(struct builder *b, const struct gz_addr *at, uint32_t class)
{
	uint32_t n = b->v6_class.n;

	if (n > 0 && b->v6_class.v[n - 1] == class)
		return;
	b->v6 = grow(b->v6, &b->v6_room, n + 1, sizeof(*b->v6));
	b->v6[n] = *at;
	rs_numbers_add(&b->v6_class, class);
}

static void
note_v4(struct builder *b, uint32_t at, uint32_t class)
{
	uint32_t n = b->v4_class.n;

	if (n > 0 && b->v4_class.v[n - 1] == class)
		return;
	rs_numbers_add(&b->v4, at);
	rs_numbers_add(&b->v4_class, class);
}

static void
note_range(struct builder *b, const struct gz_addr *at, uint32_t class)
{
	note_v6(b, at, class);
	if (gz_addr_is_v4(at))
		note_v4(b, rte_be_to_cpu_32(at->w[3]), class);
}

static void
walk(struct builder *b, uint32_t words)
{
	static const uint8_t zero[4];
	const struct gz_addr nowhere = { .q = { 0 } }, v4_start = gz_addr_v4(zero);
	bool v4_begun = false;
	uint32_t i = 0, class;

	/* The class of what is in no set is 0: also that of packets without addresses. */
	class = class_now(b, words);
	note_v6(b, &nowhere, class);
	while (i < b->nb_borders) {
		const struct gz_addr *at = &b->borders[i].at;

		if (!v4_begun && gz_addr_compare(at, &v4_start) > 0) {
			note_v4(b, 0, class);
			v4_begun = true;
		}
		for (; i < b->nb_borders && gz_addr_equal(&b->borders[i].at, at); i++) {
			b->now[b->borders[i].set / 64] ^= 1ULL << (b->borders[i].set % 64);
			b->hash ^= mix(b->borders[i].set);
		}
		class = class_now(b, words);
		v4_begun = v4_begun || gz_addr_is_v4(at);
		note_range(b, at, class);
	}
	if (!v4_begun)
		note_v4(b, 0, class);
}

static const uint32_t *
keep(struct rs_numbers *l, struct rs_arena *a)
{
	return rs_numbers_keep(l, a).v;
}

static void
keep_table(struct builder *b, uint32_t words)
{
	struct rs_addrs *a = &b->rs->addrs;
	struct rs_arena *arena = b->rs->arena;
	struct gz_addr *v6;
	uint64_t *member;

	a->nb_sets = b->nb_sets;
	a->nb_classes = b->nb_classes;
	a->words = words;
	a->nb_v4 = b->v4.n;
	a->nb_v6 = b->v6_class.n;
	v6 = rs_arena_get(arena, a->nb_v6 * sizeof(*v6));
	memcpy(v6, b->v6, a->nb_v6 * sizeof(*v6));
	member = rs_arena_get(arena, (size_t)a->nb_classes * words * sizeof(*member));
	memcpy(member, b->member, (size_t)a->nb_classes * words * sizeof(*member));
	a->v6 = v6;
	a->member = member;
	a->v4 = keep(&b->v4, arena);
	a->v4_class = keep(&b->v4_class, arena);
	a->v6_class = keep(&b->v6_class, arena);
}

/* The part of all addresses that a set covers, 0 to 1: of the family where it is larger. */
static double
part_of(const struct gz_addrset *s)
{
	const struct gz_addr_range *r;
	double v4 = 0, v6 = 0;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		r = &s->v[i];
		if (gz_addr_is_v4(&r->first) && gz_addr_is_v4(&r->last))
			v4 += 1 +
					(double)(rte_be_to_cpu_32(r->last.w[3]) -
							rte_be_to_cpu_32(r->first.w[3]));
		else
			v6 += (double)rte_be_to_cpu_64(r->last.q[0]) -
					(double)rte_be_to_cpu_64(r->first.q[0]);
	}
	return RTE_MAX(v4 / 4294967296.0, v6 / 18446744073709551616.0);
}

/* By which side a rule about addresses only is looked up; 2: by neither. */
static uint32_t
narrow_side(const struct rs_rule *r)
{
	if (r->addr[0] == RS_ANY)
		return r->addr[1] == RS_ANY ? 2 : 1;
	if (r->addr[1] == RS_ANY)
		return 0;
	return part_of(&r->sig->addr[0]) <= part_of(&r->sig->addr[1]) ? 0 : 1;
}

/* A rule for both ways may find that address on either side of a packet. */
static void
list_only_rule(struct gz_ruleset *rs, uint32_t i, uint32_t side, struct rs_numbers *by_class[2])
{
	const struct rs_rule *r = &rs->rules[i];
	uint32_t c;

	for (c = 0; c < rs->addrs.nb_classes; c++) {
		if (!rs_class_in(&rs->addrs, c, r->addr[side]))
			continue;
		rs_numbers_add(&by_class[side][c], i);
		if (r->flags & GZ_SIG_BOTH_WAYS)
			rs_numbers_add(&by_class[1 - side][c], i);
	}
}

static void
list_only_rules(struct gz_ruleset *rs)
{
	struct rs_addrs *a = &rs->addrs;
	struct rs_numbers *by_class[2], any = { NULL, 0, 0 };
	struct rs_list *kept;
	uint32_t i, side, c;

	for (side = 0; side < 2; side++) {
		by_class[side] = calloc(a->nb_classes, sizeof(struct rs_numbers));
		RTE_VERIFY(by_class[side] != NULL);
	}
	for (i = 0; i < rs->nb_rules; i++) {
		if (!(rs->rules[i].flags & GZ_SIG_IP_ONLY))
			continue;
		side = narrow_side(&rs->rules[i]);
		if (side == 2)
			rs_numbers_add(&any, i);
		else
			list_only_rule(rs, i, side, by_class);
	}
	for (side = 0; side < 2; side++) {
		kept = rs_arena_get(rs->arena, a->nb_classes * sizeof(*kept));
		for (c = 0; c < a->nb_classes; c++)
			kept[c] = rs_numbers_keep(&by_class[side][c], rs->arena);
		a->only[side] = kept;
		free(by_class[side]);
	}
	a->only_any = rs_numbers_keep(&any, rs->arena);
}

void
rs_addrs_build(struct gz_ruleset *rs)
{
	struct builder b = { .rs = rs };
	uint32_t i, side, words;

	for (i = 0; i < rs->nb_rules; i++)
		for (side = 0; side < 2; side++)
			rs->rules[i].addr[side] = set_number(&b, &rs->rules[i].sig->addr[side]);
	collect_borders(&b);
	if (b.nb_borders > 0)
		qsort(b.borders, b.nb_borders, sizeof(*b.borders), by_address);
	words = RTE_MAX((b.nb_sets + 63) / 64, 1U);
	b.now = calloc(words, sizeof(*b.now));
	RTE_VERIFY(b.now != NULL);
	walk(&b, words);
	keep_table(&b, words);
	list_only_rules(rs);
	free(b.sets);
	free(b.index);
	free(b.borders);
	free(b.now);
	free(b.classes);
	free(b.class_hash);
	free(b.member);
	free(b.v6);
}

static uint32_t
find_v6(const struct rs_addrs *a, const struct gz_addr *addr)
{
	uint32_t low = 0, n = a->nb_v6, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		if (gz_addr_compare(&a->v6[low + half], addr) <= 0)
			low += half;
	}
	return a->v6_class[low];
}

uint32_t
rs_addr_class(const struct rs_addrs *a, const struct gz_addr *addr)
{
	uint32_t low = 0, n = a->nb_v4, half, key;

	if (!gz_addr_is_v4(addr))
		return find_v6(a, addr);
	key = rte_be_to_cpu_32(addr->w[3]);
	for (; n > 1; n -= half) {
		half = n / 2;
		low += a->v4[low + half] <= key ? half : 0;
	}
	return a->v4_class[low];
}
