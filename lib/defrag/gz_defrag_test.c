/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_stat.h"

#include "defrag_internal.h"

enum {
	ETHER = 14,
	DATA = 4000, /* bytes of the datagram that tests cut up */
};

static const struct gz_decode_opts opts = { .verify_checksums = false };

struct bench {
	struct gz_conf *conf;
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	struct gz_exceptions x;
	struct gz_defrag *d;
	uint32_t done; /* fragments handed back by themselves */
	uint8_t why; /* of the last one */
	uint8_t verdict;
	uint64_t now_us;
};

static struct bench b;

static void
free_packet(struct gz_pkt *p)
{
	free(p->data);
	free(p);
}

static void
done(void *arg, struct gz_pkt *fragments)
{
	struct gz_pkt *p, *next;

	assert_ptr_equal(arg, &b);
	for (p = fragments; p != NULL; p = next) {
		next = p->next;
		b.done++;
		b.why = p->why;
		b.verdict = p->verdict;
		free_packet(p);
	}
}

static int
set_up(const char *setting)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	memset(&b, 0, sizeof(b));
	b.conf = gz_conf_create();
	if (setting != NULL)
		assert_int_equal(gz_conf_set(b.conf, setting, &errors), 0);
	b.mem = gz_mem_create(b.conf, 1);
	b.wheel = gz_wheel_create(10, 60000, &b);
	gz_exceptions_init(&b.x, b.conf);
	b.d = gz_defrag_create(b.conf, b.mem, b.wheel, &b.x, done, &b);
	b.now_us = 1000000;
	gz_wheel_turn(b.wheel, b.now_us / 1000, 1);
	return b.d == NULL;
}

static int
plain(void **state)
{
	return set_up(NULL);
}

/* Nothing may be left behind: not a byte, not a packet. */
static int
tear_down(void **state)
{
	struct gz_mem_use use;

	gz_defrag_destroy(b.d);
	gz_mem_usage(b.mem, defrag_purpose, &use);
	assert_int_equal(use.used, 0);
	gz_wheel_destroy(b.wheel);
	gz_mem_destroy(b.mem);
	gz_conf_destroy(b.conf);
	return 0;
}

static void
be16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* What is cut up: a UDP datagram from port 1234 to 53. */
static void
make_datagram(uint8_t *data, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	be16(data, 1234);
	be16(data + 2, 53);
	be16(data + 4, len);
	be16(data + 6, 0);
}

static struct gz_pkt *
decoded(uint8_t *data, uint32_t len)
{
	struct gz_pkt *p = calloc(1, sizeof(*p));

	p->data = data;
	p->len = len;
	p->link = GZ_LINK_ETHERNET;
	p->time_us = b.now_us;
	gz_pkt_decode(p, &opts);
	return p;
}

struct cut {
	uint32_t off, len;
	bool more;
	uint16_t id;
	uint8_t proto;
	uint8_t host; /* last byte of the source address */
};

static struct gz_pkt *
ipv4(struct cut c, const uint8_t *payload)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 0, 0,
		0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };
	uint8_t *data = malloc(sizeof(head) + c.len);

	memcpy(data, head, sizeof(head));
	memcpy(data + sizeof(head), payload + c.off, c.len);
	be16(data + 16, 20 + c.len);
	be16(data + 18, c.id);
	be16(data + 20, c.off / 8 | (c.more ? 0x2000u : 0));
	data[29] = c.host > 0 ? c.host : 1;
	if (c.proto != 0)
		data[23] = c.proto;
	return decoded(data, (uint32_t)sizeof(head) + c.len);
}

/* With a hop-by-hop header before the fragment header. */
static struct gz_pkt *
ipv6(struct cut c, const uint8_t *payload)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0,
		0, 0, 0, 0, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1,
		0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 44, 0, 5, 2, 0, 0, 0, 0, 17, 0, 0, 0,
		0, 0, 0, 0 };
	uint8_t *data = malloc(sizeof(head) + c.len);

	memcpy(data, head, sizeof(head));
	memcpy(data + sizeof(head), payload + c.off, c.len);
	be16(data + 18, 16 + c.len);
	data[62] = c.proto != 0 ? c.proto : 17;
	be16(data + 64, c.off | (c.more ? 1 : 0));
	be16(data + 68, c.id);
	return decoded(data, (uint32_t)sizeof(head) + c.len);
}

static struct gz_pkt *
push(struct gz_pkt *p)
{
	assert_true((p->flags & GZ_PKT_FRAGMENT) != 0);
	return gz_defrag_push(b.d, p, &opts);
}

static void
release(struct gz_pkt *whole)
{
	struct gz_pkt *p, *next;

	for (p = gz_defrag_release(b.d, whole); p != NULL; p = next) {
		next = p->next;
		free_packet(p);
	}
}

static void
assert_is_datagram(const struct gz_pkt *whole, const uint8_t *data, uint32_t len)
{
	assert_non_null(whole);
	assert_int_equal(whole->flags & (GZ_PKT_WHOLE | GZ_PKT_UDP | GZ_PKT_FRAGMENT | GZ_PKT_BAD),
			GZ_PKT_WHOLE | GZ_PKT_UDP);
	assert_int_equal(whole->sport, 1234);
	assert_int_equal(whole->dport, 53);
	assert_int_equal(whole->payload_len, len - 8);
	assert_memory_equal(gz_pkt_payload(whole), data + 8, len - 8);
}

static void
a_datagram_in_pieces_is_made_whole_in_any_order(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole, *v[3];

	make_datagram(data, DATA);
	v[0] = ipv4((struct cut){ 2960, 1040, false, 7 }, data);
	v[1] = ipv4((struct cut){ 0, 1480, true, 7 }, data);
	v[2] = ipv4((struct cut){ 1480, 1480, true, 7 }, data);
	assert_null(push(v[0]));
	assert_null(push(v[1]));
	assert_int_equal(gz_defrag_held(b.d), 1);
	whole = push(v[2]);
	assert_is_datagram(whole, data, DATA);
	assert_int_equal(gz_defrag_held(b.d), 0);

	assert_ptr_equal(whole->next, v[0]);
	assert_ptr_equal(v[0]->next, v[1]);
	assert_ptr_equal(v[1]->next, v[2]);
	assert_null(v[2]->next);
	release(whole);
	assert_int_equal(b.done, 0);
}

static void
an_ipv6_datagram_is_made_whole_without_its_fragment_headers(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;

	make_datagram(data, DATA);
	assert_null(push(ipv6((struct cut){ 1400, 1400, true, 9 }, data)));
	assert_null(push(ipv6((struct cut){ 0, 1400, true, 9 }, data)));
	whole = push(ipv6((struct cut){ 2800, 1200, false, 9 }, data));
	assert_is_datagram(whole, data, DATA);
	assert_int_equal(whole->l4_off, ETHER + 40 + 8);
	assert_int_equal(whole->nb_events, 0);
	release(whole);
}

static void
the_verdict_on_the_whole_is_that_on_each_fragment(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole, *p, *next;
	int n = 0;

	make_datagram(data, DATA);
	gz_stat_clear();
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 7 }, data)));
	whole = push(ipv4((struct cut){ 2000, 2000, false, 7 }, data));
	gz_pkt_settle(whole, GZ_DROP, GZ_WHY_RULE);
	for (p = gz_defrag_release(b.d, whole); p != NULL; p = next) {
		next = p->next;
		assert_int_equal(p->verdict, GZ_DROP);
		assert_int_equal(p->why, GZ_WHY_RULE);
		free_packet(p);
		n++;
	}
	assert_int_equal(n, 2);
	assert_int_equal(gz_stat_sum((uint32_t)gz_stat_find("drop.rule")), 2);
}

static void
what_was_changed_in_the_whole_is_changed_in_the_fragments(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole, *first, *second;

	make_datagram(data, DATA);
	second = ipv4((struct cut){ 2000, 2000, false, 7 }, data);
	first = ipv4((struct cut){ 0, 2000, true, 7 }, data);
	assert_null(push(second));
	whole = push(first);
	memcpy(whole->data + whole->payload_off + 1991, "xy", 2);
	gz_pkt_fix_checksums(whole);
	gz_defrag_release(b.d, whole);
	assert_int_equal(first->data[first->payload_off + 1999], 'x');
	assert_int_equal(second->data[second->payload_off], 'y');
	assert_true((first->flags & GZ_PKT_CHANGED) != 0);
	free_packet(first);
	free_packet(second);
}

static void
a_copy_byte_for_byte_is_no_overlap(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 7 }, data)));
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 7 }, data)));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_COPY);
	whole = push(ipv4((struct cut){ 2000, 2000, false, 7 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);
}

/* @p c comes on top of the first 2000 bytes and must end the datagram, the rest of it too. */
static void
ends_the_datagram(struct cut c, const uint8_t *payload, enum gz_why why)
{
	uint8_t data[DATA];
	uint32_t before = b.done;

	make_datagram(data, DATA);
	c.id = 77;
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 77 }, data)));
	assert_null(push(ipv4(c, payload)));
	assert_int_equal(b.done, before + 2);
	assert_int_equal(b.why, why);
	assert_int_equal(b.verdict, GZ_DROP);
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 77 }, data)));
	assert_int_equal(b.done, before + 3);
	assert_int_equal(b.why, why);
}

static void
a_copy_with_other_bytes_ends_the_datagram(void **state)
{
	uint8_t other[DATA];

	make_datagram(other, DATA);
	other[1000] ^= 1;
	ends_the_datagram((struct cut){ 0, 2000, true }, other, GZ_WHY_FRAG_OVERLAP);
}

static void
a_partial_overlap_ends_the_datagram(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	ends_the_datagram((struct cut){ 1992, 1000, true }, data, GZ_WHY_FRAG_OVERLAP);
}

/* CVE-2024-32867: a last fragment over held bytes, and a sum of lengths that is right by chance. */
static void
an_overlapping_last_fragment_never_makes_it_whole(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 1000, true, 5 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 1000, true, 5 }, data)));
	/* 1000 + 1000 + 2000 bytes are the length of the whole, but 1000 to 2000 are missing */
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5 }, data)));
	assert_int_equal(b.done, 3);
	assert_int_equal(b.why, GZ_WHY_FRAG_OVERLAP);
}

/* CVE-2024-37151: the id is used again while the first datagram still waits. */
static void
an_id_used_again_never_joins_two_datagrams(void **state)
{
	uint8_t one[DATA], two[DATA];

	make_datagram(one, DATA);
	make_datagram(two, DATA);
	memset(two + 8, 'x', DATA - 8);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, one)));
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, two)));
	assert_int_equal(b.done, 2);
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5 }, two)));
	assert_int_equal(b.done, 3);
}

static void
an_id_is_free_once_its_datagram_is_whole(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole, *again;

	make_datagram(data, DATA);
	push(ipv4((struct cut){ 0, 2000, true, 5 }, data));
	whole = push(ipv4((struct cut){ 2000, 2000, false, 5 }, data));
	assert_non_null(whole);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, data)));
	again = push(ipv4((struct cut){ 2000, 2000, false, 5 }, data));
	assert_is_datagram(again, data, DATA);
	release(whole);
	release(again);
}

/* CVE-2024-45796: off by one where a datagram ends. */
static void
a_fragment_up_to_the_end_fits_and_one_byte_more_does_not(void **state)
{
	uint8_t data[DATA + 8];
	struct gz_pkt *whole;

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5 }, data)));
	whole = push(ipv4((struct cut){ 0, 2000, true, 5 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);

	assert_null(push(ipv4((struct cut){ 3992, 1, false, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 3992, 8, true, 6 }, data)));
	assert_int_equal(b.done, 2);
	assert_null(push(ipv4((struct cut){ 2000, 1000, false, 8 }, data)));
	assert_null(push(ipv4((struct cut){ 3000, 8, true, 8 }, data)));
	assert_int_equal(b.done, 4);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
}

static void
two_ends_that_disagree_end_the_datagram(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5 }, data)));
	assert_null(push(ipv4((struct cut){ 1000, 1000, false, 5 }, data)));
	assert_int_equal(b.done, 2);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
}

static void
what_cannot_be_a_fragment_is_dropped(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 1001, true, 5 }, data)));
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
	assert_null(push(ipv4((struct cut){ 0, 0, true, 6 }, data)));
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
	assert_int_equal(b.done, 2);
}

static void
more_than_a_packet_can_hold_is_dropped_and_told(void **state)
{
	static uint8_t data[65536];
	struct gz_pkt *p = ipv4((struct cut){ 64504, 1011, false, 5 }, data), *keep = p;

	/* 20 + 64504 + 1011 is 65535: that still fits */
	assert_null(push(p));
	assert_int_equal(b.done, 0);
	p = ipv4((struct cut){ 64504, 1012, false, 6 }, data);
	assert_null(push(p));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
	assert_int_equal(keep->nb_events, 0);
}

static void
a_first_fragment_that_cuts_the_header_is_dropped(void **state)
{
	uint8_t data[DATA] = { 0 };

	data[12] = 0x50;
	assert_null(push(ipv4((struct cut){ 0, 8, true, 5, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 8, 100, false, 5, 6 }, data)));
	assert_int_equal(b.done, 2);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
	/* whole headers: fine */
	assert_null(push(ipv4((struct cut){ 0, 24, true, 6, 6 }, data)));
	release(push(ipv4((struct cut){ 24, 100, false, 6, 6 }, data)));
	assert_int_equal(b.done, 2);
}

/* 4664: fragment headers within fragments, and one after another. */
static void
nested_fragment_headers_are_dropped(void **state)
{
	uint8_t data[DATA] = { 17, 0, 0, 1, 0, 0, 0, 9 };
	struct gz_pkt *p;

	assert_null(push(ipv6((struct cut){ 0, 1000, true, 5, 44 }, data)));
	assert_null(push(ipv6((struct cut){ 1000, 1000, false, 5, 44 }, data)));
	assert_int_equal(b.done, 2);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);

	/* an atomic fragment that holds a fragment */
	p = ipv6((struct cut){ 0, 1000, false, 6, 44 }, data);
	assert_null(push(p));
	assert_int_equal(b.done, 3);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
}

static void
an_atomic_fragment_is_an_ordinary_packet(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, 100);
	p = ipv6((struct cut){ 0, 100, false, 6 }, data);
	assert_int_equal(p->flags, GZ_PKT_IPV6 | GZ_PKT_UDP);
	free_packet(p);
}

static void
a_fragment_with_a_bad_header_sum_is_no_part(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, DATA);
	p = ipv4((struct cut){ 0, 2000, true, 5 }, data);
	p->flags |= GZ_PKT_BAD_IP_SUM;
	assert_null(push(p));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_CHECKSUM);
	assert_int_equal(gz_defrag_held(b.d), 0);
}

static void
fragments_of_others_do_not_mix(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5, 17, 9 }, data)));
	p = ipv4((struct cut){ 2000, 2000, false, 5 }, data);
	p->nb_vlan = 1;
	p->vlan[0] = 3;
	assert_null(push(p));
	p = ipv4((struct cut){ 2000, 2000, false, 5 }, data);
	p->tenant = 1;
	assert_null(push(p));
	assert_int_equal(gz_defrag_held(b.d), 6);
}

static void
what_never_gets_whole_goes_after_its_time(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, data)));
	gz_wheel_turn(b.wheel, b.now_us / 1000 + 29000, 100);
	assert_int_equal(b.done, 0);
	gz_wheel_turn(b.wheel, b.now_us / 1000 + 30100, 100);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_TIMEOUT);
	assert_int_equal(gz_defrag_held(b.d), 0);
}

static int
with_few_datagrams(void **state)
{
	return set_up("defrag.datagrams=16");
}

static void
the_oldest_datagram_goes_first(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;
	uint16_t id;

	make_datagram(data, DATA);
	for (id = 1; id <= 17; id++)
		assert_null(push(ipv4((struct cut){ 0, 2000, true, id, 17, (uint8_t)id }, data)));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
	assert_int_equal(gz_defrag_held(b.d), 16);
	whole = push(ipv4((struct cut){ 2000, 2000, false, 2, 17, 2 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);
}

static int
with_few_fragments(void **state)
{
	return set_up("defrag.fragments=16");
}

static void
held_fragments_are_bounded(void **state)
{
	uint8_t data[DATA];
	uint32_t i;

	make_datagram(data, DATA);
	for (i = 0; i < 100; i++)
		assert_null(push(ipv4((struct cut){ i % 20 * 8, 8, true, (uint16_t)(1 + i / 20) },
				data)));
	assert_true(b.done >= 100 - 16);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
}

static int
with_few_per_source(void **state)
{
	return set_up("defrag.per-source=3");
}

static void
one_source_does_not_take_all_the_room(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;
	uint16_t id;

	make_datagram(data, DATA);
	for (id = 1; id <= 10; id++)
		assert_null(push(ipv4((struct cut){ 0, 2000, true, id }, data)));
	assert_int_equal(gz_defrag_held(b.d), 3);
	assert_int_equal(b.done, 7);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 1, 17, 9 }, data)));
	whole = push(ipv4((struct cut){ 2000, 2000, false, 1, 17, 9 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);
}

static void
pieces_of_one_datagram_are_bounded(void **state)
{
	uint8_t data[DATA];
	uint32_t i;

	make_datagram(data, DATA);
	for (i = 0; i < DEFRAG_PIECES; i++)
		assert_null(push(ipv4((struct cut){ i * 8, 8, true, 1 }, data)));
	assert_int_equal(b.done, 0);
	assert_null(push(ipv4((struct cut){ i * 8, 8, true, 1 }, data)));
	assert_int_equal(b.done, DEFRAG_PIECES + 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
}

static void
only_looking_on_nothing_is_dropped(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, DATA);
	p = ipv4((struct cut){ 0, 2000, true, 5 }, data);
	p->flags |= GZ_PKT_OBSERVE;
	assert_null(push(p));
	p = ipv4((struct cut){ 8, 2000, true, 5 }, data);
	p->flags |= GZ_PKT_OBSERVE;
	assert_null(push(p));
	assert_int_equal(b.done, 2);
	assert_int_equal(b.verdict, GZ_PASS);
}

/* Against a plain array: any cuts, any order, with copies; it gets whole just when all bytes are there. */
static void
random_cuts_give_the_datagram_back(void **state)
{
	uint8_t data[DATA];
	struct cut cuts[64], swap;
	struct gz_pkt *whole;
	uint32_t round, n, i, j, off;

	srandom(4);
	make_datagram(data, DATA);
	for (round = 0; round < 500; round++) {
		for (n = 0, off = 0; off < DATA; n++, off += cuts[n - 1].len) {
			cuts[n] = (struct cut){ off, (uint32_t)(8 * (1 + random() % 60)), true,
				(uint16_t)round };
			if (off == 0)
				cuts[n].len += 8;
			if (n == 62 || off + cuts[n].len >= DATA) {
				cuts[n].len = DATA - off;
				cuts[n].more = false;
			}
		}
		for (i = n - 1; i > 0; i--) {
			j = (uint32_t)random() % (i + 1);
			swap = cuts[i];
			cuts[i] = cuts[j];
			cuts[j] = swap;
		}
		for (i = 0; i + 1 < n; i++) {
			assert_null(push(round % 2 ? ipv4(cuts[i], data) : ipv6(cuts[i], data)));
			j = (uint32_t)random() % (i + 1);
			if (random() % 8 == 0)
				assert_null(push(round % 2 ? ipv4(cuts[j], data)
							   : ipv6(cuts[j], data)));
		}
		whole = push(round % 2 ? ipv4(cuts[i], data) : ipv6(cuts[i], data));
		assert_is_datagram(whole, data, DATA);
		release(whole);
		assert_int_equal(gz_defrag_held(b.d), 0);
	}
}

static int
count_here(void **state)
{
	struct gz_stat_block *block = gz_stat_block_create("test");

	gz_stat_block_use(block);
	return block == NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plain, tear_down)
#define TEST_WITH(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_datagram_in_pieces_is_made_whole_in_any_order),
		TEST(an_ipv6_datagram_is_made_whole_without_its_fragment_headers),
		TEST(the_verdict_on_the_whole_is_that_on_each_fragment),
		TEST(what_was_changed_in_the_whole_is_changed_in_the_fragments),
		TEST(a_copy_byte_for_byte_is_no_overlap),
		TEST(a_copy_with_other_bytes_ends_the_datagram),
		TEST(a_partial_overlap_ends_the_datagram),
		TEST(an_overlapping_last_fragment_never_makes_it_whole),
		TEST(an_id_used_again_never_joins_two_datagrams),
		TEST(an_id_is_free_once_its_datagram_is_whole),
		TEST(a_fragment_up_to_the_end_fits_and_one_byte_more_does_not),
		TEST(two_ends_that_disagree_end_the_datagram),
		TEST(what_cannot_be_a_fragment_is_dropped),
		TEST(more_than_a_packet_can_hold_is_dropped_and_told),
		TEST(a_first_fragment_that_cuts_the_header_is_dropped),
		TEST(nested_fragment_headers_are_dropped),
		TEST(an_atomic_fragment_is_an_ordinary_packet),
		TEST(a_fragment_with_a_bad_header_sum_is_no_part),
		TEST(fragments_of_others_do_not_mix),
		TEST(what_never_gets_whole_goes_after_its_time),
		TEST_WITH(the_oldest_datagram_goes_first, with_few_datagrams),
		TEST_WITH(held_fragments_are_bounded, with_few_fragments),
		TEST_WITH(one_source_does_not_take_all_the_room, with_few_per_source),
		TEST(pieces_of_one_datagram_are_bounded),
		TEST(only_looking_on_nothing_is_dropped),
		TEST(random_cuts_give_the_datagram_back),
	};

	return cmocka_run_group_tests(tests, count_here, NULL);
}
