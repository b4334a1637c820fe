/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

#define GET_2C                                                                               \
	"\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x05\x02\x01\x00\x02\x01\x00\x30" \
	"\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"
#define ANSWER_2C                                                                            \
	"\x30\x26\x02\x01\x01\x04\x06public\xa2\x19\x02\x01\x05\x02\x01\x02\x02\x01\x01\x30" \
	"\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"
#define TRAP_1                                                                             \
	"\x30\x27\x02\x01\x00\x04\x06\x70\x75\x62\x6c\x69\x63\xa4\x1a\x06\x07\x2b\x06\x01" \
	"\x04\x01\x89\x11\x40\x04\x0a\x00\x00\x07\x02\x01\x03\x02\x01\x00\x43\x01\x05\x30" \
	"\x00"
#define LONG_TAG_1                                                                         \
	"\x30\x28\x02\x01\x00\x04\x06\x70\x75\x62\x6c\x69\x63\xbf\x04\x1a\x06\x07\x2b\x06" \
	"\x01\x04\x01\x89\x11\x40\x04\x0a\x00\x00\x07\x02\x01\x03\x02\x01\x00\x43\x01\x05" \
	"\x30\x00"
#define GET_3                                                                              \
	"\x30\x3f\x02\x01\x03\x30\x0d\x02\x01\x07\x02\x02\x10\x00\x04\x01\x04\x02\x01\x03" \
	"\x04\x16\x30\x14\x04\x01\x80\x02\x01\x01\x02\x01\x02\x04\x05\x61\x64\x6d\x69\x6e" \
	"\x04\x00\x04\x00\x30\x13\x04\x00\x04\x00\xa0\x0d\x02\x01\x07\x02\x01\x00\x02\x01" \
	"\x00\x30\x02\x30\x00"
#define SECRET_3                                                                           \
	"\x30\x2f\x02\x01\x03\x30\x0d\x02\x01\x07\x02\x02\x10\x00\x04\x01\x03\x02\x01\x03" \
	"\x04\x16\x30\x14\x04\x01\x80\x02\x01\x01\x02\x01\x02\x04\x05\x61\x64\x6d\x69\x6e" \
	"\x04\x00\x04\x00\x04\x03\x78\x79\x7a"
#define OTHER_3                                                                            \
	"\x30\x17\x02\x01\x03\x30\x0d\x02\x01\x07\x02\x02\x10\x00\x04\x01\x04\x02\x01\x09" \
	"\x04\x03\x61\x62\x63"

static void
requests_and_answers_are_told_by_their_sender(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 161,
		.says = { SAY(GZ_C2S, GET_2C), SAY(GZ_S2C, ANSWER_2C) },
		.wants = { { "snmp.community", GZ_C2S, 0, 0, "public", 0 },
				{ "snmp.community", GZ_S2C, 1, 0, "public", 0 },
				{ "snmp.usm", GZ_C2S, 0, 0, NULL, 0 } },
		.events = { "\"version\":2,\"pdu_type\":\"get_request\","
			    "\"vars\":[\"1.3.6.1.2.1.1.1.0\"],\"community\":\"public\"",
				"\"pdu_type\":\"response\",\"error\":\"NoSuchName\"" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
a_trap_tells_what_and_where(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 162,
		.says = { SAY(GZ_C2S, TRAP_1) },
		.wants = { { "snmp.trap_oid", GZ_C2S, 0, 0, "1.3.6.1.4.1.1169", 0 },
				{ "snmp.trap_address", GZ_C2S, 0, 0, "10.0.0.7", 0 } },
		.events = { "\"pdu_type\":\"trap_v1\",\"trap_type\":\"linkUp\"" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
a_trap_with_a_long_tag_is_one(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 162,
		.says = { SAY(GZ_C2S, LONG_TAG_1) },
		.wants = { { "snmp.trap_oid", GZ_C2S, 0, 0, "1.3.6.1.4.1.1169", 0 } },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

/* Both ends of what can be there of a PDU's head. */
static void
a_pdu_without_a_length_is_none(void **state)
{
	static const struct proto_case cases[] = {
		{ .l4 = IPPROTO_UDP,
				.port = 161,
				.says = { SAY(GZ_C2S, "\x30\x0a\2\1\0\4\1p\xbf\x4e\xff\xff") },
				.events = { "malformed_data" } },
		{ .l4 = IPPROTO_UDP,
				.port = 161,
				.says = { SAY(GZ_C2S, "\x30\x09\2\1\0\4\1p\xa0\x82\1") },
				.events = { "malformed_data" } },
		{ .l4 = IPPROTO_UDP,
				.port = 161,
				.says = { SAY(GZ_C2S, "\x30\6\2\1\0\4\1p") },
				.events = { "malformed_data" } },
	};
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		struct gz_span s = cases[i].says[0].s;
		struct gz_chunk chunk = { .data = s.p, .len = s.len, .dir = GZ_C2S };
		struct feeder f;
		uint64_t v;

		case_run(&cases[i]);
		feeder_init(&f, IPPROTO_UDP, 161);
		assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
		assert_false(feeder_tx_number(
				TAILQ_FIRST(&f.flow.app->txs), "snmp.pdu_type", GZ_C2S, 0, &v));
		feeder_fini(&f);
	}
}

static void
version_3_has_users_and_secrets(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 161,
		.says = { SAY(GZ_C2S, GET_3), SAY(GZ_C2S, SECRET_3) },
		.wants = { { "snmp.usm", GZ_C2S, 0, 0, "admin", 0 },
				{ "snmp.usm", GZ_C2S, 1, 0, "admin", 0 } },
		.events = { "\"version\":3,\"pdu_type\":\"get_request\"",
				"\"version\":3,\"pdu_type\":\"encrypted\",\"usm\":\"admin\"" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
odd_messages_are_noted(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 161,
		.says = { SAY(GZ_C2S, GET_2C), SAY(GZ_C2S, GET_3),
				SAY(GZ_C2S, "\x30\x03\x02\x01\x01"), SAY(GZ_C2S, OTHER_3) },
		.events = { "version_mismatch", "malformed_data", "unknown_security_model" },
		.no_events = { "snmp 2" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_and_answers_are_told_by_their_sender),
		cmocka_unit_test(a_trap_tells_what_and_where),
		cmocka_unit_test(a_trap_with_a_long_tag_is_one),
		cmocka_unit_test(a_pdu_without_a_length_is_none),
		cmocka_unit_test(version_3_has_users_and_secrets),
		cmocka_unit_test(odd_messages_are_noted),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
