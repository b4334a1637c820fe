/* SPDX-License-Identifier: BSD-3-Clause */

#include "capture.h"
#include "port_test.h"

enum {
	MICRO = 0xa1b2c3d4,
	NANO = 0xa1b23c4d,
	ETHERNET = 1,
	RAW = 101,
	WLAN = 105,
};

#define SECOND_NS 1000000000ull

static char why[CAPTURE_WHY];

static struct capture *
over(const struct test_bytes *t)
{
	struct capture *c = malloc(sizeof(*c));
	uint8_t *exact = malloc(t->len > 0 ? t->len : 1);

	memcpy(exact, t->b, t->len);
	if (!capture_attach(c, exact, t->len, why)) {
		free(exact);
		free(c);
		return NULL;
	}
	return c;
}

static void
done(struct capture *c)
{
	free(c->map);
	free(c);
}

static void
expect(struct capture *c, const char *frame, uint64_t time_ns, int link)
{
	struct capture_frame f;

	assert_true(capture_next(c, &f));
	assert_int_equal(f.len, strlen(frame));
	assert_memory_equal(f.data, frame, f.len);
	assert_int_equal(f.time_ns, time_ns);
	assert_int_equal(f.link, link);
}

static void
expect_end(struct capture *c)
{
	struct capture_frame f;

	assert_false(capture_next(c, &f));
	assert_string_equal(c->broken, "");
}

static void
expect_broken(struct capture *c, const char *sentence)
{
	struct capture_frame f;

	assert_false(capture_next(c, &f));
	assert_string_equal(c->broken, sentence);
	assert_false(capture_next(c, &f));
}

static void
pcap_is_read_in_both_orders_and_resolutions(void **state)
{
	struct test_bytes t;
	struct capture *c;
	int i;

	for (i = 0; i < 4; i++) {
		t = (struct test_bytes){ .swapped = i & 1 };
		put_pcap_head(&t, (i & 2) != 0 ? NANO : MICRO, ETHERNET);
		put_record(&t, 10, 5, "first");
		put_record(&t, 11, 999999, "");
		put_record(&t, 12, 0, "third one");
		c = over(&t);
		assert_non_null(c);
		assert_int_equal(c->nano, (i & 2) != 0);
		expect(c, "first", 10 * SECOND_NS + ((i & 2) != 0 ? 5 : 5000), GZ_LINK_ETHERNET);
		expect(c, "", 11 * SECOND_NS + ((i & 2) != 0 ? 999999 : 999999000),
				GZ_LINK_ETHERNET);
		expect(c, "third one", 12 * SECOND_NS, GZ_LINK_ETHERNET);
		expect_end(c);
		assert_int_equal(c->number, 3);
		done(c);
	}
}

static void
link_types_are_known_or_refused_in_words(void **state)
{
	static const struct {
		uint32_t dlt;
		int link;
	} known[] = { { 0, GZ_LINK_NULL }, { 1, GZ_LINK_ETHERNET }, { 9, GZ_LINK_PPP },
		{ 12, GZ_LINK_RAW }, { 101, GZ_LINK_RAW }, { 104, GZ_LINK_CHDLC },
		{ 108, GZ_LINK_NULL }, { 113, GZ_LINK_SLL }, { 228, GZ_LINK_RAW },
		{ 229, GZ_LINK_RAW }, { 276, GZ_LINK_SLL2 } };
	struct test_bytes t;
	struct capture *c;
	uint32_t i;

	for (i = 0; i < RTE_DIM(known); i++) {
		t = (struct test_bytes){ 0 };
		put_pcap_head(&t, MICRO, known[i].dlt);
		put_record(&t, 1, 0, "x");
		c = over(&t);
		assert_non_null(c);
		expect(c, "x", SECOND_NS, known[i].link);
		done(c);
	}
	t = (struct test_bytes){ 0 };
	put_pcap_head(&t, MICRO, WLAN);
	assert_null(over(&t));
	assert_string_equal(why,
			"link type 105 (IEEE 802.11) is not supported: expected Ethernet, raw IP, "
			"Linux cooked, null/loopback, PPP or C-HDLC");
}

static void
a_cut_pcap_gives_all_before_the_break(void **state)
{
	struct test_bytes t = { 0 };
	struct capture *c;

	put_pcap_head(&t, MICRO, ETHERNET);
	put_record(&t, 1, 0, "whole");
	put_record(&t, 2, 0, "cut off");
	t.len -= 3;
	c = over(&t);
	expect(c, "whole", SECOND_NS, GZ_LINK_ETHERNET);
	expect_broken(c, "breaks off in record 2: 4 of 7 bytes are there");
	done(c);

	t.len -= 4 + 6;
	c = over(&t);
	expect(c, "whole", SECOND_NS, GZ_LINK_ETHERNET);
	expect_broken(c, "breaks off in the head of record 2: 10 of 16 bytes are there");
	done(c);
}

static void
a_record_of_absurd_length_is_garbage(void **state)
{
	struct test_bytes t = { 0 };
	struct capture *c;

	put_pcap_head(&t, MICRO, ETHERNET);
	put32(&t, 1);
	put32(&t, 2);
	put32(&t, 3000000000u);
	put32(&t, 4);
	c = over(&t);
	expect_broken(c, "record 1 is garbage: it claims 3000000000 bytes");
	assert_false(c->cut);
	done(c);
}

static void
what_is_no_capture_is_said(void **state)
{
	struct test_bytes t = { 0 };

	put(&t, "#!/bin/sh\necho this is no capture\n", 34);
	assert_null(over(&t));
	assert_string_equal(why, "is neither pcap nor pcapng");
	t.len = 2;
	assert_null(over(&t));
	assert_string_equal(why, "is neither pcap nor pcapng");

	t = (struct test_bytes){ 0 };
	put_pcap_head(&t, MICRO, ETHERNET);
	t.len = 10;
	assert_null(over(&t));
	assert_string_equal(why, "breaks off in its head: 10 of 24 bytes are there");

	assert_null(capture_open("/nonexistent/file.pcap", why));
	assert_string_equal(why, "cannot be read: No such file or directory");
	assert_null(capture_open("/tmp", why));
	assert_string_equal(why, "is not a file that can be mapped");
}

static void
put_section(struct test_bytes *t)
{
	put32(t, 0x0a0d0d0a);
	put32(t, 28);
	put32(t, 0x1a2b3c4d);
	put16(t, 1);
	put16(t, 0);
	put32(t, UINT32_MAX);
	put32(t, UINT32_MAX);
	put32(t, 28);
}

/* With a resolution, if it is not 0, and an offset in seconds. */
static void
put_interface(struct test_bytes *t, uint16_t dlt, uint8_t resol, uint32_t offset_s)
{
	uint32_t len = 20 + (resol != 0 ? 8 : 0) + (offset_s != 0 ? 12 : 0) + 4;

	put32(t, 1);
	put32(t, len);
	put16(t, dlt);
	put16(t, 0);
	put32(t, 0);
	if (resol != 0) {
		put16(t, 9);
		put16(t, 1);
		put(t, (uint8_t[]){ resol, 0, 0, 0 }, 4);
	}
	if (offset_s != 0) {
		put16(t, 14);
		put16(t, 8);
		put32(t, t->swapped ? 0 : offset_s);
		put32(t, t->swapped ? offset_s : 0);
	}
	put32(t, 0);
	put32(t, len);
}

static void
put_packet(struct test_bytes *t, uint32_t id, uint64_t stamp, const char *frame)
{
	uint32_t len = (uint32_t)strlen(frame), padded = RTE_ALIGN_CEIL(len, 4u);

	put32(t, 6);
	put32(t, 32 + padded);
	put32(t, id);
	put32(t, (uint32_t)(stamp >> 32));
	put32(t, (uint32_t)stamp);
	put32(t, len);
	put32(t, len);
	put(t, frame, len);
	put(t, "\0\0\0", padded - len);
	put32(t, 32 + padded);
}

static void
pcapng_interfaces_have_their_own_link_and_clock(void **state)
{
	struct test_bytes t;
	struct capture *c;
	int i;

	for (i = 0; i < 2; i++) {
		t = (struct test_bytes){ .swapped = i };
		put_section(&t);
		put_interface(&t, ETHERNET, 0, 0);
		put_interface(&t, RAW, 9, 0);
		put_interface(&t, RAW, 0x80 | 10, 0);
		put_interface(&t, RAW, 3, 100);
		put_packet(&t, 0, 3000005, "micro");
		put_packet(&t, 1, 3 * SECOND_NS + 7, "nano");
		put_packet(&t, 2, 3 << 10 | 512, "half a second");
		put_packet(&t, 3, 3004, "milli, later");
		c = over(&t);
		assert_non_null(c);
		expect(c, "micro", 3 * SECOND_NS + 5000, GZ_LINK_ETHERNET);
		expect(c, "nano", 3 * SECOND_NS + 7, GZ_LINK_RAW);
		expect(c, "half a second", 3 * SECOND_NS + SECOND_NS / 2, GZ_LINK_RAW);
		expect(c, "milli, later", 103 * SECOND_NS + 4000000, GZ_LINK_RAW);
		expect_end(c);
		done(c);
	}
}

static void
a_second_section_starts_anew_and_may_have_the_other_order(void **state)
{
	struct test_bytes t = { 0 };
	struct capture *c;

	put_section(&t);
	put_interface(&t, ETHERNET, 0, 0);
	put_packet(&t, 0, 1000000, "one");
	t.swapped = true;
	put_section(&t);
	put_interface(&t, RAW, 0, 0);
	put_packet(&t, 0, 2000000, "two");
	c = over(&t);
	expect(c, "one", SECOND_NS, GZ_LINK_ETHERNET);
	expect(c, "two", 2 * SECOND_NS, GZ_LINK_RAW);
	expect_end(c);
	done(c);
}

static void
simple_and_old_packets_are_read_and_other_blocks_passed_over(void **state)
{
	struct test_bytes t = { 0 };
	struct capture *c;

	put_section(&t);
	put_interface(&t, ETHERNET, 0, 0);
	put_packet(&t, 0, 1000000, "enhanced");
	put32(&t, 5); /* statistics */
	put32(&t, 16);
	put32(&t, 0);
	put32(&t, 16);
	put32(&t, 3);
	put32(&t, 24);
	put32(&t, 6);
	put(&t, "simple\0\0", 8);
	put32(&t, 24);
	put32(&t, 2);
	put32(&t, 36);
	put16(&t, 0);
	put16(&t, 0);
	put32(&t, 0);
	put32(&t, 2000000);
	put32(&t, 3);
	put32(&t, 3);
	put(&t, "old\0", 4);
	put32(&t, 36);
	c = over(&t);
	expect(c, "enhanced", SECOND_NS, GZ_LINK_ETHERNET);
	expect(c, "simple", SECOND_NS, GZ_LINK_ETHERNET);
	expect(c, "old", 2 * SECOND_NS, GZ_LINK_ETHERNET);
	expect_end(c);
	done(c);
}

static void
broken_pcapng_is_told_by_its_break(void **state)
{
	struct test_bytes t = { 0 };
	struct capture *c;

	put_section(&t);
	put_interface(&t, ETHERNET, 0, 0);
	put_packet(&t, 0, 1000000, "one");
	put_packet(&t, 0, 1000000, "two");
	t.len -= 5;
	c = over(&t);
	expect(c, "one", SECOND_NS, GZ_LINK_ETHERNET);
	expect_broken(c, "breaks off after packet 1: 31 of a block's 36 bytes are there");
	done(c);

	t.len -= 31;
	put_packet(&t, 4, 0, "x");
	c = over(&t);
	expect(c, "one", SECOND_NS, GZ_LINK_ETHERNET);
	expect_broken(c, "packet 2 is of interface 4, and there are 1");
	done(c);

	t.len -= 36;
	put_interface(&t, WLAN, 0, 0);
	put_packet(&t, 1, 0, "x");
	c = over(&t);
	expect(c, "one", SECOND_NS, GZ_LINK_ETHERNET);
	expect_broken(c,
			"link type 105 (IEEE 802.11) is not supported: expected Ethernet, raw IP, Linux "
			"cooked, null/loopback, PPP or C-HDLC");
	done(c);

	t = (struct test_bytes){ 0 };
	put_section(&t);
	put_interface(&t, WLAN, 0, 0);
	assert_null(over(&t));
}

/* Whatever the bytes, reading ends and what it gives lies inside. */
static void
random_changes_never_lead_outside(void **state)
{
	struct test_bytes seed[2] = { 0 }, t;
	struct capture_frame f;
	struct capture *c;
	uint32_t i, j, n;

	put_pcap_head(&seed[0], MICRO, ETHERNET);
	put_section(&seed[1]);
	put_interface(&seed[1], ETHERNET, 9, 5);
	for (i = 0; i < 4; i++) {
		put_record(&seed[0], i, i, "some frame");
		put_packet(&seed[1], 0, i, "another frame");
	}
	srandom(2);
	for (i = 0; i < 20000; i++) {
		t = seed[i % 2];
		for (j = 0; j < 3; j++)
			t.b[(uint32_t)random() % t.len] = (uint8_t)(random() % 4 == 0 ? 255
										      : random());
		t.len -= (uint32_t)random() % 8;
		c = over(&t);
		if (c == NULL)
			continue;
		for (n = 0; capture_next(c, &f); n++) {
			assert_true(n < t.len);
			assert_true(f.data >= c->map && f.data + f.len <= c->map + c->size);
		}
		done(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_is_read_in_both_orders_and_resolutions),
		cmocka_unit_test(link_types_are_known_or_refused_in_words),
		cmocka_unit_test(a_cut_pcap_gives_all_before_the_break),
		cmocka_unit_test(a_record_of_absurd_length_is_garbage),
		cmocka_unit_test(what_is_no_capture_is_said),
		cmocka_unit_test(pcapng_interfaces_have_their_own_link_and_clock),
		cmocka_unit_test(a_second_section_starts_anew_and_may_have_the_other_order),
		cmocka_unit_test(simple_and_old_packets_are_read_and_other_blocks_passed_over),
		cmocka_unit_test(broken_pcapng_is_told_by_its_break),
		cmocka_unit_test(random_changes_never_lead_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
