/* SPDX-License-Identifier: BSD-3-Clause */

/* Protocols of which little more than the beginning is read: IMAP, Telnet, TFTP. */

#include "gz_frame.h"

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
		{ IPPROTO_UDP, 69, GZ_C2S, { (const uint8_t *)"\0\1f\0boxes\0", 10 }, "failed" },
		{ IPPROTO_UDP, 69, GZ_C2S, { (const uint8_t *)"\0\3f\0octet\0", 10 }, "failed" },
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

/** The frames of telnet, in the order they begin: "kind offset length". */
static void
tell_frames(const struct feeder *f, enum gz_dir dir, char *to, size_t size)
{
	const struct gz_frames *all = f->flow.app->frames[dir];
	size_t at = 0;

	for (uint32_t i = 0; i < all->nb; i++)
		at += (size_t)snprintf(to + at, size - at, "%s %llu+%lld ",
				gz_frame_name(gz_frame_row(&all->v[i])),
				(unsigned long long)all->v[i].offset, (long long)all->v[i].len);
}

static void
lines_and_commands_of_telnet_are_frames(void **state)
{
	struct feeder f;
	char text[512];

	for (uint32_t piece = 0; piece < 7; piece++) {
		feeder_init(&f, IPPROTO_TCP, 23);
		gz_proto_needs(f.ctx, GZ_NEEDS_FRAMES);
		f.piece = piece;
		feeder_say(&f, GZ_S2C,
				GZ_SPAN("\xff\xfd\x18hi\xff\xf1"
					"there\r\n\xff\xfa\x18\1\xff\xf0login: "));
		tell_frames(&f, GZ_S2C, text, sizeof(text));
		assert_string_equal(text,
				"pdu 0+3 ctl 0+3 pdu 3+2 data 3+2 pdu 5+2 ctl 5+2 "
				"pdu 7+7 data 7+7 pdu 14+6 ctl 14+6 pdu 20+-1 data 20+-1 ");
		feeder_end(&f);
		feeder_fini(&f);
	}
}

static void
frames_are_noted_only_for_who_asks(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 23);
	feeder_say(&f, GZ_S2C, GZ_SPAN("\xff\xfd\x18hi\r\n"));
	assert_null(f.flow.app->frames[GZ_S2C]);
	feeder_end(&f);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_recognised_by_their_first_words),
		cmocka_unit_test(imap_becomes_tls_when_both_agree),
		cmocka_unit_test(a_request_of_a_file_is_told),
		cmocka_unit_test(lines_and_commands_of_telnet_are_frames),
		cmocka_unit_test(frames_are_noted_only_for_who_asks),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
