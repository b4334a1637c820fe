/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_addrset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_debug.h>

#include "rule_internal.h"

enum {
	WORD_MOST = 96, /* bytes of an address, a prefix or a range */
};

static const struct gz_addr_range all_v4 = {
	{ .b = { [10] = 0xff, [11] = 0xff } },
	{ .b = { [10] = 0xff, [11] = 0xff, 0xff, 0xff, 0xff, 0xff } },
};
static const struct gz_addr_range all_v6 = {
	{ .b = { 0 } },
	{ .b = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			  0xff, 0xff } },
};

/** Bits of the prefix that "255.255.0.0" means, or -1. */
static int
mask_bits(const struct gz_addr *mask)
{
	uint32_t m = rte_be_to_cpu_32(mask->w[3]);
	int bits = m == 0 ? 0 : __builtin_popcount(m);

	return gz_addr_is_v4(mask) && (bits == 0 || m == UINT32_MAX << (32 - bits)) ? bits : -1;
}

/** "10.0.0.0/255.0.0.0" */
static bool
masked(const char *addr, const char *mask, struct gz_addr_range *r)
{
	struct gz_prefix a, m;
	int bits;

	if (!gz_prefix_parse(addr, &a) || !gz_prefix_parse(mask, &m) || !gz_addr_is_v4(&a.addr))
		return false;
	bits = mask_bits(&m.addr);
	if (bits < 0)
		return false;
	a.bits = (uint8_t)(96 + bits);
	gz_prefix_range(&a, &r->first, &r->last);
	return true;
}

/** "10.0.0.1-10.0.0.9" */
static bool
spanned(const char *first, const char *last, struct gz_addr_range *r)
{
	struct gz_prefix a, b;

	if (!gz_prefix_parse(first, &a) || !gz_prefix_parse(last, &b))
		return false;
	r->first = a.addr;
	r->last = b.addr;
	return a.bits == 128 && b.bits == 128 && gz_addr_is_v4(&a.addr) == gz_addr_is_v4(&b.addr) &&
			gz_addr_compare(&a.addr, &b.addr) <= 0;
}

static bool
addr_word(struct gz_span text, struct ranges *into)
{
	char word[WORD_MOST], *mark;
	struct gz_addr_range r;
	struct gz_prefix p;
	bool ok;

	if (text.len >= sizeof(word))
		return false;
	memcpy(word, text.p, text.len);
	word[text.len] = '\0';
	mark = strpbrk(word, "-/");
	if (mark != NULL && (*mark == '-' || strchr(mark, '.') != NULL)) {
		ok = *mark == '-';
		*mark = '\0';
		ok = ok ? spanned(word, mark + 1, &r) : masked(word, mark + 1, &r);
	} else {
		ok = gz_prefix_parse(word, &p);
		if (ok)
			gz_prefix_range(&p, &r.first, &r.last);
	}
	if (ok)
		ranges_add(into, &r);
	return ok;
}

static void
addr_any(struct ranges *into)
{
	ranges_add(into, &all_v6);
}

/** Addresses of the families that @p negated (tidy) names: IPv4, which stands in ::ffff:0:0/96, or the
 * rest. */
static void
addr_family(const struct ranges *negated, struct ranges *into)
{
	struct ranges v4 = { NULL, 0, 0 }, v6;
	bool has_v4 = false, has_v6 = false;
	const struct gz_addr_range *r;
	uint32_t i;

	for (i = 0; i < negated->count; i++) {
		r = &negated->v[i];
		has_v4 |= gz_addr_compare(&r->first, &all_v4.last) <= 0 &&
				gz_addr_compare(&r->last, &all_v4.first) >= 0;
		has_v6 |= gz_addr_compare(&r->first, &all_v4.first) < 0 ||
				gz_addr_compare(&r->last, &all_v4.last) > 0;
	}
	ranges_add(&v4, &all_v4);
	if (has_v6) {
		ranges_add(into, &all_v6);
		ranges_tidy(into);
		v6 = ranges_minus(into, &v4);
		into->count = 0;
		ranges_add_all(into, &v6);
		ranges_clear(&v6);
	}
	if (has_v4)
		ranges_add_all(into, &v4);
	ranges_clear(&v4);
}

const struct set_kind set_addresses = {
	.what = "address",
	.expected = "an address, a prefix, a range, a list in brackets, a variable or any",
	.word = addr_word,
	.any = addr_any,
	.family = addr_family,
	.variable = vars_addr,
	.nearest = vars_addr_nearest,
};

static struct gz_addr
port_number(uint16_t port)
{
	return (struct gz_addr){ .b = { [14] = (uint8_t)(port >> 8), [15] = (uint8_t)port } };
}

static uint16_t
number_port(const struct gz_addr *a)
{
	return (uint16_t)(a->b[14] << 8 | a->b[15]);
}

/** A port; an empty text is @p otherwise. */
static bool
read_port(struct gz_span text, uint64_t otherwise, uint64_t *port)
{
	*port = otherwise;
	return text.len == 0 || (gz_span_u64(text, port) && *port <= UINT16_MAX);
}

static bool
port_word(struct gz_span text, struct ranges *into)
{
	int64_t colon = gz_span_find(text, GZ_SPAN(":"));
	struct gz_span low = text, high = text;
	struct gz_addr_range r;
	uint64_t first, last;

	if (text.len == 1 && colon == 0)
		return false;
	if (colon >= 0) {
		low.len = (uint32_t)colon;
		high = gz_span(text.p + colon + 1, text.len - low.len - 1);
	}
	if (!read_port(low, 0, &first) || !read_port(high, UINT16_MAX, &last) || first > last)
		return false;
	r.first = port_number((uint16_t)first);
	r.last = port_number((uint16_t)last);
	ranges_add(into, &r);
	return true;
}

static void
port_any(struct ranges *into)
{
	struct gz_addr_range all = { port_number(0), port_number(UINT16_MAX) };

	ranges_add(into, &all);
}

static void
port_family(const struct ranges *negated, struct ranges *into)
{
	port_any(into);
}

const struct set_kind set_ports = {
	.what = "port",
	.expected = "a port, a range, a list in brackets, a variable or any",
	.word = port_word,
	.any = port_any,
	.family = port_family,
	.variable = vars_port,
	.nearest = vars_port_nearest,
};

static bool
evaluate(const struct set_kind *kind, const char *text, const struct gz_vars *vars,
		struct gz_place place, struct gz_errors *errors, struct ranges *out)
{
	struct set_error error = { 0, "" };

	if (set_evaluate(kind, text, vars, out, &error))
		return true;
	if (place.column > 0)
		place.column += error.at;
	gz_errors_add(errors, place, kind == &set_ports ? "port" : "address", "%s", error.text);
	return false;
}

int
gz_addrset_parse(const char *text, const struct gz_vars *vars, struct gz_place place,
		struct gz_addrset *set, struct gz_errors *errors)
{
	struct ranges r;

	*set = (struct gz_addrset){ NULL, 0, true };
	if (strcmp(text, "any") == 0)
		return 0;
	if (!evaluate(&set_addresses, text, vars, place, errors, &r))
		return -EINVAL;
	set->any = r.count == 1 && gz_addr_equal(&r.v[0].first, &all_v6.first) &&
			gz_addr_equal(&r.v[0].last, &all_v6.last);
	if (set->any) {
		ranges_clear(&r);
		return 0;
	}
	set->v = r.v;
	set->count = r.count;
	return 0;
}

int
gz_portset_parse(const char *text, const struct gz_vars *vars, struct gz_place place,
		struct gz_portset *set, struct gz_errors *errors)
{
	struct ranges r;
	uint32_t i;

	*set = (struct gz_portset){ NULL, 0, true };
	if (strcmp(text, "any") == 0)
		return 0;
	if (!evaluate(&set_ports, text, vars, place, errors, &r))
		return -EINVAL;
	set->any = number_port(&r.v[0].first) == 0 && number_port(&r.v[0].last) == UINT16_MAX;
	if (!set->any) {
		set->v = calloc(r.count, sizeof(*set->v));
		RTE_VERIFY(set->v != NULL);
		for (i = 0; i < r.count; i++) {
			set->v[i].first = number_port(&r.v[i].first);
			set->v[i].last = number_port(&r.v[i].last);
		}
		set->count = r.count;
	}
	ranges_clear(&r);
	return 0;
}

void
gz_addrset_clear(struct gz_addrset *set)
{
	free(set->v);
	*set = (struct gz_addrset){ NULL, 0, false };
}

void
gz_portset_clear(struct gz_portset *set)
{
	free(set->v);
	*set = (struct gz_portset){ NULL, 0, false };
}

bool
gz_addrset_has(const struct gz_addrset *set, const struct gz_addr *a)
{
	uint32_t low = 0, high = set->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (gz_addr_compare(&set->v[middle].last, a) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return set->any || (low < set->count && gz_addr_compare(&set->v[low].first, a) <= 0);
}

bool
gz_portset_has(const struct gz_portset *set, uint16_t port)
{
	uint32_t low = 0, high = set->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->v[middle].last < port)
			low = middle + 1;
		else
			high = middle;
	}
	return set->any || (low < set->count && set->v[low].first <= port);
}
