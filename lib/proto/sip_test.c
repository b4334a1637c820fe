/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

#define INVITE                                                                       \
	"INVITE sip:bob@biloxi.example SIP/2.0\r\nv: SIP/2.0/UDP pc33;branch=z9\r\n" \
	"f: Alice <sip:alice@a.example>\r\nTo: Bob\r\n <sip:bob@b.example>\r\n"      \
	"t: <sip:eve@e.example>\r\nUser-Agent: phone 1\r\nc: application/sdp\r\n"    \
	"Content-Length: 99\r\n\r\n"                                                 \
	"v=0\r\no=alice 1 1 IN IP4 h\r\ns=call\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"    \
	"m=audio 9 RTP/AVP 0\r\na=sendrecv\r\nk=x\r\n"

static const struct proto_case tcp = {
	.port = 4711,
	.says = { SAY(GZ_C2S, INVITE "\r\n" INVITE), SAY(GZ_S2C, "SIP/2.0 180 Ringing now\r\n\r\n"),
		SAY(GZ_S2C, "BYE sip:alice SIP/2.0\r\nl:0\r\n\r\n") },
	.wants = {
		{ "sip.method", GZ_C2S, 0, 0, "INVITE", 0 },
		{ "sip.uri", GZ_C2S, 0, 0, "sip:bob@biloxi.example", 0 },
		{ "sip.request_line", GZ_C2S, 1, 0, "INVITE sip:bob@biloxi.example SIP/2.0", 0 },
		{ "sip.protocol", GZ_C2S, 0, 0, "SIP/2.0", 0 },
		{ "sip.stat_code", GZ_C2S, 0, 0, NULL, 0 },
		{ "sip.from", GZ_C2S, 0, 0, "Alice <sip:alice@a.example>", 0 },
		{ "sip.to", GZ_C2S, 0, 0, "Bob\r\n <sip:bob@b.example>", 0 },
		{ "sip.to", GZ_C2S, 0, 1, "<sip:eve@e.example>", 0 },
		{ "sip.to", GZ_C2S, 0, 2, NULL, 0 },
		{ "sip.via", GZ_C2S, 0, 0, "SIP/2.0/UDP pc33;branch=z9", 0 },
		{ "sip.user_agent", GZ_C2S, 0, 0, "phone 1", 0 },
		{ "sip.content_type", GZ_C2S, 0, 0, "application/sdp", 0 },
		{ "sip.content_length", GZ_C2S, 0, 0, "99", 0 },
		{ "sdp.origin", GZ_C2S, 1, 0, "alice 1 1 IN IP4 h", 0 },
		{ "sdp.session_name", GZ_C2S, 1, 0, "call", 0 },
		{ "sdp.media_description.media", GZ_C2S, 1, 0, "audio 9 RTP/AVP 0", 0 },
		{ "sdp.media_description.encryption_key", GZ_C2S, 1, 0, "x", 0 },
		{ "sdp.encryption_key", GZ_C2S, 1, 0, NULL, 0 },
		{ "sip.stat_code", GZ_S2C, 2, 0, "180", 0 },
		{ "sip.stat_msg", GZ_S2C, 2, 0, "Ringing now", 0 },
		{ "sip.response_line", GZ_S2C, 2, 0, "SIP/2.0 180 Ringing now", 0 },
		{ "sip.method", GZ_S2C, 3, 0, "BYE", 0 },
	},
	.events = { "sip 0 {\"sip\":{\"method\":\"INVITE\"", "sip 1 {",
		"\"media_descriptions\":[{\"media\":\"audio 9 RTP/AVP 0\"", "\"code\":\"180\"",
		"sip 3 {" },
	.no_events = { "anomaly", "sip 4 {" },
};

static void
messages_of_a_stream_end_where_they_say(void **state)
{
	case_run(&tcp);
}

static void
a_datagram_is_a_message(void **state)
{
	struct proto_case c = tcp;

	c.l4 = IPPROTO_UDP;
	c.says[0] = (struct proto_say)SAY(GZ_C2S, INVITE);
	c.says[1] = (struct proto_say)SAY(GZ_C2S, INVITE);
	c.says[2] = (struct proto_say)SAY(GZ_S2C, "SIP/2.0 180 Ringing now\r\n\r\n");
	c.says[3] = (struct proto_say)SAY(GZ_S2C, "BYE sip:alice SIP/2.0");
	case_run(&c);
}

static void
what_is_not_sip_on_a_sip_stream_is_noted(void **state)
{
	static const struct proto_case c = {
		.port = 5060,
		.says = { SAY(GZ_C2S, INVITE "GET / HTTP/1.1\r\n\r\n") },
		.events = { "sip 0 {", "\"event\":\"invalid_data\"" },
	};

	case_run(&c);
}

static void
a_header_without_colon_is_noted_and_passed_over(void **state)
{
	static const struct proto_case c = {
		.port = 5060,
		.says = { SAY(GZ_C2S, "ACK sip:a SIP/2.0\r\nnonsense\r\nFrom: x\r\n\r\n") },
		.wants = { { "sip.from", GZ_C2S, 0, 0, "x", 0 } },
		.events = { "\"event\":\"invalid_data\"", "\"method\":\"ACK\"" },
	};

	case_run(&c);
}

static void
a_body_that_is_cut_off_is_noted(void **state)
{
	static const struct proto_case c = {
		.port = 5060,
		.says = { SAY(GZ_C2S, "MESSAGE sip:a SIP/2.0\r\nl: 10\r\n\r\nshort") },
		.events = { "\"event\":\"incomplete_data\"", "\"method\":\"MESSAGE\"" },
	};

	case_run(&c);
}

static void
the_rest_of_a_long_body_is_passed_over(void **state)
{
	static uint8_t block[1 << 14];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 5060);
	feeder_say_str(&f, GZ_C2S, "PUBLISH sip:a SIP/2.0\r\nl: 65536\r\n\r\n");
	feeder_say(&f, GZ_C2S, gz_span(block, sizeof(block)));
	feeder_say(&f, GZ_C2S, gz_span(block, sizeof(block)));
	feeder_gap(&f, GZ_C2S, sizeof(block));
	feeder_say(&f, GZ_C2S, gz_span(block, sizeof(block)));
	feeder_say_str(&f, GZ_C2S, "REFER sip:b SIP/2.0\r\n\r\n");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "sip 0 {\"sip\":{\"method\":\"PUBLISH\""));
	assert_non_null(strstr(f.events, "sip 1 {\"sip\":{\"method\":\"REFER\""));
	assert_null(strstr(f.events, "anomaly"));
	feeder_fini(&f);
}

static uint64_t
counted(const struct gz_stat_block *b, const char *name)
{
	int row = gz_stat_find(name);

	assert_true(row >= 0);
	return gz_stat_block_get(b, (uint32_t)row);
}

static void
flows_transactions_and_failures_are_counted_by_protocol(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("test");
	struct feeder f;

	assert_non_null(b);
	gz_stat_block_use(b);
	feeder_init(&f, IPPROTO_TCP, 5060);
	feeder_say_str(&f, GZ_C2S, "ACK sip:a SIP/2.0\r\n\r\nnonsense\r\n\r\n");
	feeder_end(&f);
	feeder_fini(&f);
	feeder_init(&f, IPPROTO_TCP, 5060);
	feeder_say_str(&f, GZ_C2S, "ACK sip:a SIP/2.0\r\n\r\n");
	feeder_gap(&f, GZ_C2S, 9);
	feeder_end(&f);
	feeder_fini(&f);
	assert_int_equal(counted(b, "app_layer.flow.sip_tcp"), 2);
	assert_int_equal(counted(b, "app_layer.flow.sip_udp"), 0);
	assert_int_equal(counted(b, "app_layer.tx.sip_tcp"), 3);
	assert_int_equal(counted(b, "app_layer.error.sip_tcp.parser"), 1);
	assert_int_equal(counted(b, "app_layer.error.sip_tcp.gap"), 1);
	assert_true(gz_stat_find("app_layer.flow.mqtt") >= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_of_a_stream_end_where_they_say),
		cmocka_unit_test(a_datagram_is_a_message),
		cmocka_unit_test(what_is_not_sip_on_a_sip_stream_is_noted),
		cmocka_unit_test(a_header_without_colon_is_noted_and_passed_over),
		cmocka_unit_test(a_body_that_is_cut_off_is_noted),
		cmocka_unit_test(the_rest_of_a_long_body_is_passed_over),
		cmocka_unit_test(flows_transactions_and_failures_are_counted_by_protocol),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
