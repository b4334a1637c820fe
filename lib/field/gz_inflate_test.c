/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gz_inflate.h"

enum {
	PLAIN_LEN = 200000,
	ROOM = 256 * 1024,
};

static uint8_t plain[PLAIN_LEN], out[2 * ROOM], packed[ROOM];
static struct gz_mem *mem;
static uint16_t end_of_stream = 1;

static int
setup(void **state)
{
	uint32_t x = 1, i;

	for (i = 0; i < PLAIN_LEN; i++) {
		x = x * 1103515245 + 12345;
		plain[i] = (uint8_t)("abcdefgh "[(x >> 16) % 9]);
	}
	mem = gz_mem_create(NULL, 1);
	return mem == NULL;
}

static int
teardown(void **state)
{
	gz_mem_destroy(mem);
	return 0;
}

static uint32_t
pack(uint32_t len, uint16_t wrapper)
{
	struct isal_zstream z;

	isal_deflate_stateless_init(&z);
	z.gzip_flag = wrapper;
	z.next_in = plain;
	z.avail_in = len;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	z.end_of_stream = end_of_stream;
	z.flush = end_of_stream ? NO_FLUSH : FULL_FLUSH;
	assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
	return z.total_out;
}

/** Feed in pieces of @p step, with @p room bytes of output each. @return the last answer. */
static int
feed(const uint8_t *data, uint32_t len, uint32_t step, uint32_t room, uint32_t *got)
{
	struct gz_inflate *z = gz_inflate_create(mem, GZ_INFLATE_AUTO);
	uint32_t at = 0, n;
	int ret = 0;

	assert_non_null(z);
	*got = 0;
	while (at < len && ret >= 0) {
		struct gz_span in;

		n = len - at < step ? len - at : step;
		in = gz_span(data + at, n);
		do {
			assert_true(*got + room <= sizeof(out));
			ret = gz_inflate_feed(z, &in, out + *got, room);
			if (ret > 0)
				*got += (uint32_t)ret;
		} while (ret > 0);
		at += n;
	}
	gz_inflate_destroy(mem, z);
	return ret;
}

static void
expect_plain(const uint8_t *data, uint32_t packed_len, uint32_t len)
{
	static const uint32_t steps[] = { 1, 7, 1000, ROOM };
	uint32_t i, got;

	for (i = 0; i < RTE_DIM(steps); i++) {
		feed(data, packed_len, steps[i], 777, &got);
		assert_int_equal(got, len);
		assert_memory_equal(out, plain, len);
	}
}

static void
every_wrapper_gives_the_plain_text_in_pieces_of_any_size(void **state)
{
	static const uint16_t wrappers[] = { IGZIP_DEFLATE, IGZIP_GZIP, IGZIP_ZLIB };
	uint32_t i;

	for (i = 0; i < RTE_DIM(wrappers); i++)
		expect_plain(packed, pack(PLAIN_LEN, wrappers[i]), PLAIN_LEN);
}

static void
optional_parts_of_a_gzip_header_are_passed_over(void **state)
{
	static const uint8_t head[] = "\x1f\x8b\x08\x1e\0\0\0\0\0\3"
				      "\x03\x00zzz"
				      "name\0"
				      "comment\0"
				      "cc";
	static uint8_t whole[ROOM];
	uint32_t len = pack(1000, IGZIP_DEFLATE);

	memcpy(whole, head, sizeof(head) - 1);
	memcpy(whole + sizeof(head) - 1, packed, len);
	expect_plain(whole, (uint32_t)sizeof(head) - 1 + len, 1000);
}

static void
what_follows_the_compressed_stream_is_no_part_of_it(void **state)
{
	uint32_t len = pack(1000, IGZIP_GZIP), got;

	memcpy(packed + len, "tail", 4);
	assert_int_equal(feed(packed, len + 4, ROOM, ROOM, &got), -ENODATA);
	assert_int_equal(got, 1000);
}

static void
broken_data_keeps_what_came_before_it(void **state)
{
	uint32_t len, got;

	end_of_stream = 0;
	len = pack(PLAIN_LEN, IGZIP_DEFLATE);
	end_of_stream = 1;
	packed[len] = 0x07; /* a block of the type that there is not */
	assert_int_equal(feed(packed, len + 1, ROOM, 100, &got), -EINVAL);
	assert_int_equal(got, PLAIN_LEN);
	assert_memory_equal(out, plain, PLAIN_LEN);
}

static void
text_that_was_never_compressed_is_broken(void **state)
{
	static const uint8_t text[] = "This is no compressed data at all, only text";
	uint32_t got;

	assert_int_equal(feed(text, sizeof(text), 1, ROOM / 2, &got), -EINVAL);
}

/** "It was the best of times, it was the worst of times. ", twenty times, by `brotli`. */
static const uint8_t
		times[] = "\x1b\x23\x04\x30\x8c\x94\xa9\xe3\x5b\x83\xa4\xc9\xdd\x29\x97\x37\x70"
			  "\xc8\x01\xfb\xb7\xab\x87\x01\x26\x2c\xc1\x06\x1c\x25\x98\x6d\x34\xaf"
			  "\xc7\x86\xf0\x10\x2c\xb6\xb4\x7d\x3c\x35\x02";

enum {
	TIMES_LEN = sizeof(times) - 1,
	TIMES_PLAIN = 1060,
};

/** As feed(), of brotli. */
static int
feed_brotli(const uint8_t *data, uint32_t len, uint32_t step, uint32_t *got)
{
	struct gz_inflate *z = gz_inflate_create(mem, GZ_INFLATE_BROTLI);
	uint32_t at = 0;
	int ret = 0;

	assert_non_null(z);
	*got = 0;
	while (at < len && ret >= 0) {
		struct gz_span in = gz_span(data + at, RTE_MIN(step, len - at));

		at += in.len;
		while ((ret = gz_inflate_feed(z, &in, out + *got, 100)) > 0)
			*got += (uint32_t)ret;
	}
	gz_inflate_destroy(mem, z);
	return ret;
}

static void
brotli_gives_the_plain_text_in_pieces_of_any_size(void **state)
{
	static const char sentence[] = "It was the best of times, it was the worst of times. ";
	uint32_t step, got, i;

	for (step = 1; step <= TIMES_LEN; step++) {
		assert_int_equal(feed_brotli(times, TIMES_LEN, step, &got), -ENODATA);
		assert_int_equal(got, TIMES_PLAIN);
		for (i = 0; i < got; i += sizeof(sentence) - 1)
			assert_memory_equal(out + i, sentence, sizeof(sentence) - 1);
	}
}

static void
brotli_that_is_none_or_cut_off_is_told(void **state)
{
	struct gz_mem_use use;
	const struct gz_mem_purpose *p = NULL;
	uint32_t got;

	assert_int_equal(feed_brotli((const uint8_t *)"\xff\xff\xff\xff\xff\xff", 6, 6, &got),
			-EINVAL);
	assert_int_equal(feed_brotli(times, TIMES_LEN / 2, 5, &got), 0);
	while ((p = gz_mem_purpose_next(p)) != NULL) {
		gz_mem_usage(mem, p, &use);
		assert_int_equal(use.used, 0);
	}
}

/* ISA-L says how much input is left 8 bytes too low after it, below none, which is 4 GiB; and counts
 * bytes as written that it did not write. */
static void
a_distance_too_far_back_tells_nothing_that_was_not_there(void **state)
{
	/* a last block of fixed codes: a length at once, with distance 1 */
	static const uint8_t broken[64] = { 0x03, 0x02 };

	for (uint32_t len = 2; len <= sizeof(broken); len++) {
		struct gz_inflate *z = gz_inflate_create(mem, GZ_INFLATE_RAW);
		struct gz_span in = gz_span(broken, len);
		int ret;

		memset(out, 'x', sizeof(out));
		while ((ret = gz_inflate_feed(z, &in, out, ROOM)) > 0)
			assert_null(memchr(out, 'x', (size_t)ret));
		assert_int_equal(ret, -EINVAL);
		assert_ptr_equal(in.p + in.len, broken + len);
		assert_in_range(in.len, 0, len);
		gz_inflate_destroy(mem, z);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_wrapper_gives_the_plain_text_in_pieces_of_any_size),
		cmocka_unit_test(optional_parts_of_a_gzip_header_are_passed_over),
		cmocka_unit_test(what_follows_the_compressed_stream_is_no_part_of_it),
		cmocka_unit_test(broken_data_keeps_what_came_before_it),
		cmocka_unit_test(a_distance_too_far_back_tells_nothing_that_was_not_there),
		cmocka_unit_test(text_that_was_never_compressed_is_broken),
		cmocka_unit_test(brotli_gives_the_plain_text_in_pieces_of_any_size),
		cmocka_unit_test(brotli_that_is_none_or_cut_off_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
