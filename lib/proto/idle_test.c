/* SPDX-License-Identifier: BSD-3-Clause */

/* What a flow takes of memory while nothing is known of it, and when nothing more will come. */

#include "proto_feeder.h"
#include "proto_internal.h"

static uint64_t
used(const struct feeder *f)
{
	struct gz_mem_use use;

	gz_mem_usage(f->mem, &proto_mem, &use);
	return use.used;
}

static void
say_datagram(struct feeder *f, enum gz_dir dir, const char *bytes, uint32_t len)
{
	f->flow.count[dir].bytes += len;
	feeder_say(f, dir, gz_span(bytes, len));
}

static void
datagrams_that_nobody_knows_take_nothing(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 5004);
	assert_string_equal(gz_app_name(&f.flow), "unknown");
	say_datagram(&f, GZ_C2S, "????", 4);
	assert_int_equal(used(&f), 0);
	assert_string_equal(gz_app_name(&f.flow), "failed");
	say_datagram(&f, GZ_S2C, "!!!!", 4);
	assert_int_equal(used(&f), 0);
	assert_string_equal(gz_app_name(&f.flow), "failed");
	feeder_fini(&f);
}

static void
one_direction_alone_is_given_up_after_its_first_bytes(void **state)
{
	char text[1000];
	struct feeder f;

	memset(text, '?', sizeof(text));
	feeder_init(&f, IPPROTO_UDP, 5004);
	for (uint32_t i = 0; i < 64; i++) {
		assert_string_equal(gz_app_name(&f.flow), i == 0 ? "unknown" : "failed");
		say_datagram(&f, GZ_C2S, text, sizeof(text));
		if (f.flow.flags & GZ_FLOW_APP_DONE)
			break;
	}
	assert_string_equal(gz_app_name(&f.flow), "failed");
	feeder_fini(&f);
}

static const char query[] = "\0\7\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";

static void
on_a_known_port_the_next_datagram_may_tell(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 53);
	for (uint32_t i = 0; i < 100; i++) {
		say_datagram(&f, GZ_C2S, "????", 4);
		say_datagram(&f, GZ_S2C, "!!!!", 4);
	}
	assert_int_equal(used(&f), 0);
	assert_string_equal(gz_app_name(&f.flow), "failed"); /* so far */
	say_datagram(&f, GZ_C2S, query, sizeof(query) - 1);
	assert_string_equal(gz_app_name(&f.flow), "dns");
	assert_string_equal(gz_app_dir_name(&f.flow, GZ_S2C), "failed");
	assert_int_equal(f.flow.app->first_dir, GZ_C2S);
	feeder_fini(&f);
}

static void
who_answers_first_is_known_to_have_spoken_second(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 53);
	say_datagram(&f, GZ_S2C, "!!!!", 4);
	say_datagram(&f, GZ_C2S, query, sizeof(query) - 1);
	assert_int_equal(f.flow.app->first_dir, GZ_S2C);
	assert_true(f.flow.app->spoke[GZ_C2S]);
	feeder_fini(&f);
}

static void
of_a_closed_connection_only_names_are_kept(void **state)
{
	struct feeder f;
	uint64_t before;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET /a HTTP/1.1\r\nHost: b\r\nX-Long: 0123456789\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nnot all of it");
	before = used(&f);
	gz_proto_finish(f.ctx, &f.flow);
	feeder_reap(&f);
	assert_non_null(strstr(f.events, "\"url\":\"/a\""));
	gz_proto_close(f.ctx, &f.flow);
	assert_true(used(&f) < before / 4);
	assert_int_equal(used(&f), gz_mem_fits(sizeof(struct gz_app)));
	assert_string_equal(gz_app_name(&f.flow), "http");
	/* what comes late changes nothing */
	feeder_say_str(&f, GZ_S2C, "too late");
	feeder_close(&f);
	assert_false(f.failed);
	assert_int_equal(used(&f), gz_mem_fits(sizeof(struct gz_app)));
	assert_int_equal(f.flow.app->next_tx_id, 1);
	feeder_fini(&f);
}

static void
what_was_not_recognised_may_be_closed_too(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 5001);
	feeder_say_str(&f, GZ_C2S, "??");
	gz_proto_close(f.ctx, &f.flow);
	gz_proto_close(f.ctx, &f.flow);
	assert_string_equal(gz_app_name(&f.flow), "unknown");
	feeder_close(&f);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_that_nobody_knows_take_nothing),
		cmocka_unit_test(one_direction_alone_is_given_up_after_its_first_bytes),
		cmocka_unit_test(on_a_known_port_the_next_datagram_may_tell),
		cmocka_unit_test(who_answers_first_is_known_to_have_spoken_second),
		cmocka_unit_test(of_a_closed_connection_only_names_are_kept),
		cmocka_unit_test(what_was_not_recognised_may_be_closed_too),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
