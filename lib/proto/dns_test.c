/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_feeder.h"

/* id 7, a question for A of www.example.com */
#define QUESTION "\3www\7example\3com\0\0\1\0\1"
static const uint8_t query[] = "\0\7\1\0\0\1\0\0\0\0\0\0" QUESTION;
/* its answer: a CNAME to w.example.com by compression, and an A */
static const uint8_t answer[] = "\0\7\x81\x80\0\1\0\2\0\0\0\0" QUESTION
				"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1w\xc0\x10"
				"\xc0\x2d\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4";

enum {
	QUERY = sizeof(query) - 1,
	ANSWER = sizeof(answer) - 1,
};

static void
a_question_and_its_answer_are_told(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 53);
	feeder_say(&f, GZ_C2S, gz_span(query, QUERY));
	feeder_say(&f, GZ_S2C, gz_span(answer, ANSWER));
	feeder_end(&f);
	assert_non_null(strstr(f.events,
			"\"dns\":{\"version\":3,\"type\":\"request\",\"tx_id\":0,\"id\":7,"
			"\"flags\":\"100\",\"rd\":true,\"opcode\":0,\"rcode\":\"NOERROR\","
			"\"queries\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"A\"}]}"));
	assert_non_null(strstr(f.events, "\"flags\":\"8180\",\"qr\":true,\"rd\":true,\"ra\":true"));
	assert_non_null(strstr(f.events,
			"{\"rrname\":\"www.example.com\",\"rrtype\":\"CNAME\",\"ttl\":60,"
			"\"rdata\":\"w.example.com\"}"));
	assert_non_null(strstr(f.events,
			"{\"rrname\":\"w.example.com\",\"rrtype\":\"A\",\"ttl\":60,"
			"\"rdata\":\"1.2.3.4\"}"));
	assert_non_null(strstr(f.events,
			"\"grouped\":{\"A\":[\"1.2.3.4\"],\"CNAME\":[\"w.example.com\"]}"));
	feeder_fini(&f);
}

static char *
over_tcp(uint32_t piece)
{
	uint8_t stream[512] = { 0, QUERY };
	struct feeder f;
	char *events;

	feeder_init(&f, IPPROTO_TCP, 53);
	f.piece = piece;
	memcpy(stream + 2, query, QUERY);
	memcpy(stream + 2 + QUERY, stream, 2 + QUERY);
	feeder_say(&f, GZ_C2S, gz_span(stream, 2 * (2 + QUERY)));
	stream[1] = ANSWER;
	memcpy(stream + 2, answer, ANSWER);
	feeder_say(&f, GZ_S2C, gz_span(stream, 2 + ANSWER));
	feeder_close(&f);
	feeder_end(&f);
	events = strdup(f.events);
	feeder_fini(&f);
	return events;
}

static void
messages_in_a_stream_are_the_same_however_they_are_cut(void **state)
{
	char *whole = over_tcp(0);

	assert_non_null(strstr(whole, "\"tx_id\":1"));
	assert_non_null(strstr(whole, "\"type\":\"response\""));
	for (uint32_t piece = 1; piece < 80; piece++) {
		char *cut = over_tcp(piece);

		assert_string_equal(whole, cut);
		free(cut);
	}
	free(whole);
}

static void
assert_event(const char *message, uint32_t len, const char *event)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 53);
	feeder_say(&f, GZ_C2S, gz_span(query, QUERY));
	feeder_say(&f, GZ_S2C, gz_span(message, len));
	feeder_end(&f);
	if (strstr(f.events, event) == NULL)
		fail_msg("no %s in %s", event, f.events);
	feeder_fini(&f);
}

#define ASSERT_EVENT(message, event) assert_event(message, sizeof(message) - 1, event)

static void
what_is_odd_is_told(void **state)
{
	ASSERT_EVENT("\0\7\x81\x80\0\1\0\1\0\0\0\0" QUESTION "\xc0\x0c\0\1\0\1", "malformed_data");
	ASSERT_EVENT("\0\7\x81\xc0\0\1\0\0\0\0\0\0" QUESTION, "z_flag_set");
	ASSERT_EVENT("\0\7\xb9\x80\0\1\0\0\0\0\0\0" QUESTION, "invalid_opcode");
	ASSERT_EVENT("\0\7\1\0\0\1\0\0\0\0\0\0" QUESTION, "not_response");
	/* a pointer that points at itself */
	ASSERT_EVENT("\0\7\x81\x80\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1", "infinite_loop");
}

static void
a_name_of_too_many_bytes_is_cut(void **state)
{
	uint8_t message[1500] = "\0\7\x81\x80\0\1";
	uint32_t n = 12;

	for (int label = 0; label < 20; label++) {
		message[n] = 63;
		memset(message + n + 1, 'a', 63);
		n += 64;
	}
	memcpy(message + n, "\0\0\1\0\1", 5);
	assert_event((const char *)message, n + 5, "name_too_long");
}

static uint32_t queries;

static void
count_changes(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx = f->flow.app != NULL ? TAILQ_FIRST(&f->flow.app->txs) : NULL;

	if (tx != NULL)
		queries += tx->changed[GZ_C2S] + tx->changed[GZ_S2C];
}

static void
count_queries(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx = f->flow.app != NULL ? TAILQ_FIRST(&f->flow.app->txs) : NULL;
	struct gz_value v;

	for (uint32_t i = 0; tx != NULL && feeder_tx_value(tx, "dns.query", GZ_C2S, i, &v); i++)
		queries += v.len;
}

static uint64_t number;

static void
take_opcode(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx = f->flow.app != NULL ? TAILQ_FIRST(&f->flow.app->txs) : NULL;
	const struct gz_field *field = gz_field_find("dns.opcode");

	if (tx != NULL)
		assert_true(field->rows[0].row->get_number(tx, dir, 0, &number));
}

static void
an_opcode_that_nobody_knows_is_seen(void **state)
{
	static const char odd[] = "\0\7\x49\0\0\1\0\0\0\0\0\0" QUESTION;
	struct feeder f;

	number = 0;
	feeder_init(&f, IPPROTO_UDP, 53);
	f.look = take_opcode;
	feeder_say(&f, GZ_C2S, gz_span(odd, sizeof(odd) - 1));
	assert_int_equal(number, 9);
	feeder_fini(&f);
}

static void
a_message_is_judged_in_its_own_direction_only(void **state)
{
	struct feeder f;

	queries = 0;
	feeder_init(&f, IPPROTO_UDP, 53);
	f.look = count_changes;
	feeder_say(&f, GZ_C2S, gz_span(query, QUERY));
	feeder_say(&f, GZ_S2C, gz_span(answer, ANSWER));
	assert_int_equal(queries, 2);
	feeder_fini(&f);
}

static void
neighbours_are_told_with_types_in_lower_case(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 5355);
	feeder_say(&f, GZ_C2S, gz_span(query, QUERY));
	feeder_say(&f, GZ_S2C, gz_span(answer, ANSWER));
	feeder_end(&f);
	assert_non_null(strstr(f.events,
			"\"queries\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"a\"}]"));
	assert_non_null(strstr(f.events, "\"rrtype\":\"a\",\"ttl\":60,\"a\":\"1.2.3.4\""));
	feeder_fini(&f);
}

static void
every_question_of_a_message_is_a_value(void **state)
{
	static const uint8_t two[] = "\0\1\1\0\0\2\0\0\0\0\0\0\1a\0\0\1\0\1\2bc\0\0\1\0\1";
	struct feeder f;

	queries = 0;
	feeder_init(&f, IPPROTO_UDP, 53);
	f.look = count_queries;
	feeder_say(&f, GZ_C2S, gz_span(two, sizeof(two) - 1));
	assert_int_equal(queries, 3);
	feeder_fini(&f);
}

static void
bytes_lost_in_a_stream_are_passed_over(void **state)
{
	uint8_t stream[2 + QUERY] = { 0, QUERY };
	struct feeder f;

	memcpy(stream + 2, query, QUERY);
	feeder_init(&f, IPPROTO_TCP, 53);
	feeder_say(&f, GZ_C2S, gz_span(stream, sizeof(stream)));
	feeder_gap(&f, GZ_C2S, 100);
	feeder_say(&f, GZ_C2S, gz_span(stream, sizeof(stream)));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"tx_id\":1"));
	feeder_fini(&f);
}

/** Is it found after something else, or given up, or neither yet? */
static const char *
after_noise(uint16_t port, uint64_t bytes)
{
	const char *name;
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, port);
	f.flow.count[GZ_C2S].bytes = bytes;
	feeder_say_str(&f, GZ_C2S, "noise");
	feeder_say(&f, GZ_C2S, gz_span(query, QUERY));
	name = gz_app_name(&f.flow);
	if (f.flow.app == NULL && !(f.flow.flags & GZ_FLOW_APP_DONE))
		name = "searched";
	feeder_fini(&f);
	return name;
}

static void
a_flow_without_a_known_port_is_searched_within_the_limit(void **state)
{
	assert_string_equal(after_noise(53, 1 << 20), "dns");
	assert_string_equal(after_noise(999, 100), "searched");
	assert_string_equal(after_noise(999, 1 << 20), "failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_and_its_answer_are_told),
		cmocka_unit_test(messages_in_a_stream_are_the_same_however_they_are_cut),
		cmocka_unit_test(what_is_odd_is_told),
		cmocka_unit_test(a_name_of_too_many_bytes_is_cut),
		cmocka_unit_test(every_question_of_a_message_is_a_value),
		cmocka_unit_test(an_opcode_that_nobody_knows_is_seen),
		cmocka_unit_test(a_message_is_judged_in_its_own_direction_only),
		cmocka_unit_test(neighbours_are_told_with_types_in_lower_case),
		cmocka_unit_test(a_flow_without_a_known_port_is_searched_within_the_limit),
		cmocka_unit_test(bytes_lost_in_a_stream_are_passed_over),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
