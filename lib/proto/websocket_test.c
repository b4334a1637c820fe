/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define ASK                                                                       \
	SAY(GZ_C2S,                                                               \
			"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n" \
			"Connection: Upgrade\r\n\r\n")
#define AGREE                                                                        \
	SAY(GZ_S2C,                                                                  \
			"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
			"Connection: Upgrade\r\n\r\n")

/* clang-format off */
/* RFC 6455 section 5.7: "Hello" masked, and in two frames with a ping between them. */
static const struct proto_case frames = {
	.port = 80,
	.says = {
		ASK, AGREE,
		SAY(GZ_C2S, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
		SAY(GZ_S2C, "\x01\x03Hel\x89\x05" "Hello\x80\x02lo"),
		SAY(GZ_C2S, "\x88\x80\0\0\0\0"),
	},
	.wants = {
		{ "websocket.payload", GZ_C2S, 0, 0, "Hello", 0 },
		{ "websocket.payload", GZ_S2C, 1, 0, "Hel", 0 },
		{ "websocket.payload", GZ_S2C, 2, 0, "Hello", 0 },
		{ "websocket.payload", GZ_S2C, 3, 0, "Hello", 0 },
		{ "websocket.payload", GZ_C2S, 4, 0, NULL, 0 },
	},
	.events = {
		"websocket 0 {\"websocket\":{\"fin\":true,\"mask\":939139389,\"opcode\":\"text\"}}",
		"websocket 1 {\"websocket\":{\"fin\":false,\"opcode\":\"text\"}}",
		"websocket 2 {\"websocket\":{\"fin\":true,\"opcode\":\"ping\"}}",
		"websocket 3 {\"websocket\":{\"fin\":true,\"opcode\":\"continuation\"}}",
		"websocket 4 {\"websocket\":{\"fin\":true,\"mask\":0,\"opcode\":\"connection_close\"}}",
	},
	.no_events = { "anomaly" },
};

/* RFC 7692 section 7.2.3: "Hello", again from the window of the first, and in two frames. */
static const struct proto_case compressed = {
	.port = 80,
	.says = {
		ASK, AGREE,
		SAY(GZ_S2C, "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
			"\xc1\x05\xf2\x00\x11\x00\x00"
			"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00"),
	},
	.wants = {
		{ "websocket.payload", GZ_S2C, 0, 0, "Hello", 0 },
		{ "websocket.payload", GZ_S2C, 1, 0, "Hello", 0 },
		{ "websocket.payload", GZ_S2C, 3, 0, "Hello", 0 },
	},
	.no_events = { "anomaly" },
};
/* clang-format on */

static void
messages_are_put_together_without_mask(void **state)
{
	case_run(&frames);
}

static void
compressed_messages_are_read(void **state)
{
	case_run(&compressed);
}

/** More of a message than is kept is passed over, and told. */
static void
endless_messages_are_borne(void **state)
{
	static const char block[4096];
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 101 ok\r\nUpgrade: websocket\r\n\r\n");
	feeder_say(&f, GZ_S2C, GZ_SPAN("\x82\x7f\0\0\0\1\0\0\0\0"));
	for (i = 0; i < 40; i++)
		feeder_say(&f, GZ_S2C, gz_span(block, sizeof(block)));
	assert_false(f.failed);
	feeder_end(&f);
	assert_non_null(strstr(f.events, "skip_end_of_payload"));
	feeder_fini(&f);
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
		cmocka_unit_test(messages_are_put_together_without_mask),
		cmocka_unit_test(compressed_messages_are_read),
		cmocka_unit_test(endless_messages_are_borne),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
