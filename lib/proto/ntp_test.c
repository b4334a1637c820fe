/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define ZERO8 "\0\0\0\0\0\0\0\0"
#define ZERO32 ZERO8 ZERO8 ZERO8 ZERO8

static void
packets_are_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 123,
		.says = {
			SAY(GZ_C2S, "\x23\0\x06\xec" ZERO8 "\0\0\0\0" ZERO32),
			SAY(GZ_S2C, "\x24\x02\x06\xec" ZERO8 "LOCL" ZERO32),
			SAY(GZ_C2S, "\x16\x02\0\x01" ZERO8),
		},
		.wants = {
			{ "ntp.reference_id", GZ_C2S, 0, 0, "\0\0\0\0", 4 },
			{ "ntp.reference_id", GZ_S2C, 1, 0, "LOCL" },
			{ "ntp.reference_id", GZ_C2S, 2, 0, NULL },
		},
		.events = {
			"ntp 0 {\"ntp\":{\"version\":4,\"mode\":3,\"stratum\":0,\"reference_id\":\"00:00:00:00\"}}",
			"ntp 1 {\"ntp\":{\"version\":4,\"mode\":4,\"stratum\":2,\"reference_id\":\"4c:4f:43:4c\"}}",
			"ntp 2 {\"ntp\":{\"version\":2,\"mode\":6}}",
		},
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
half_a_packet_is_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 123,
		.says = {
			SAY(GZ_C2S, "\x23\0\x06\xec" ZERO8 "\0\0\0\0" ZERO32),
			SAY(GZ_C2S, "\x23\0\x06\xec" ZERO8),
		},
		.events = { "malformed_data" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_told),
		cmocka_unit_test(half_a_packet_is_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
