/* SPDX-License-Identifier: BSD-3-Clause */

#include "gz_modbus.h"

#include "proto_case.h"

#define READ "\0\1\0\0\0\6\x0b\3\0\0\0\3"
#define WAS_READ "\0\1\0\0\0\x09\x0b\3\6\2\x2b\0\0\0\x64"
#define WRITE "\0\2\0\0\0\6\x0b\6\0\1\0\3"
#define WRITE_SEVERAL "\0\3\0\0\0\x0b\x0b\x10\0\1\0\2\4\0\x0a\1\2"
#define WROTE_SEVERAL "\0\3\0\0\0\6\x0b\x10\0\1\0\2"
#define COILS "\0\4\0\0\0\x09\x0b\x0f\0\x13\0\x0a\2\xcd\1"
#define BOTH_WAYS "\0\5\0\0\0\x0f\x0b\x17\0\3\0\6\0\x0e\0\2\4\0\xff\0\xfe"
#define RESTART "\0\6\0\0\0\6\x0b\x08\0\1\0\0"

/** Say one chunk that a client sends, without a reap behind it. */
static struct gz_tx *
asked(struct feeder *f, struct gz_span s)
{
	struct gz_chunk chunk = {
		.data = s.p, .len = s.len, .flags = GZ_CHUNK_START, .dir = GZ_C2S
	};

	feeder_init(f, IPPROTO_TCP, 502);
	assert_true(gz_proto_feed(f->ctx, &f->flow, &chunk));
	assert_non_null(f->flow.app);
	return TAILQ_FIRST(&f->flow.app->txs);
}

static void
requests_and_responses_are_told(void **state)
{
	static const struct proto_case c = {
		.port = 502,
		.says = { SAY(GZ_C2S, READ), SAY(GZ_S2C, WAS_READ), SAY(GZ_C2S, WRITE),
				SAY(GZ_S2C, WRITE), SAY(GZ_C2S, WRITE_SEVERAL),
				SAY(GZ_S2C, WROTE_SEVERAL), SAY(GZ_C2S, RESTART),
				SAY(GZ_S2C, "\0\6\0\0\0\3\x0b\x88\1") },
		.events = { "\"id\":1,\"request\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":11,"
			    "\"function_raw\":3,\"function_code\":\"RdHoldRegs\","
			    "\"access_type\":\"READ | HOLDING\",\"category\":\"PUBLIC_ASSIGNED\","
			    "\"error_flags\":\"NONE\",\"read\":{\"address\":0,\"quantity\":3}}",
				"\"write\":{\"address\":1,\"data\":3}",
				"\"WRITE | HOLDING | SINGLE | WRITE_SINGLE\"",
				"\"write\":{\"address\":1,\"quantity\":2,\"data\":",
				"\"write\":{\"address\":1,\"data\":2}",
				"\"diagnostic\":{\"raw\":1,\"code\":\"RestartCommOpt\",",
				"\"function_raw\":136,\"function_code\":\"Diagnostic\"",
				"\"exception\":{\"raw\":1,\"code\":\"IllegalFunction\"}" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
odd_messages_are_noted(void **state)
{
	static const struct {
		struct proto_say says[2];
		const char *event;
	} cases[] = {
		{ { SAY(GZ_C2S, READ), SAY(GZ_C2S, "\0\2\0\1\0\6\x0b\3\0\0\0\3") },
				"invalid_protocol_id" },
		{ { SAY(GZ_C2S, READ), SAY(GZ_S2C, "\0\7\0\0\0\5\x0b\3\2\0\1") },
				"unsolicited_response" },
		{ { SAY(GZ_C2S, READ), SAY(GZ_C2S, "\0\2\0\0\0\1\x0b") }, "invalid_length" },
		{ { SAY(GZ_C2S, "\0\1\0\0\0\6\xf8\3\0\0\0\3") }, "invalid_unit_identifier" },
		{ { SAY(GZ_C2S, READ), SAY(GZ_C2S, "\0\2\0\0\0\2\x0b\0") },
				"invalid_function_code" },
		{ { SAY(GZ_C2S, "\0\1\0\0\0\6\x0b\3\0\0\0\0") }, "invalid_value" },
		{ { SAY(GZ_C2S, "\0\1\0\0\0\6\x0b\5\0\0\0\1") }, "invalid_value" },
		{ { SAY(GZ_C2S, READ), SAY(GZ_S2C, "\0\1\0\0\0\3\x0b\x83\x0c") },
				"invalid_exception_code" },
		{ { SAY(GZ_C2S, READ), SAY(GZ_S2C, "\0\1\0\0\0\5\x0b\3\2\0\1") },
				"value_mismatch" },
	};
	struct proto_case c = { .port = 502 };
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		memcpy(c.says, cases[i].says, sizeof(cases[i].says));
		c.events[0] = cases[i].event;
		case_run(&c);
	}
}

static void
what_is_read_and_written_where_is_known(void **state)
{
	static const struct {
		struct gz_span request;
		bool write;
		uint32_t first, last;
		uint16_t value; /* at the last */
	} cases[] = {
		{ { (const uint8_t *)READ, sizeof(READ) - 1 }, false, 1, 3, 0 },
		{ { (const uint8_t *)WRITE, sizeof(WRITE) - 1 }, true, 2, 2, 3 },
		{ { (const uint8_t *)WRITE_SEVERAL, sizeof(WRITE_SEVERAL) - 1 }, true, 2, 3, 258 },
		{ { (const uint8_t *)COILS, sizeof(COILS) - 1 }, true, 20, 29, 0 },
		{ { (const uint8_t *)BOTH_WAYS, sizeof(BOTH_WAYS) - 1 }, true, 15, 16, 254 },
		{ { (const uint8_t *)BOTH_WAYS, sizeof(BOTH_WAYS) - 1 }, false, 4, 9, 0 },
	};
	uint32_t i, first, last;
	struct feeder f;
	struct gz_tx *tx;
	uint16_t value;

	for (i = 0; i < RTE_DIM(cases); i++) {
		tx = asked(&f, cases[i].request);
		assert_true(gz_modbus_range(tx, cases[i].write, &first, &last));
		assert_int_equal(first, cases[i].first);
		assert_int_equal(last, cases[i].last);
		assert_int_equal(gz_modbus_written(tx, last, &value), cases[i].write);
		if (cases[i].write)
			assert_int_equal(value, cases[i].value);
		assert_false(gz_modbus_written(tx, last + 1, &value));
		feeder_fini(&f);
	}
}

static void
functions_have_a_category(void **state)
{
	static const struct {
		const char *request;
		uint8_t category;
	} cases[] = {
		{ "\0\1\0\0\0\4\1\x18\0\0", GZ_MODBUS_ASSIGNED },
		{ "\0\1\0\0\0\4\1\x19\0\0", GZ_MODBUS_UNASSIGNED },
		{ "\0\1\0\0\0\4\1\x41\0\0", GZ_MODBUS_USER },
		{ "\0\1\0\0\0\4\1\x5a\0\0", GZ_MODBUS_RESERVED },
		{ "\0\1\0\0\0\4\1\x08\0\5", GZ_MODBUS_RESERVED },
		{ "\0\1\0\0\0\4\1\x2b\x0e\0", GZ_MODBUS_ASSIGNED },
	};
	struct gz_modbus m;
	struct feeder f;
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		assert_true(gz_modbus_request(asked(&f, gz_span(cases[i].request, 10)), &m));
		assert_int_equal(m.category, cases[i].category);
		feeder_fini(&f);
	}
}

/* Some servers read as much as the function takes, whatever the length says. */
static void
a_length_that_is_wrong_hides_no_request(void **state)
{
	static const struct gz_span cases[] = {
		/* one that tells more than it is, and of which more never comes */
		{ (const uint8_t *)"\0\1\0\0\0\xfe\1\6\0\1\0\x2a", 12 },
		/* one that has another behind it within its length */
		{ (const uint8_t *)"\0\1\0\0\0\x12\1\3\0\0\0\1\0\2\0\0\0\6\1\6\0\1\0\x2a", 24 },
		/* one that has what is none, and then the next */
		{ (const uint8_t *)"\0\1\0\0\0\x08\1\3\0\0\0\1\xff\xff\0\2\0\0\0\6\1\6\0\1\0\x2a",
				26 },
		/* one whose arguments are not within its length */
		{ (const uint8_t *)"\0\1\0\0\0\2\1\6\0\1\0\x2a", 12 },
	};
	uint32_t i, piece;

	for (i = 0; i < RTE_DIM(cases); i++) {
		for (piece = 0; piece < 3; piece++) {
			struct feeder f;

			feeder_init(&f, IPPROTO_TCP, 502);
			f.piece = piece;
			feeder_say(&f, GZ_C2S, cases[i]);
			feeder_close(&f);
			feeder_end(&f);
			if (strstr(f.events, "\"write\":{\"address\":1,\"data\":42}") == NULL ||
					strstr(f.events, "invalid_length") == NULL)
				fail_msg("case %u:\n%s", i, f.events);
			feeder_fini(&f);
		}
	}
}

static void
requests_without_responses_do_not_pile_up(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 502);
	for (i = 0; i < 1000; i++)
		feeder_say(&f, GZ_C2S, GZ_SPAN(READ));
	assert_in_range(f.flow.app->nb_txs, 1, 201);
	feeder_end(&f);
	assert_non_null(strstr(f.events, "flooded"));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_and_responses_are_told),
		cmocka_unit_test(odd_messages_are_noted),
		cmocka_unit_test(what_is_read_and_written_where_is_known),
		cmocka_unit_test(functions_have_a_category),
		cmocka_unit_test(a_length_that_is_wrong_hides_no_request),
		cmocka_unit_test(requests_without_responses_do_not_pile_up),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
