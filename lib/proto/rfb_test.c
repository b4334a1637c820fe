/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define SCREEN                                                                     \
	"\x05\0\x03\x20\x20\x18\0\x01\0\xff\0\xff\0\xff\x10\x08\0\0\0\0\0\0\0\x04" \
	"desk"

static void
versions_secrets_and_screens_are_told(void **state)
{
	static const struct proto_case c = {
		.port = 5900,
		.says = {
			SAY(GZ_S2C, "RFB 003.008\n"),
			SAY(GZ_C2S, "RFB 003.007\n"),
			SAY(GZ_S2C, "\x02\x02\x10"),
			SAY(GZ_C2S, "\x02"),
			SAY(GZ_S2C, "0123456789abcdef"),
			SAY(GZ_C2S, "fedcba9876543210" "\x01"), /* its next word follows at once */
			SAY(GZ_S2C, "\0\0\0\0" SCREEN "and pictures"),
			SAY(GZ_C2S, "and keys"),
		},
		.wants = { { "rfb.name", GZ_S2C, 0, 0, "desk" } },
		.events = {
			"rfb 0 {\"rfb\":{\"server_protocol_version\":{\"major\":\"003\",\"minor\":\"008\"},"
			"\"client_protocol_version\":{\"major\":\"003\",\"minor\":\"007\"},"
			"\"authentication\":{\"security_type\":2,\"vnc\":{\"challenge\":\"30313233343536373839616263646566\","
			"\"response\":\"66656463626139383736353433323130\"},\"security_result\":\"OK\"},"
			"\"screen_shared\":true,\"framebuffer\":{\"width\":1280,\"height\":800,\"name\":\"desk\","
			"\"pixel_format\":{\"bits_per_pixel\":32,\"depth\":24,\"big_endian\":false,\"true_color\":true,"
			"\"red_max\":255,\"green_max\":255,\"blue_max\":255,\"red_shift\":16,\"green_shift\":8,"
			"\"blue_shift\":0}}}}",
		},
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
who_is_not_let_in_is_told_why(void **state)
{
	static const struct proto_case c = {
		.port = 5901,
		.says = {
			SAY(GZ_S2C, "RFB 003.008\n"),
			SAY(GZ_C2S, "RFB 003.008\n"),
			SAY(GZ_S2C, "\x01\x01"),
			SAY(GZ_C2S, "\x01"),
			SAY(GZ_S2C, "\0\0\0\x01\0\0\0\x06" "closed"),
		},
		.events = { "\"security_type\":1,\"security_result\":\"FAIL\"},"
			    "\"server_security_failure_reason\":\"closed\"" },
	};

	case_run(&c);
}

static void
the_oldest_version_has_no_choice(void **state)
{
	static const struct proto_case c = {
		.port = 5900,
		.says = {
			SAY(GZ_S2C, "RFB 003.003\n"),
			SAY(GZ_C2S, "RFB 003.003\n"),
			SAY(GZ_S2C, "\0\0\0\x01"),
			SAY(GZ_C2S, "\0"),
			SAY(GZ_S2C, SCREEN),
		},
		.events = { "\"security_type\":1},\"screen_shared\":false,\"framebuffer\"" },
	};

	case_run(&c);
}

static void
what_is_not_known_is_told(void **state)
{
	static const struct proto_case c = {
		.port = 5900,
		.says = {
			SAY(GZ_S2C, "RFB 003.889\n"),
			SAY(GZ_C2S, "RFB 003.008\n"),
			SAY(GZ_S2C, "\x01\x1e"),
			SAY(GZ_C2S, "\x1e"),
			SAY(GZ_S2C, "something else"),
		},
		.events = { "unimplemented_security_type", "\"authentication\":{\"security_type\":30}}" },
	};

	case_run(&c);
}

static void
endless_names_are_refused(void **state)
{
	static const struct proto_case c = {
		.port = 5900,
		.says = {
			SAY(GZ_S2C, "RFB 003.008\n"),
			SAY(GZ_C2S, "RFB 003.008\n"),
			SAY(GZ_S2C, "\0\x7f\xff\xff\xff" "x"),
		},
		.events = { "malformed_message" },
	};

	case_run(&c);
}

static void
who_speaks_before_the_versions_are_told_is_noted(void **state)
{
	static const struct proto_case c = {
		.port = 5900,
		.says = { SAY(GZ_S2C, "RFB 003.008\n\x01\x01") },
		.events = { "confused_state" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_secrets_and_screens_are_told),
		cmocka_unit_test(who_is_not_let_in_is_told_why),
		cmocka_unit_test(the_oldest_version_has_no_choice),
		cmocka_unit_test(what_is_not_known_is_told),
		cmocka_unit_test(endless_names_are_refused),
		cmocka_unit_test(who_speaks_before_the_versions_are_told_is_noted),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
