/* SPDX-License-Identifier: BSD-3-Clause */

/* Which stretches of their bytes parsers name as frames. */

#include "gz_frame.h"

#include "proto_feeder.h"

enum {
	TEXT = 4096,
	PIECES = 8,
};

struct told {
	char text[2][TEXT];
};

/** The frames of @p dir in the order they begin: "kind offset length", +: not ended yet. */
static void
tell(const struct feeder *f, enum gz_dir dir, char *to)
{
	const struct gz_frames *all = f->flow.app->frames[dir];
	size_t at = 0;

	to[0] = '\0';
	for (uint32_t i = 0; all != NULL && i < all->nb; i++) {
		const struct gz_frame *v = &all->v[i];

		at += (size_t)snprintf(to + at, TEXT - at, "%s%s %llu", at == 0 ? "" : ", ",
				gz_frame_name(gz_frame_row(v)), (unsigned long long)v->offset);
		at += v->len == GZ_FRAME_OPEN ? (size_t)snprintf(to + at, TEXT - at, " +")
					      : (size_t)snprintf(to + at, TEXT - at, " %llu",
								(unsigned long long)v->len);
		if (v->tx_id != GZ_FRAME_NO_TX)
			at += (size_t)snprintf(to + at, TEXT - at, " tx %llu",
					(unsigned long long)v->tx_id);
	}
}

struct say {
	enum gz_dir dir;
	struct gz_span s;
};

#define SAYS(dir, literal)                                              \
	{                                                               \
		dir,                                                    \
		{                                                       \
			(const uint8_t *)(literal), sizeof(literal) - 1 \
		}                                                       \
	}

struct frames_case {
	uint8_t l4;
	uint16_t port;
	uint32_t needs;
	struct say says[8];
	const char *want[2];
};

/** Whole and in pieces of several sizes the frames must be the same. */
static void
check(const struct frames_case *c)
{
	static char text[TEXT];
	struct feeder f;

	for (uint32_t piece = 0; piece < PIECES; piece++) {
		feeder_init(&f, c->l4, c->port);
		gz_proto_needs(f.ctx, c->needs);
		f.piece = piece;
		for (uint32_t i = 0; i < RTE_DIM(c->says) && c->says[i].s.p != NULL; i++)
			feeder_say(&f, c->says[i].dir, c->says[i].s);
		for (enum gz_dir dir = GZ_C2S; dir <= GZ_S2C; dir++) {
			tell(&f, dir, text);
			assert_string_equal(text, c->want[dir]);
		}
		feeder_end(&f);
		feeder_fini(&f);
	}
}

static void
each_turn_of_rfb_is_a_frame(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 5900,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_S2C, "RFB 003.008\n"), SAYS(GZ_C2S, "RFB 003.008\n"),
				SAYS(GZ_S2C, "\x02\x02\x10"), SAYS(GZ_C2S, "\x02"),
				SAYS(GZ_S2C, "0123456789abcdef"),
				SAYS(GZ_C2S, "fedcba9876543210\x01") },
		.want = { "pdu 0 12, pdu 12 1, pdu 13 16", "pdu 0 12, pdu 12 3, pdu 15 16" },
	};

	check(&c);
}

#define HOST_CREDENTIALS                                                             \
	"\0\0\0\x01\0\0\0\x18\0\0\0\x07\0\0\0\x04host\0\0\x03\xe8\0\0\0\x64\0\0\0\0" \
	"\0\0\0\0\0\0\0\0"
#define LOOKUP                                                                            \
	"\0\0\0\x02\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x03\0\0\0\x03" HOST_CREDENTIALS \
	"\0\0\0\x1c"                                                                      \
	"DDDDDDDDDDDDDDDDDDDDDDDDDDDD"                                                    \
	"\0\0\0\x05"                                                                      \
	"a.txt\0\0\0"
#define FOUND                                                                    \
	"\0\0\0\x02\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x1c" \
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFF\0\0\0\0\0\0\0\0"
#define COMPOUND                                                                          \
	"\0\0\0\x09\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x04\0\0\0\x01" HOST_CREDENTIALS \
	"\0\0\0\x03tag\0\0\0\0\0\0\0\0\x03\0\0\0\x18\0\0\0\x0f\0\0\0\x08"                 \
	"file.txt\0\0\0\x0a"
#define COMPOUNDED                                                                    \
	"\0\0\0\x09\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03tag\0" \
	"\0\0\0\x03\0\0\0\x18\0\0\0\0\0\0\0\x0f\0\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\x10"  \
	"HHHHHHHHHHHHHHHH"

/* As Suricata 7.0.10 tells them of the same bytes. */
static void
calls_of_nfs_and_the_rpc_around_them_are_frames(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 2049,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_C2S, "\x80\0\0\x6c" LOOKUP), SAYS(GZ_S2C, "\x80\0\0\x44" FOUND),
				SAYS(GZ_C2S, "\x80\0\0\x68" COMPOUND),
				SAYS(GZ_S2C, "\x80\0\0\x54" COMPOUNDED) },
		.want = { "rpc.pdu 0 112, rpc.creds 28 32, nfs.pdu 68 44, rpc.pdu 112 108, "
			  "rpc.creds 140 32, nfs4.pdu 180 40, nfs4.hdr 180 8, nfs4.ops 188 32",
				"rpc.pdu 0 72, rpc.hdr 0 12, rpc.data 12 60, nfs.pdu 28 44, "
				"nfs.status 28 4, rpc.pdu 72 88, rpc.hdr 72 12, rpc.data 84 76, "
				"nfs4.pdu 100 60, nfs4.status 100 4, nfs4.hdr 100 8, nfs4.ops 108 52" },
	};
	static const struct frames_case udp = {
		.l4 = IPPROTO_UDP,
		.port = 2049,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_C2S, LOOKUP), SAYS(GZ_S2C, FOUND) },
		.want = { "rpc.pdu 0 108, rpc.creds 24 32, nfs.pdu 64 44",
				"rpc.pdu 0 68, rpc.hdr 0 8, rpc.data 8 60, nfs.pdu 24 44, "
				"nfs.status 24 4" },
	};

	check(&c);
	check(&udp);
}

static void
lines_and_messages_of_smtp_are_frames_of_their_mails(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 25,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_S2C, "220 a ESMTP\r\n"),
				SAYS(GZ_C2S, "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"),
				SAYS(GZ_S2C, "250 1\r\n250 2\r\n354 go\r\n"),
				SAYS(GZ_C2S,
						"Subject: x\r\n\r\n..one\r\n.\r\nMAIL FROM:<c>\r\nBDAT 5\r\nhello"
						"BDAT 3 LAST\r\nyou"),
				SAYS(GZ_S2C, "250 3\r\n250 4\n250-5\r\n250 6\r\n"),
				SAYS(GZ_C2S, "QUIT\r\n") },
		.want = { "command_line 0 15, command_line 15 13, command_line 28 6, data 34 21 tx 0, "
			  "command_line 58 15, command_line 73 8, data 81 5 tx 1, "
			  "command_line 86 13, data 99 3 tx 1, command_line 102 6",
				"response_line 0 13, response_line 13 7 tx 0, response_line 20 7 tx 0, "
				"response_line 27 8 tx 0, response_line 35 7 tx 0, "
				"response_line 42 6 tx 1, response_line 48 7 tx 1, "
				"response_line 55 7 tx 1" },
	};

	check(&c);
}

#define ENIP_HEADER(command, len)                                                             \
	command "\x00" len "\x00\x09\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00" \
		"\x00\x00\x00\x00\x00"

static void
messages_of_enip_their_items_and_cip_in_them_are_frames(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 44818,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_C2S, ENIP_HEADER("\x63", "\x00")),
				SAYS(GZ_C2S,
						ENIP_HEADER("\x6f",
								"\x16") "\0\0\0\0\0\0\x02\0\0\0\0\0\xb2\0\x06\0"
									"\x10\x02\x20\xf6\x24\x01"),
				SAYS(GZ_C2S,
						ENIP_HEADER("\x70",
								"\x16") "\0\0\0\0\0\0\x01\0\xb1\0\x0a\0\x05\0"
									"\x10\x03\x20\xf6\x24\x01\x30\x06") },
		.want = { "pdu 0 24, hdr 0 24, pdu 24 46, hdr 24 24, data 48 22, enip_item 56 4, "
			  "enip_item 60 10, cip 64 6, pdu 70 46, hdr 70 24, data 94 22, "
			  "enip_item 102 14, cip 108 8",
				"" },
	};

	check(&c);
}

#define H2_FRAME(len, type, flags) "\0\0" len type flags "\0\0\0\0"

static void
frames_of_http2_are_frames(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 80,
		.needs = GZ_NEEDS_FRAMES,
		.says = { SAYS(GZ_C2S,
					  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" H2_FRAME("\x06",
							  "\x04",
							  "\0") "\0\x03\0\0\0\x64" H2_FRAME("\0",
							  "\x04", "\x01")),
				SAYS(GZ_S2C, H2_FRAME("\0", "\x04", "\0")) },
		.want = { "pdu 24 15, hdr 24 9, data 33 6, pdu 39 9, hdr 39 9",
				"pdu 0 9, hdr 0 9" },
	};

	check(&c);
}

static void
a_stream_begins_with_its_protocol_and_ends_at_a_switch(void **state)
{
	static const struct frames_case c = {
		.l4 = IPPROTO_TCP,
		.port = 25,
		.needs = GZ_NEEDS_FRAMES | GZ_NEEDS_STREAMS,
		.says = { SAYS(GZ_S2C, "220 a ESMTP\r\n"), SAYS(GZ_C2S, "STARTTLS\r\n"),
				SAYS(GZ_S2C, "220 go\r\n"),
				SAYS(GZ_C2S, "\x16\x03\x01\0\x04\x01\0\0\0") },
		.want = { "stream 0 10, command_line 0 10, stream 10 +, pdu 10 9, hdr 10 5, data 15 4",
				"stream 0 +, response_line 0 13, response_line 13 8" },
	};
	static const struct frames_case none = {
		.l4 = IPPROTO_UDP,
		.port = 53,
		.needs = GZ_NEEDS_FRAMES | GZ_NEEDS_STREAMS,
		.says = { SAYS(GZ_C2S, "\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1") },
		.want = { "pdu 0 19", "" },
	};

	check(&c);
	check(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_turn_of_rfb_is_a_frame),
		cmocka_unit_test(calls_of_nfs_and_the_rpc_around_them_are_frames),
		cmocka_unit_test(lines_and_messages_of_smtp_are_frames_of_their_mails),
		cmocka_unit_test(messages_of_enip_their_items_and_cip_in_them_are_frames),
		cmocka_unit_test(frames_of_http2_are_frames),
		cmocka_unit_test(a_stream_begins_with_its_protocol_and_ends_at_a_switch),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
