/* SPDX-License-Identifier: BSD-3-Clause */

#include <openssl/sha.h>

#include "gz_stat.h"

#include "proto_feeder.h"

enum {
	SIZE = 1000, /* bytes of the file */
};

/** What a test says: one file, two flows to choose from. */
struct scene {
	struct feeder f;
	struct gz_flow other; /* the flow that does not speak now */
	uint64_t other_offset[2];
	uint8_t file[SIZE];
	char want[128]; /* what the event of the whole says */
	bool seen; /* the bytes around the middle, in one view */
};

/** Are the bytes around the middle of the file in one view? */
static void
look(struct feeder *f, enum gz_dir dir)
{
	struct scene *s = f->arg;
	struct gz_value v;
	struct gz_tx *tx;
	uint32_t i;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		for (i = 0; feeder_tx_value(tx, "file.data", GZ_S2C, i, &v); i++)
			s->seen |= gz_span_find(gz_span(v.p, v.len),
						   gz_span(s->file + SIZE / 2 - 8, 16)) >= 0;
	}
}

static void
start(struct scene *s)
{
	uint8_t digest[32];
	uint32_t i, n;

	memset(s, 0, sizeof(*s));
	feeder_init(&s->f, IPPROTO_TCP, 80);
	s->f.look = look;
	s->f.arg = s;
	s->other = s->f.flow;
	for (i = 0; i < SIZE; i++)
		s->file[i] = (uint8_t)(i * 31 >> 3 ^ i);
	SHA256(s->file, SIZE, digest);
	n = (uint32_t)snprintf(s->want, sizeof(s->want),
			"\"gaps\":false,\"state\":\"CLOSED\","
			"\"sha256\":\"");
	for (i = 0; i < sizeof(digest); i++)
		n += (uint32_t)snprintf(s->want + n, sizeof(s->want) - n, "%02x", digest[i]);
}

static void
turn(struct scene *s)
{
	struct gz_flow flow = s->f.flow;
	uint64_t offset[2];

	memcpy(offset, s->f.offset, sizeof(offset));
	s->f.flow = s->other;
	memcpy(s->f.offset, s->other_offset, sizeof(offset));
	s->other = flow;
	memcpy(s->other_offset, offset, sizeof(offset));
}

static void
ask(struct scene *s)
{
	feeder_say_str(&s->f, GZ_C2S, "GET /file HTTP/1.1\r\nHost: h\r\nRange: bytes=0-\r\n\r\n");
}

static void
head(struct scene *s, uint32_t first, uint32_t last, const char *more)
{
	char text[256];

	snprintf(text, sizeof(text),
			"HTTP/1.1 206 Partial Content\r\nContent-Length: %u\r\n%s"
			"Content-Range: bytes %u-%u/%u\r\n\r\n",
			last - first + 1, more, first, last, SIZE);
	feeder_say_str(&s->f, GZ_S2C, text);
}

static void
range(struct scene *s, uint32_t first, uint32_t last)
{
	ask(s);
	head(s, first, last, "");
	feeder_say(&s->f, GZ_S2C, gz_span(s->file + first, last - first + 1));
}

static void
finish(struct scene *s, bool whole)
{
	feeder_end(&s->f);
	turn(s);
	feeder_end(&s->f);
	if ((strstr(s->f.events, s->want) != NULL) != whole)
		fail_msg("%s:\n%s", s->want, s->f.events);
	feeder_fini(&s->f);
}

static void
ranges_are_a_file_and_what_is_cut_between_them_is_seen(void **state)
{
	struct scene s;

	start(&s);
	range(&s, 0, SIZE / 2 - 1);
	assert_false(s.seen);
	range(&s, SIZE / 2, SIZE - 1);
	assert_true(s.seen);
	finish(&s, true);
}

static void
ranges_of_two_flows_in_any_order_are_a_file(void **state)
{
	struct scene s;

	start(&s);
	range(&s, 600, SIZE - 1);
	turn(&s);
	range(&s, 300, 620);
	turn(&s);
	range(&s, 0, 299);
	finish(&s, true);
}

static void
a_range_that_goes_on_while_another_comes_waits_for_it(void **state)
{
	struct scene s;

	start(&s);
	ask(&s);
	head(&s, 0, 499, "");
	feeder_say(&s.f, GZ_S2C, gz_span(s.file, 200));
	turn(&s);
	range(&s, 500, SIZE - 1);
	turn(&s);
	feeder_say(&s.f, GZ_S2C, gz_span(s.file + 200, 300));
	assert_true(s.seen);
	finish(&s, true);
}

static void
ranges_that_overlap_are_a_file_once(void **state)
{
	struct scene s;

	start(&s);
	range(&s, 0, 399);
	range(&s, 100, 499);
	range(&s, 490, SIZE - 1);
	range(&s, 490, SIZE - 1);
	finish(&s, true);
}

static void
what_is_missing_or_compressed_makes_no_file(void **state)
{
	struct scene s;

	start(&s);
	range(&s, 0, 399);
	range(&s, 401, SIZE - 1);
	finish(&s, false);
	start(&s);
	range(&s, 0, 399);
	ask(&s);
	head(&s, 400, SIZE - 1, "Content-Encoding: gzip\r\n");
	feeder_say(&s.f, GZ_S2C, gz_span(s.file + 400, 600));
	finish(&s, false);
}

/* Of many files that are never complete the oldest go. */
static void
files_that_do_not_end_do_not_pile_up(void **state)
{
	struct scene s;
	char text[64];
	uint32_t i;

	gz_stat_clear();
	start(&s);
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "GET /%u HTTP/1.1\r\nHost: h\r\n\r\n", i);
		feeder_say_str(&s.f, GZ_C2S, text);
		head(&s, 0, 399, "");
		feeder_say(&s.f, GZ_S2C, gz_span(s.file, 400));
	}
	assert_int_equal(gz_stat_sum((uint32_t)gz_stat_find("app.files-not-joined")), 100 - 32);
	finish(&s, false);
}

static int
setup(void **state)
{
	gz_stat_block_use(gz_stat_block_create("test"));
	gz_protos_seal();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_a_file_and_what_is_cut_between_them_is_seen),
		cmocka_unit_test(ranges_of_two_flows_in_any_order_are_a_file),
		cmocka_unit_test(a_range_that_goes_on_while_another_comes_waits_for_it),
		cmocka_unit_test(ranges_that_overlap_are_a_file_once),
		cmocka_unit_test(what_is_missing_or_compressed_makes_no_file),
		cmocka_unit_test(files_that_do_not_end_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
