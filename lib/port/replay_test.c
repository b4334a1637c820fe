/* SPDX-License-Identifier: BSD-3-Clause */

#include <rte_ether.h>

#include "gz_stat.h"

#include "port_test.h"

#define MACS "\2\1\1\1\1\2\2\1\1\1\1\1\x12\x34"

static struct gz_conf *conf;

/* A capture of @p n frames: "…frame 0", "…frame 1" ..., a millisecond apart. */
static char *
make_capture(uint32_t n, uint32_t magic)
{
	struct test_bytes t = { 0 };
	char frame[64];
	uint32_t i;

	put_pcap_head(&t, magic, 1);
	for (i = 0; i < n; i++) {
		snprintf(frame, sizeof(frame), MACS "frame %u", i);
		put_record(&t, 100, i * 1000 + 7, frame);
	}
	return test_file(t.b, t.len);
}

static struct gz_ports *
open_ports(const char *path, const char *write_path, uint32_t nb_workers)
{
	const struct gz_replay replay = { path, write_path };
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ports *s = gz_ports_open(conf, &replay, nb_workers, &errors);

	gz_errors_print(&errors, stderr);
	gz_errors_clear(&errors);
	return s;
}

static char *
read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *b = malloc(65536);

	assert_non_null(f);
	*len = fread(b, 1, 65536, f);
	fclose(f);
	return b;
}

static bool
files_are_equal(const char *one, const char *two)
{
	size_t one_len, two_len;
	char *a = read_file(one, &one_len), *b = read_file(two, &two_len);
	bool equal = one_len == two_len && memcmp(a, b, one_len) == 0;

	free(a);
	free(b);
	return equal;
}

static void
frames_come_in_order_with_number_and_time(void **state)
{
	char *path = make_capture(100, 0xa1b2c3d4);
	struct gz_ports *s = open_ports(path, NULL, 1);
	struct gz_port_worker *w;
	struct gz_pkt *burst[GZ_BURST], *p;
	uint32_t steered, n, i, seen = 0;
	char text[32];

	assert_non_null(s);
	w = gz_port_worker(s, 0);
	while ((n = gz_port_rx(w, burst, GZ_BURST, &steered)) > 0) {
		assert_int_equal(steered, 0);
		for (i = 0; i < n; i++) {
			p = burst[i];
			snprintf(text, sizeof(text), "frame %u", seen);
			assert_int_equal(p->len, 14 + strlen(text));
			assert_memory_equal(p->data + 14, text, strlen(text));
			assert_int_equal(p->number, ++seen);
			assert_int_equal(p->time_us, 100000000 + (seen - 1) * 1000 + 7);
			assert_int_equal(p->side, GZ_OUTSIDE);
			assert_int_equal(p->flags & GZ_PKT_SIDED, 0);
			assert_int_equal(p->link, GZ_LINK_ETHERNET);
			gz_port_free(w, p);
		}
	}
	assert_int_equal(seen, 100);
	assert_true(gz_port_is_done(w));
	assert_null(gz_ports_broken(s));
	assert_int_equal(gz_ports_wires(s), 1);
	assert_string_equal(gz_ports_wire_name(s, 0), "replay");
	gz_ports_close(s);
	test_remove(path);
}

static void
forward_all(struct gz_ports *s)
{
	struct gz_port_worker *w = gz_port_worker(s, 0);
	struct gz_pkt *burst[GZ_BURST];
	uint32_t steered, n, i;

	while ((n = gz_port_rx(w, burst, GZ_BURST, &steered)) > 0) {
		for (i = 0; i < n; i++)
			gz_port_tx(w, burst[i]);
		gz_port_flush(w);
	}
}

static void
what_is_forwarded_unchanged_is_written_bit_by_bit(void **state)
{
	static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d };
	char *path, *out;
	struct gz_ports *s;
	uint32_t i;

	for (i = 0; i < RTE_DIM(magics); i++) {
		path = make_capture(200, magics[i]);
		out = test_file("", 0);
		s = open_ports(path, out, 1);
		assert_non_null(s);
		forward_all(s);
		gz_ports_close(s);
		assert_true(files_are_equal(path, out));
		test_remove(path);
		test_remove(out);
	}
}

static void
a_rewritten_frame_leaves_the_capture_as_it_is(void **state)
{
	char *path = make_capture(1, 0xa1b2c3d4), *again = make_capture(1, 0xa1b2c3d4);
	char *out = test_file("", 0), *written;
	struct gz_ports *s = open_ports(path, out, 1);
	struct gz_port_worker *w = gz_port_worker(s, 0);
	struct gz_pkt *burst[GZ_BURST];
	uint32_t steered;
	size_t len;

	assert_int_equal(gz_port_rx(w, burst, GZ_BURST, &steered), 1);
	memcpy(burst[0]->data + 14, "other", 5);
	gz_port_tx(w, burst[0]);
	gz_port_flush(w);
	gz_ports_close(s);
	assert_true(files_are_equal(path, again));
	written = read_file(out, &len);
	assert_int_equal(len, 24 + 16 + 21);
	assert_memory_equal(written + 24 + 16 + 14, "other 0", 7);
	free(written);
	test_remove(path);
	test_remove(again);
	test_remove(out);
}

static void
a_packet_of_our_own_is_written_too(void **state)
{
	char *path = make_capture(1, 0xa1b2c3d4), *out = test_file("", 0), *written;
	struct gz_ports *s = open_ports(path, out, 1);
	struct gz_port_worker *w = gz_port_worker(s, 0);
	struct gz_pkt *p = gz_port_new(w, 0, GZ_OUTSIDE, 20);
	size_t len;

	assert_non_null(p);
	assert_int_equal(p->len, 20);
	assert_int_equal(p->link, GZ_LINK_ETHERNET);
	memset(p->data, 'r', 20);
	p->time_us = 5000001;
	gz_port_inject(w, p);
	assert_null(gz_port_new(w, 0, GZ_OUTSIDE, 100000));
	gz_port_flush(w);
	gz_ports_close(s);
	written = read_file(out, &len);
	assert_int_equal(len, 24 + 16 + 20);
	assert_memory_equal(written + 24, "\5\0\0\0\1\0\0\0\x14\0\0\0\x14\0\0\0rrrr", 20);
	free(written);
	test_remove(path);
	test_remove(out);
}

static void
a_cut_capture_gives_its_frames_and_says_why_it_ends(void **state)
{
	char *path = make_capture(3, 0xa1b2c3d4);
	struct gz_pkt *burst[GZ_BURST];
	struct gz_port_worker *w;
	struct gz_ports *s;
	uint32_t steered, i;

	assert_int_equal(truncate(path, 24 + 3 * (16 + 21) - 1), 0);
	s = open_ports(path, NULL, 1);
	w = gz_port_worker(s, 0);
	assert_int_equal(gz_port_rx(w, burst, GZ_BURST, &steered), 2);
	for (i = 0; i < 2; i++)
		gz_port_free(w, burst[i]);
	assert_int_equal(gz_port_rx(w, burst, GZ_BURST, &steered), 0);
	assert_true(gz_port_is_done(w));
	assert_string_equal(gz_ports_broken(s), "breaks off in record 3: 20 of 21 bytes are there");
	assert_true(gz_ports_cut(s));
	gz_ports_close(s);
	test_remove(path);
}

static void
what_cannot_be_read_or_written_is_said(void **state)
{
	const struct gz_replay nowhere = { "/nonexistent.pcap", NULL };
	struct gz_errors errors = GZ_ERRORS_INIT;
	char *path = make_capture(1, 0xa1b2c3d4);
	struct gz_replay unwritable = { path, "/nonexistent/out.pcap" };

	assert_null(gz_ports_open(conf, &nowhere, 1, &errors));
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.v[0].place.file, "/nonexistent.pcap");
	assert_null(gz_ports_open(conf, &unwritable, 1, &errors));
	assert_int_equal(errors.count, 2);
	assert_string_equal(errors.v[1].text, "cannot be written: No such file or directory");
	gz_errors_clear(&errors);
	test_remove(path);
}

/* Three workers on one thread, in turn: each packet reaches its owner, and none is counted as done early. */
static void
workers_share_a_capture_and_none_is_lost(void **state)
{
	char *path = make_capture(300, 0xa1b2c3d4);
	struct gz_ports *s = open_ports(path, NULL, 3);
	uint32_t seen[3] = { 0 }, steered, n, i, id, turn;
	struct gz_pkt *burst[GZ_BURST];
	struct gz_port_worker *w;

	for (turn = 0; turn < 1000 && !gz_port_is_done(gz_port_worker(s, 0)); turn++) {
		for (id = 0; id < 3; id++) {
			w = gz_port_worker(s, id);
			n = gz_port_rx(w, burst, GZ_BURST, &steered);
			assert_true(id == 0 ? steered == 0 : steered == n);
			for (i = 0; i < n; i++) {
				burst[i]->hash = (uint32_t)burst[i]->number;
				if (i < n - steered && gz_port_steer(w, burst[i]))
					continue;
				assert_int_equal(burst[i]->number % 3, id);
				seen[id]++;
				gz_port_tx(w, burst[i]);
			}
			if (n > 0)
				assert_false(gz_port_is_done(w));
			gz_port_flush(w);
		}
	}
	for (id = 0; id < 3; id++) {
		assert_int_equal(seen[id], 100);
		assert_true(gz_port_is_done(gz_port_worker(s, id)));
	}
	gz_ports_close(s);
	test_remove(path);
}

static void
closing_frees_what_is_on_its_way(void **state)
{
	char *path = make_capture(100, 0xa1b2c3d4);
	struct gz_ports *s = open_ports(path, NULL, 2);
	struct gz_port_worker *w = gz_port_worker(s, 0);
	struct gz_pkt *burst[GZ_BURST];
	uint32_t steered, n, i;

	n = gz_port_rx(w, burst, GZ_BURST, &steered);
	assert_int_equal(n, GZ_BURST);
	for (i = 0; i < n; i++) {
		burst[i]->hash = i;
		if (!gz_port_steer(w, burst[i]))
			gz_port_tx(w, burst[i]);
	}
	gz_ports_close(s);
	test_remove(path);
}

static int
start(void **state)
{
	const struct gz_replay replay = { "none", NULL };
	struct gz_errors errors = GZ_ERRORS_INIT;

	conf = gz_conf_create();
	gz_stat_block_use(gz_stat_block_create("test"));
	gz_conf_set(conf, "worker.count=3", &errors);
	return test_eal(conf, &replay);
}

static int
stop(void **state)
{
	gz_conf_destroy(conf);
	return rte_eal_cleanup();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_in_order_with_number_and_time),
		cmocka_unit_test(what_is_forwarded_unchanged_is_written_bit_by_bit),
		cmocka_unit_test(a_rewritten_frame_leaves_the_capture_as_it_is),
		cmocka_unit_test(a_packet_of_our_own_is_written_too),
		cmocka_unit_test(a_cut_capture_gives_its_frames_and_says_why_it_ends),
		cmocka_unit_test(what_cannot_be_read_or_written_is_said),
		cmocka_unit_test(workers_share_a_capture_and_none_is_lost),
		cmocka_unit_test(closing_frees_what_is_on_its_way),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
