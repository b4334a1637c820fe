/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"
#include "quic.h"

/* clang-format off */
/* A client's hello in two Initial packets, its pieces out of order; dcid as in RFC 9001 appendix A. */
#define CLIENT_1 \
				"\xce\x00\x00\x00\x01\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08\x00\x00" \
				"\x40\x51\xfa\x6b\x3f\xe0\x46\x88\x28\xad\xed\x0b\x8d\x42\xbb\xc7" \
				"\x22\xe5\xaa\xed\x59\xac\x50\x77\x10\xf4\xab\x56\x17\x1f\xb1\x6b" \
				"\xbf\x79\x9a\x36\x00\xb1\x0c\x76\xe6\x06\x77\x0b\x7a\x59\x7a\x17" \
				"\x23\xff\x12\xfe\xe0\x75\xc2\x02\x6b\xd5\x32\xe7\xba\x4f\xa4\xdf" \
				"\xd1\x89\x30\x7f\x94\x78\x4c\x8e\xb4\xdd\xe5\x90\x8c\x56\x7e\x32" \
				"\xbc\xa4\x46"
#define CLIENT_2 \
				"\xcd\x00\x00\x00\x01\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08\x00\x00" \
				"\x40\x63\x24\x51\x3b\xc2\x6a\x3a\xab\xba\x2f\x93\xc4\xdd\xe0\xce" \
				"\x9e\xb7\x31\x7d\xe6\x25\x21\x67\x8a\x8b\xb7\xf7\x72\x08\x84\xef" \
				"\x22\x55\xd7\x5f\x04\xf2\x48\xd8\xc7\xfb\x4e\x56\xb4\x83\x84\x3b" \
				"\x23\x3c\x58\x85\xf3\x4b\x14\x07\xc9\xd9\x83\xce\x05\x50\x67\x0e" \
				"\xa1\x15\xa0\xdc\x01\x13\xd5\xa1\xa5\x2d\x4f\x8f\x94\x1b\x92\x2b" \
				"\x34\x84\x56\x53\x4a\xa9\x92\x87\x28\x70\x02\x98\x0e\x78\x61\xf3" \
				"\x43\x86\xdf\xb3\x6b"
/* The first with another last byte: it is not what the client sent. */
#define FORGED \
				"\xce\x00\x00\x00\x01\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08\x00\x00" \
				"\x40\x51\xfa\x6b\x3f\xe0\x46\x88\x28\xad\xed\x0b\x8d\x42\xbb\xc7" \
				"\x22\xe5\xaa\xed\x59\xac\x50\x77\x10\xf4\xab\x56\x17\x1f\xb1\x6b" \
				"\xbf\x79\x9a\x36\x00\xb1\x0c\x76\xe6\x06\x77\x0b\x7a\x59\x7a\x17" \
				"\x23\xff\x12\xfe\xe0\x75\xc2\x02\x6b\xd5\x32\xe7\xba\x4f\xa4\xdf" \
				"\xd1\x89\x30\x7f\x94\x78\x4c\x8e\xb4\xdd\xe5\x90\x8c\x56\x7e\x32" \
				"\xbc\xa4\x47"
/* RFC 9001 appendix A.3. */
#define SERVER \
				"\xcf\x00\x00\x00\x01\x00\x08\xf0\x67\xa5\x50\x2a\x42\x62\xb5\x00" \
				"\x40\x75\xc0\xd9\x5a\x48\x2c\xd0\x99\x1c\xd2\x5b\x0a\xac\x40\x6a" \
				"\x58\x16\xb6\x39\x41\x00\xf3\x7a\x1c\x69\x79\x75\x54\x78\x0b\xb3" \
				"\x8c\xc5\xa9\x9f\x5e\xde\x4c\xf7\x3c\x3e\xc2\x49\x3a\x18\x39\xb3" \
				"\xdb\xcb\xa3\xf6\xea\x46\xc5\xb7\x68\x4d\xf3\x54\x8e\x7d\xde\xb9" \
				"\xc3\xbf\x9c\x73\xcc\x3f\x3b\xde\xd7\x4b\x56\x2b\xfb\x19\xfb\x84" \
				"\x02\x2f\x8e\xf4\xcd\xd9\x37\x95\xd7\x7d\x06\xed\xbb\x7a\xaf\x2f" \
				"\x58\x89\x18\x50\xab\xbd\xca\x3d\x20\x39\x8c\x27\x64\x56\xcb\xc4" \
				"\x21\x58\x40\x7d\xd0\x74\xee"
/* Google's. */
#define GOOGLE \
				"\xc3\x51\x30\x34\x36\x50\x83\x94\xc8\xf0\x3e\x51\x57\x08\x00\x00" \
				"\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa4\x01" \
				"\x00\x00\x00\x47\x43\x48\x4c\x4f\x04\x00\x00\x00\x50\x41\x44\x00" \
				"\x05\x00\x00\x00\x53\x4e\x49\x00\x14\x00\x00\x00\x56\x45\x52\x00" \
				"\x18\x00\x00\x00\x55\x41\x49\x44\x1f\x00\x00\x00\x2d\x2d\x2d\x2d" \
				"\x2d\x6f\x6c\x64\x2e\x65\x78\x61\x6d\x70\x6c\x65\x2e\x6f\x72\x67" \
				"\x51\x30\x34\x36\x61\x67\x65\x6e\x74\x2f\x31"
/* clang-format on */

static const struct proto_case hellos = {
	.l4 = IPPROTO_UDP,
	.port = 443,
	.says = {
		SAY(GZ_C2S, CLIENT_1),
		SAY(GZ_C2S, CLIENT_2),
		SAY(GZ_S2C, SERVER),
		SAY(GZ_C2S, CLIENT_1),
	},
	.wants = {
		{ "quic.version", GZ_C2S, 0, 0, "\0\0\0\1", 4 },
		{ "quic.sni", GZ_C2S, 0, 0, NULL, 0 },
		{ "quic.sni", GZ_C2S, 1, 0, "www.example.org", 0 },
		{ "ja3.string", GZ_C2S, 1, 0, "771,4865-4866-4867,0-10-16-13-43-57,29-23,", 0 },
		{ "ja3.hash", GZ_C2S, 1, 0, "3ad09eefa8d20da4790c8ecd971d88a9", 0 },
		{ "ja3s.string", GZ_S2C, 2, 0, "771,4865,51-43", 0 },
		{ "quic.version", GZ_C2S, 3, 0, NULL, 0 },
	},
	.events = {
		"quic 0 {\"quic\":{\"version\":\"1\"}}",
		"\"sni\":\"www.example.org\"",
		"{\"name\":\"server_name\",\"type\":0,\"values\":[\"www.example.org\"]}",
		"{\"name\":\"alpn\",\"type\":16,\"values\":[\"h3\"]}",
		"{\"name\":\"signature_algorithms\",\"type\":13,\"values\":[\"1027\",\"2052\"]}",
		"{\"name\":\"supported_versions\",\"type\":43,\"values\":[\"Tls13\"]}",
		"\"ja4\":\"q13d0306h3_",
	},
	.no_events = { "anomaly" },
};

static const struct proto_case forged = {
	.l4 = IPPROTO_UDP,
	.port = 443,
	.says = {
		SAY(GZ_C2S, CLIENT_2),
		SAY(GZ_C2S, FORGED),
		SAY(GZ_C2S, CLIENT_1),
	},
	.wants = {
		{ "quic.sni", GZ_C2S, 1, 0, NULL, 0 },
		{ "quic.sni", GZ_C2S, 2, 0, "www.example.org", 0 },
	},
	.events = { "failed_decrypt" },
};

static const struct proto_case google = {
	.l4 = IPPROTO_UDP,
	.port = 443,
	.says = {
		SAY(GZ_C2S, GOOGLE),
	},
	.wants = {
		{ "quic.version", GZ_C2S, 0, 0, "Q046", 0 },
		{ "quic.sni", GZ_C2S, 0, 0, "old.example.org", 0 },
		{ "quic.ua", GZ_C2S, 0, 0, "agent/1", 0 },
		{ "quic.cyu.string", GZ_C2S, 0, 0, "46,PAD-SNI-VER-UAID", 0 },
		{ "quic.cyu.hash", GZ_C2S, 0, 0, "3b5da1d3b922a93f684efa94b4b090dc", 0 },
	},
	.events = { "\"cyu\":[{\"hash\":\"3b5da1d3b922a93f684efa94b4b090dc\"" },
};

static void
hellos_are_read_out_of_their_protection(void **state)
{
	case_run(&hellos);
}

static void
what_was_not_sealed_by_the_client_is_no_part_of_its_hello(void **state)
{
	case_run(&forged);
}

static void
the_older_hello_is_read_by_its_tags(void **state)
{
	case_run(&google);
}

static void
a_header_that_is_none_is_told(void **state)
{
	static const uint8_t short_id[] = { 0xc0, 0, 0, 0, 1, 21 };
	static const uint8_t hidden[] = { 0x40, 1, 2, 3, 4, 5 };
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 443);
	feeder_say(&f, GZ_C2S, hellos.says[0].s);
	feeder_say(&f, GZ_C2S, gz_span(hidden, sizeof(hidden)));
	assert_null(strstr(f.events, "error_on_header"));
	feeder_say(&f, GZ_C2S, gz_span(short_id, sizeof(short_id)));
	assert_non_null(strstr(f.events, "error_on_header"));
	feeder_fini(&f);
}

/* RFC 9001 appendix A.1, RFC 9369 appendix A.1. */
static void
keys_are_those_of_the_standards(void **state)
{
	static struct quic_state s;

	quic_keys(&s, QUIC_VERSION_1, GZ_SPAN("\x83\x94\xc8\xf0\x3e\x51\x57\x08"));
	assert_memory_equal(s.secret[GZ_C2S].key,
			"\x1f\x36\x96\x13\xdd\x76\xd5\x46\x77\x30\xef\xcb\xe3\xb1\xa2\x2d", 16);
	assert_memory_equal(s.secret[GZ_C2S].iv, "\xfa\x04\x4b\x2f\x42\xa3\xfd\x3b\x46\xfb\x25\x5c",
			12);
	assert_memory_equal(s.secret[GZ_S2C].hp,
			"\xc2\x06\xb8\xd9\xb9\xf0\xf3\x76\x44\x43\x0b\x49\x0e\xea\xa3\x14", 16);
	quic_keys(&s, QUIC_VERSION_2, GZ_SPAN("\x83\x94\xc8\xf0\x3e\x51\x57\x08"));
	assert_memory_equal(s.secret[GZ_C2S].key,
			"\x8b\x1a\x0b\xc1\x21\x28\x42\x90\xa2\x9e\x09\x71\xb5\xcd\x04\x5d", 16);
}

static int
setup(void **state)
{
	gz_protos_seal();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hellos_are_read_out_of_their_protection),
		cmocka_unit_test(what_was_not_sealed_by_the_client_is_no_part_of_its_hello),
		cmocka_unit_test(the_older_hello_is_read_by_its_tags),
		cmocka_unit_test(a_header_that_is_none_is_told),
		cmocka_unit_test(keys_are_those_of_the_standards),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
