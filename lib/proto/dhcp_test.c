/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define ZERO4 "\0\0\0\0"
#define ZERO16 ZERO4 ZERO4 ZERO4 ZERO4
#define ZERO64 ZERO16 ZERO16 ZERO16 ZERO16
#define FIXED(op, client, assigned, server, sname)                                          \
	op "\x01\x06\0"                                                                     \
	   "\xef\x63\x65\x44" ZERO4 client assigned server ZERO4 "\x00\x11\x32\x17\x49\xf0" \
	   "\0\0\0\0\0\0\0\0\0\0" sname ZERO64 ZERO64 "\x63\x82\x53\x63"

static void
messages_are_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 67,
		.says = {
			SAY(GZ_C2S, FIXED("\x01", "\x0a\x10\x01\x04", ZERO4, ZERO4, ZERO64)
					"\x35\x01\x03" "\x0c\x05nas1\0" "\x37\x04\x01\x03\x0f\x06"
					"\x3d\x07\x01\x00\x11\x32\x17\x49\xf0" "\xff"),
			SAY(GZ_S2C, FIXED("\x02", ZERO4, "\x0a\x10\x01\x04", "\x0a\x10\x01\x01", ZERO64)
					"\0\x35\x01\x05" "\x33\x04\0\0\x0e\x10" "\x3a\x04\0\0\x06\x91"
					"\x3b\x04\0\0\x0b\xd7" "\x01\x04\xff\xff\0\0" "\x06\x04\x0a\x10\x01\x01"
					"\xff"),
		},
		.events = {
			"dhcp 0 {\"dhcp\":{\"type\":\"request\",\"id\":4016268612,\"client_mac\":\"00:11:32:17:49:f0\","
			"\"assigned_ip\":\"0.0.0.0\",\"client_ip\":\"10.16.1.4\",\"dhcp_type\":\"request\","
			"\"client_id\":\"00:11:32:17:49:f0\",\"hostname\":\"nas1\\u0000\","
			"\"params\":[\"subnet_mask\",\"router\",\"domain\",\"dns_server\"]}}",
			"dhcp 1 {\"dhcp\":{\"type\":\"reply\"",
			"\"relay_ip\":\"0.0.0.0\",\"next_server_ip\":\"10.16.1.1\",\"dhcp_type\":\"ack\","
			"\"lease_time\":3600,\"renewal_time\":1681,\"rebinding_time\":3031,"
			"\"subnet_mask\":\"255.255.0.0\",\"dns_servers\":[\"10.16.1.1\"]}}",
		},
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
options_go_on_where_names_would_be(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 67,
		.says = {
			SAY(GZ_C2S, FIXED("\x02", ZERO4, ZERO4, ZERO4,
					"\x03\x04\x0a\x64\0\x02\xff\0" ZERO4 ZERO4 ZERO16 ZERO16 ZERO16)
					"\x35\x01\x02" "\x34\x01\x02" "\xff"),
		},
		.events = { "\"dhcp_type\":\"offer\",\"routers\":[\"10.100.0.2\"]" },
	};

	case_run(&c);
}

static void
options_that_are_wrong_are_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 67,
		.says = {
			SAY(GZ_C2S, FIXED("\x01", ZERO4, ZERO4, ZERO4, ZERO64) "\x33\x02\0\x01\xff"),
			SAY(GZ_C2S, FIXED("\x01", ZERO4, ZERO4, ZERO4, ZERO64) "\x0c\x05na"),
		},
		.events = { "malformed_options", "truncated_options" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_told),
		cmocka_unit_test(options_go_on_where_names_would_be),
		cmocka_unit_test(options_that_are_wrong_are_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
