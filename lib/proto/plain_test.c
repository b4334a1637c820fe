/* SPDX-License-Identifier: BSD-3-Clause */

/* Protocols of which little more than the beginning is read: IMAP, Telnet, TFTP. */

#include "proto_case.h"

static const char *
name_of(uint8_t l4, uint16_t port, enum gz_dir dir, struct gz_span s, uint32_t piece)
{
	static char name[32];
	struct feeder f;

	feeder_init(&f, l4, port);
	f.piece = piece;
	feeder_say(&f, dir, s);
	snprintf(name, sizeof(name), "%s", gz_app_name(&f.flow));
	feeder_fini(&f);
	return name;
}

static void
they_are_recognised_by_their_first_words(void **state)
{
	static const struct {
		uint8_t l4;
		uint16_t port;
		enum gz_dir dir;
		struct gz_span s;
		const char *name;
	} cases[] = {
		{ IPPROTO_TCP, 143, GZ_S2C, { (const uint8_t *)"* OK hello\r\n", 12 }, "imap" },
		{ IPPROTO_TCP, 9999, GZ_S2C, { (const uint8_t *)"* PREAUTH hello\r\n", 17 },
				"imap" },
		{ IPPROTO_TCP, 9999, GZ_C2S, { (const uint8_t *)"A.1 login me pw\r\n", 17 },
				"imap" },
		{ IPPROTO_TCP, 143, GZ_C2S, { (const uint8_t *)"A.1 fly me\r\n", 12 }, "unknown" },
		{ IPPROTO_TCP, 143, GZ_S2C, { (const uint8_t *)"* NO hello\r\n", 12 }, "unknown" },
		{ IPPROTO_TCP, 2323, GZ_S2C,
				{ (const uint8_t *)"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27",
						12 },
				"telnet" },
		{ IPPROTO_TCP, 23, GZ_S2C, { (const uint8_t *)"\xff\xf0\x18\xff\xfd", 5 },
				"unknown" },
		{ IPPROTO_UDP, 69, GZ_C2S, { (const uint8_t *)"\0\1f\0octet\0", 10 }, "tftp" },
		{ IPPROTO_UDP, 69, GZ_C2S, { (const uint8_t *)"\0\1f\0boxes\0", 10 }, "unknown" },
		{ IPPROTO_UDP, 69, GZ_C2S, { (const uint8_t *)"\0\3f\0octet\0", 10 }, "unknown" },
	};

	for (uint32_t i = 0; i < RTE_DIM(cases); i++) {
		for (uint32_t piece = 0; piece < 6; piece++)
			assert_string_equal(name_of(cases[i].l4, cases[i].port, cases[i].dir,
							    cases[i].s, piece),
					cases[i].name);
	}
}

static const char *
imap_then(const char *command, const char *answer)
{
	static char name[32];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 143);
	f.piece = 3;
	feeder_say_str(&f, GZ_S2C, "* OK ready\r\n");
	feeder_say_str(&f, GZ_C2S, command);
	feeder_say_str(&f, GZ_S2C, answer);
	feeder_say(&f, GZ_C2S, gz_span("\x16\3\1\0\x4\1\0\0\0", 9));
	snprintf(name, sizeof(name), "%s", gz_app_name(&f.flow));
	feeder_end(&f);
	feeder_fini(&f);
	return name;
}

static void
imap_becomes_tls_when_both_agree(void **state)
{
	assert_string_equal(imap_then("a1 starttls\r\n", "* x\r\na1 OK go\r\n"), "tls");
	assert_string_equal(imap_then("a1 STARTTLS\r\n", "a1 BAD no\r\n"), "imap");
	assert_string_equal(imap_then("a1 NOOP\r\n", "a1 OK\r\n"), "imap");
}

static void
a_request_of_a_file_is_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 69,
		.says = { SAY(GZ_C2S, "\0\2boot.img\0OCTET\0blksize\0001428\0") },
		.events = { "{\"tftp\":{\"packet\":\"write\",\"file\":\"boot.img\",\"mode\":\"OCTET\"}}" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_recognised_by_their_first_words),
		cmocka_unit_test(imap_becomes_tls_when_both_agree),
		cmocka_unit_test(a_request_of_a_file_is_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
