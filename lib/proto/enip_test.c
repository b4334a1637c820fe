/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

#define ASK_IDENTITY                                                                       \
	"\x63\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00"
#define TELL_IDENTITY                                                                      \
	"\x63\x00\x33\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x01\x00\x0c\x00\x2d\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x0c\x00\x3a\x00\x04\x03\x30\x00\x52\x4d" \
	"\x8e\x00\x0b\x31\x37\x35\x36\x2d\x45\x4e\x42\x54\x2f\x41\x03"
#define ASK_SEVERAL                                                                        \
	"\x6f\x00\x2e\x00\x09\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\xb2\x00\x1e\x00" \
	"\x0a\x02\x20\x02\x24\x01\x02\x00\x06\x00\x0e\x00\x10\x03\x20\xf6\x24\x01\x30\x06" \
	"\x0e\x04\x21\x00\x6b\x00\x25\x00\x02\x01"
#define REFUSE                                                                             \
	"\x6f\x00\x14\x00\x09\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\xb2\x00\x04\x00" \
	"\x8a\x00\x1e\x00"
/* 0x1e, extended by 0x107 and 0x2 */
#define REFUSE_AT_LENGTH                                                                   \
	"\x6f\x00\x18\x00\x09\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\xb2\x00\x08\x00" \
	"\x8a\x00\x1e\x02\x07\x01\x02\x00"
#define BAD                                                                                \
	"\x6f\x00\x13\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\xb2\x00\x03\x00" \
	"\x10\xff\x20"
#define ASK_CONNECTED                                                                      \
	"\x70\x00\x1e\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xa1\x00\x04\x00\x01\x00\x00\x00" \
	"\xb1\x00\x0a\x00\x05\x00\x10\x03\x20\xf6\x24\x01\x30\x06"

#include "gz_enip.h"

static void
a_device_tells_its_identity(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 44818,
		.says = { SAY(GZ_C2S, ASK_IDENTITY), SAY(GZ_S2C, TELL_IDENTITY) },
		.wants = { { "enip.product_name", GZ_S2C, 0, 0, "1756-ENBT/A", 0 },
				{ "enip.product_name", GZ_C2S, 0, 0, NULL, 0 } },
		.events = { "\"request\":{\"command\":\"list_identity\",\"status\":\"success\"}",
				"\"revision\":\"4.3\",\"vendor_id\":\"Rockwell Automation/Allen-Bradley\"" },
		.no_events = { "anomaly", "enip 1" },
	};

	case_run(&c);
}

static void
services_of_a_packet_of_several_are_told(void **state)
{
	static const struct proto_case c = {
		.port = 44818,
		.says = { SAY(GZ_C2S, ASK_SEVERAL), SAY(GZ_S2C, REFUSE) },
		.events = { "\"command\":\"send_rr_data\",\"status\":\"success\",\"session\":9",
				"{\"service\":\"set_attribute_single\",\"class\":246,\"instance\":1,"
				"\"attributes\":[6]}",
				"{\"service\":\"get_attribute_single\",\"class\":107,\"instance\":258}",
				"\"response\":{\"command\":\"send_rr_data\",\"status\":\"success\","
				"\"session\":9,\"cip\":[{\"service\":\"multiple_service_packet\","
				"\"status\":30}]}" },
		.no_events = { "anomaly", "enip 1" },
	};

	case_run(&c);
}

static void
a_status_may_be_extended(void **state)
{
	static const struct {
		struct gz_span answer;
		uint64_t extended;
	} cases[] = { { GZ_SPAN(REFUSE_AT_LENGTH), 0x107 },
		{ GZ_SPAN(REFUSE), GZ_FIELD_NO_NUMBER } };
	struct feeder f;
	struct gz_tx *tx;
	uint64_t v;

	for (uint32_t i = 0; i < RTE_DIM(cases); i++) {
		struct gz_chunk ask = { .data = (const uint8_t *)ASK_SEVERAL,
			.len = sizeof(ASK_SEVERAL) - 1,
			.dir = GZ_C2S },
				answer = { .data = cases[i].answer.p,
					.len = cases[i].answer.len,
					.dir = GZ_S2C };

		feeder_init(&f, IPPROTO_TCP, 44818);
		assert_true(gz_proto_feed(f.ctx, &f.flow, &ask));
		assert_true(gz_proto_feed(f.ctx, &f.flow, &answer));
		tx = TAILQ_FIRST(&f.flow.app->txs);
		assert_true(feeder_tx_number(tx, "enip.cip_status", GZ_S2C, 0, &v));
		assert_int_equal(v, 0x1e);
		assert_true(feeder_tx_number(tx, "enip.cip_extendedstatus", GZ_S2C, 0, &v));
		assert_true(v == cases[i].extended);
		feeder_fini(&f);
	}
}

static void
odd_messages_are_noted(void **state)
{
	static const struct proto_case c = {
		.port = 44818,
		.says = { SAY(GZ_C2S, ASK_CONNECTED BAD) },
		.events = { "malformed_data", "\"command\":\"send_unit_data\"" },
		.no_events = { "\"anomaly 0" },
	};

	case_run(&c);
}

static void
requests_without_an_answer_do_not_pile_up(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 44818);
	for (uint32_t i = 0; i < 100; i++)
		feeder_say(&f, GZ_C2S, GZ_SPAN(ASK_SEVERAL));
	assert_int_equal(f.flow.app->nb_txs, 64);
	assert_non_null(strstr(f.events, "too_many_transactions"));
	feeder_fini(&f);
}

static void
rules_see_each_service(void **state)
{
	struct gz_chunk chunk = {
		.data = (const uint8_t *)ASK_SEVERAL, .len = sizeof(ASK_SEVERAL) - 1, .dir = GZ_C2S
	};
	struct gz_cip cip;
	struct feeder f;
	struct gz_tx *tx;

	feeder_init(&f, IPPROTO_TCP, 44818);
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	tx = TAILQ_FIRST(&f.flow.app->txs);
	assert_true(gz_cip_of(tx, GZ_C2S, 1, &cip));
	assert_int_equal(cip.service, 16);
	assert_int_equal(cip.class, 246);
	assert_int_equal(cip.attributes[0], 6);
	assert_true(gz_cip_of(tx, GZ_C2S, 2, &cip));
	assert_false(gz_cip_of(tx, GZ_C2S, 3, &cip));
	assert_false(gz_cip_of(tx, GZ_S2C, 0, &cip));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_tells_its_identity),
		cmocka_unit_test(services_of_a_packet_of_several_are_told),
		cmocka_unit_test(a_status_may_be_extended),
		cmocka_unit_test(odd_messages_are_noted),
		cmocka_unit_test(requests_without_an_answer_do_not_pile_up),
		cmocka_unit_test(rules_see_each_service),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
