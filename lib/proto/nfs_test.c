/* SPDX-License-Identifier: BSD-3-Clause */

#include "nfs_test.h"

static void
look_up(struct feeder *f, struct out *o)
{
	call(o, 1, 3, 3);
	text(o, "directory");
	text(o, "plan.txt");
	say(f, GZ_C2S, o);
	reply(o, 1);
	word(o, 0);
	text(o, "handle");
	words(o, 0, 2);
	say(f, GZ_S2C, o);
}

static void
write3(struct feeder *f, struct out *o, uint32_t xid, uint32_t at, const char *data, uint32_t len)
{
	call(o, xid, 3, 7);
	text(o, "handle");
	word(o, 0);
	word(o, at);
	word(o, len);
	word(o, 0);
	opaque(o, data, len);
	say(f, GZ_C2S, o);
}

static void
wrote3(struct feeder *f, struct out *o, uint32_t xid)
{
	reply(o, xid);
	word(o, 0);
	words(o, 0, 2);
	words(o, 0, 4);
	say(f, GZ_S2C, o);
}

static void
commit3(struct feeder *f, struct out *o, uint32_t xid)
{
	call(o, xid, 3, 21);
	text(o, "handle");
	words(o, 0, 3);
	say(f, GZ_C2S, o);
	reply(o, xid);
	words(o, 0, 3);
	words(o, 0, 2);
	say(f, GZ_S2C, o);
}

static void
read3(struct feeder *f, struct out *o, uint32_t xid, uint32_t at)
{
	call(o, xid, 3, 6);
	text(o, "handle");
	word(o, 0);
	word(o, at);
	word(o, 100);
	say(f, GZ_C2S, o);
}

static void
data3(struct feeder *f, struct out *o, uint32_t xid, const char *data, bool eof)
{
	reply(o, xid);
	word(o, 0);
	word(o, 1);
	words(o, 0, 21);
	word(o, (uint32_t)strlen(data));
	word(o, eof);
	text(o, data);
	say(f, GZ_S2C, o);
}

static void
what_is_written_is_a_file_by_its_name_however_it_is_cut(void **state)
{
	static const uint32_t pieces[] = { 0, 1, 3, 11, 100 };
	static struct seen seen;
	static struct out o;
	struct feeder f;

	for (uint32_t i = 0; i < RTE_DIM(pieces); i++) {
		start(&f, &o, &seen, IPPROTO_TCP);
		f.piece = pieces[i];
		look_up(&f, &o);
		write3(&f, &o, 2, 0, "one two ", 8);
		write3(&f, &o, 3, 8, "three", 5);
		wrote3(&f, &o, 2);
		wrote3(&f, &o, 3);
		commit3(&f, &o, 4);
		finish(&f);
		assert_int_equal(seen.len[GZ_C2S], 13);
		assert_memory_equal(seen.data[GZ_C2S], "one two three", 13);
		has(&f, "\"procedure\":\"LOOKUP\",\"filename\":\"plan.txt\"");
		has(&f, "\"creds\":{\"machine_name\":\"me\",\"uid\":7,\"gid\":8}");
		has(&f, "\"write\":{\"first\":true,\"last\":true,\"last_xid\":4,\"chunks\":2}");
		has(&f,
				"\"fileinfo\":{\"filename\":\"plan.txt\",\"gaps\":false,"
				"\"state\":\"CLOSED\"");
		has_not(&f, "anomaly");
		feeder_fini(&f);
	}
}

static void
answers_out_of_order_make_one_file(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	look_up(&f, &o);
	read3(&f, &o, 2, 0);
	read3(&f, &o, 3, 4);
	read3(&f, &o, 4, 8);
	data3(&f, &o, 4, "last", true);
	data3(&f, &o, 3, "then", false);
	data3(&f, &o, 2, "1st ", false);
	finish(&f);
	assert_memory_equal(seen.data[GZ_S2C], "1st thenlast", 12);
	has(&f, "\"gaps\":false,\"state\":\"CLOSED\"");
	has(&f, "\"size\":12");
	has(&f, "\"read\":{\"first\":true,\"last\":true");
	feeder_fini(&f);
}

static void
a_part_written_again_is_looked_at_again(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	write3(&f, &o, 2, 0, "good", 4);
	wrote3(&f, &o, 2);
	write3(&f, &o, 3, 0, "evil", 4);
	assert_memory_equal(seen.data[GZ_C2S], "evil", 4);
	write3(&f, &o, 3, 0, "late", 4); /* a call with a number that waits */
	assert_memory_equal(seen.data[GZ_C2S], "late", 4);
	finish(&f);
	feeder_fini(&f);
}

static void
a_long_write_flows_through_and_a_gap_in_it_is_told(void **state)
{
	enum {
		LEN = 100000,
		LOST = 1000,
		END = 5004,
	};
	static char data[LEN];
	static struct seen seen;
	static struct out o;
	struct feeder f;

	memset(data, 'x', sizeof(data));
	start(&f, &o, &seen, IPPROTO_TCP);
	look_up(&f, &o);
	call(&o, 2, 3, 7);
	text(&o, "handle");
	words(&o, 0, 2);
	word(&o, LEN);
	word(&o, 0);
	opaque(&o, data, LEN);
	mark(&o, o.len - 4, true);
	feeder_say(&f, GZ_C2S, gz_span(o.p, o.len - LOST - END));
	assert_true(seen.len[GZ_C2S] > LEN - LOST - END - 100);
	feeder_gap(&f, GZ_C2S, LOST);
	feeder_say(&f, GZ_C2S, gz_span(o.p + o.len - END, END));
	wrote3(&f, &o, 2);
	commit3(&f, &o, 3);
	finish(&f);
	has(&f, "\"gaps\":true,\"state\":\"TRUNCATED\"");
	has(&f, "\"size\":100000");
	has_not(&f, "anomaly");
	feeder_fini(&f);
}

static void
after_a_gap_the_next_record_is_found(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	look_up(&f, &o);
	feeder_gap(&f, GZ_C2S, 5000);
	feeder_say(&f, GZ_C2S, GZ_SPAN("some bytes of what was cut"));
	write3(&f, &o, 2, 0, "seen", 4);
	feeder_gap(&f, GZ_S2C, 5000);
	feeder_say(&f, GZ_S2C, GZ_SPAN("\200\0\0\x20 others"));
	wrote3(&f, &o, 2);
	commit3(&f, &o, 3);
	finish(&f);
	has(&f, "\"filename\":\"plan.txt\",\"gaps\":false,\"state\":\"CLOSED\"");
	feeder_fini(&f);
}

static void
a_record_in_fragments_is_one(void **state)
{
	static struct out o, cut;
	static struct seen seen;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	look_up(&f, &o);
	call(&o, 2, 3, 7);
	text(&o, "handle");
	words(&o, 0, 4);
	text(&o, "hidden");
	for (uint32_t i = 4; i < o.len; i += 50) {
		uint32_t n = RTE_MIN(50u, o.len - i);

		begin(&cut);
		put(&cut, o.p + i, n);
		mark(&cut, n, i + n == o.len);
		feeder_say(&f, GZ_C2S, gz_span(cut.p, cut.len));
	}
	assert_memory_equal(seen.data[GZ_C2S], "hidden", 6);
	finish(&f);
	has_not(&f, "anomaly");
	feeder_fini(&f);
}

static void
a_directory_tells_names_of_handles(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	call(&o, 1, 3, 17);
	text(&o, "directory");
	words(&o, 0, 6);
	say(&f, GZ_C2S, &o);
	reply(&o, 1);
	words(&o, 0, 4);
	word(&o, 1);
	words(&o, 0, 2);
	text(&o, "listed.doc");
	words(&o, 0, 3);
	word(&o, 1);
	text(&o, "handle");
	words(&o, 0, 2);
	say(&f, GZ_S2C, &o);
	read3(&f, &o, 2, 0);
	data3(&f, &o, 2, "content", true);
	finish(&f);
	has(&f, "\"procedure\":\"READ\",\"filename\":\"listed.doc\"");
	feeder_fini(&f);
}

static void
what_is_renamed_and_what_fails_is_told(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	call(&o, 1, 3, 14);
	text(&o, "directory");
	text(&o, "old");
	text(&o, "directory");
	text(&o, "new");
	say(&f, GZ_C2S, &o);
	reply(&o, 1);
	word(&o, 13);
	words(&o, 0, 4);
	say(&f, GZ_S2C, &o);
	call(&o, 2, 3, 1); /* GETATTR is not told */
	text(&o, "handle");
	say(&f, GZ_C2S, &o);
	reply(&o, 2);
	words(&o, 0, 22);
	say(&f, GZ_S2C, &o);
	finish(&f);
	has(&f, "\"status\":\"ERR_ACCES\",\"rename\":{\"from\":\"old\",\"to\":\"new\"}");
	has_not(&f, "GETATTR");
	feeder_fini(&f);
}

static void
odd_messages_are_noted(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	look_up(&f, &o);
	call(&o, 2, 3, 3);
	word(&o, 60); /* a handle longer than the record */
	say(&f, GZ_C2S, &o);
	call(&o, 3, 1, 3);
	say(&f, GZ_C2S, &o);
	call(&o, 4, 9, 3);
	say(&f, GZ_C2S, &o);
	finish(&f);
	has(&f, "malformed_data");
	has(&f, "non_existing_version");
	has(&f, "unsupported_version");
	feeder_fini(&f);
}

static void
calls_without_an_answer_do_not_pile_up(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	for (uint32_t i = 0; i < 300; i++) {
		call(&o, i, 3, 4);
		text(&o, "handle");
		say(&f, GZ_C2S, &o);
	}
	assert_int_equal(f.flow.app->nb_txs, 256);
	has(&f, "too_many_transactions");
	finish(&f);
	feeder_fini(&f);
}

/* ---- version 2 ---- */

static void
version_2_reads_a_file_by_datagrams(void **state)
{
	static const uint8_t handle[32] = "handle of a file";
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_UDP);
	call(&o, 1, 2, 4);
	put(&o, handle, 32);
	text(&o, "old.txt");
	say(&f, GZ_C2S, &o);
	reply(&o, 1);
	word(&o, 0);
	put(&o, handle, 32);
	words(&o, 0, 17);
	say(&f, GZ_S2C, &o);
	call(&o, 2, 2, 6);
	put(&o, handle, 32);
	words(&o, 0, 3);
	say(&f, GZ_C2S, &o);
	reply(&o, 2);
	words(&o, 0, 6);
	word(&o, 4); /* its size */
	words(&o, 0, 11);
	text(&o, "text");
	say(&f, GZ_S2C, &o);
	feeder_end(&f);
	assert_memory_equal(seen.data[GZ_S2C], "text", 4);
	has(&f, "\"version\":2,\"procedure\":\"READ\",\"filename\":\"old.txt\"");
	has(&f, "\"state\":\"CLOSED\"");
	feeder_fini(&f);
}

static void
a_call_tells_itself_on_any_port(void **state)
{
	static struct out o;
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 12345);
	o.datagrams = false;
	look_up(&f, &o);
	finish(&f);
	has(&f, "\"procedure\":\"LOOKUP\"");
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_a_file_by_its_name_however_it_is_cut),
		cmocka_unit_test(answers_out_of_order_make_one_file),
		cmocka_unit_test(a_part_written_again_is_looked_at_again),
		cmocka_unit_test(a_long_write_flows_through_and_a_gap_in_it_is_told),
		cmocka_unit_test(after_a_gap_the_next_record_is_found),
		cmocka_unit_test(a_record_in_fragments_is_one),
		cmocka_unit_test(a_directory_tells_names_of_handles),
		cmocka_unit_test(what_is_renamed_and_what_fails_is_told),
		cmocka_unit_test(odd_messages_are_noted),
		cmocka_unit_test(calls_without_an_answer_do_not_pile_up),
		cmocka_unit_test(version_2_reads_a_file_by_datagrams),
		cmocka_unit_test(a_call_tells_itself_on_any_port),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
