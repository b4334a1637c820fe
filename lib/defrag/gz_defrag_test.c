/* SPDX-License-Identifier: BSD-3-Clause */

#include "defrag_test.h"

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

static struct gz_pkt *
from_side(struct gz_pkt *p, enum gz_side side)
{
	p->flags |= GZ_PKT_SIDED;
	p->side = (uint8_t)side;
	return p;
}

/* Who claims another's address from across the wire adds nothing to its datagrams. */
static void
fragments_from_both_sides_of_a_wire_do_not_join(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;

	make_datagram(data, DATA);
	assert_null(push(from_side(ipv4((struct cut){ 0, 2000, true, 5 }, data), GZ_INSIDE)));
	assert_null(push(from_side(ipv4((struct cut){ 2000, 2000, false, 5 }, data), GZ_OUTSIDE)));
	whole = push(from_side(ipv4((struct cut){ 2000, 2000, false, 5 }, data), GZ_INSIDE));
	assert_is_datagram(whole, data, DATA);
	assert_true((whole->flags & GZ_PKT_SIDED) != 0);
	assert_int_equal(whole->side, GZ_INSIDE);
	release(whole);
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
		TEST(fragments_from_both_sides_of_a_wire_do_not_join),
		TEST(a_fragment_up_to_the_end_fits_and_one_byte_more_does_not),
		TEST(two_ends_that_disagree_end_the_datagram),
		TEST(what_cannot_be_a_fragment_is_dropped),
		TEST(a_first_fragment_that_cuts_the_header_is_dropped),
		TEST(nested_fragment_headers_are_dropped),
		TEST(an_atomic_fragment_is_an_ordinary_packet),
		TEST(a_fragment_with_a_bad_header_sum_is_no_part),
		TEST(random_cuts_give_the_datagram_back),
	};

	return cmocka_run_group_tests(tests, count_here, NULL);
}
