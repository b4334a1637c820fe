/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

/* "\0\4MQTT", version, flags, keep alive, properties (5), identifier "me", will, name, password */
#define CONNECT_311 "\x10\x28\0\4MQTT\4\xc6\0\x3c\0\2me\0\4last\0\4word\0\4user\0\6secret"
#define CONNECT_5 "\x10\x12\0\4MQTT\5\2\0\x3c\3\x21\0\x14\0\2me"
#define CONNACK_311 "\x20\2\1\0"
#define CONNACK_5 "\x20\6\0\0\3\x22\0\x0a"

static void
a_connection_is_introduced(void **state)
{
	static const struct proto_case c = {
		.port = 9999,
		.says = { SAY(GZ_C2S, CONNECT_311), SAY(GZ_S2C, CONNACK_311) },
		.wants = {
			{ "mqtt.connect.protocol_string", GZ_C2S, 0, 0, "MQTT", 0 },
			{ "mqtt.connect.clientid", GZ_C2S, 0, 0, "me", 0 },
			{ "mqtt.connect.willtopic", GZ_C2S, 0, 0, "last", 0 },
			{ "mqtt.connect.willmessage", GZ_C2S, 0, 0, "word", 0 },
			{ "mqtt.connect.username", GZ_C2S, 0, 0, "user", 0 },
			{ "mqtt.connect.password", GZ_C2S, 0, 0, "secret", 0 },
			{ "mqtt.publish.topic", GZ_C2S, 0, 0, NULL, 0 },
		},
		.events = { "\"connack\":{\"qos\":0,\"retain\":false,\"dup\":false,"
			    "\"session_present\":true,\"return_code\":0}",
			"\"will\":{\"topic\":\"last\",\"message\":\"word\"}" },
		.no_events = { "anomaly", "mqtt 1" },
	};

	case_run(&c);
}

static void
what_acknowledges_belongs_to_its_publish(void **state)
{
	static const struct proto_case c = {
		.port = 1883,
		.says = { SAY(GZ_C2S, CONNECT_5), SAY(GZ_S2C, CONNACK_5),
			SAY(GZ_C2S, "\x34\x0a\0\1t\0\7\0good\x34\x0a\0\1u\0\x8\0evil"),
			SAY(GZ_S2C, "\x50\2\0\x8\x50\2\0\7"), SAY(GZ_C2S, "\x62\3\0\7\x92"),
			SAY(GZ_S2C, "\x70\2\0\7\x30\6\0\1s\0hi") },
		.wants = {
			{ "mqtt.publish.topic", GZ_C2S, 1, 0, "t", 0 },
			{ "mqtt.publish.message", GZ_C2S, 1, 0, "good", 0 },
			{ "mqtt.publish.message", GZ_C2S, 2, 0, "evil", 0 },
			{ "mqtt.publish.message", GZ_S2C, 3, 0, "hi", 0 },
		},
		.events = { "mqtt 1 {\"mqtt\":{\"publish\":{\"qos\":2",
			"\"pubrel\":{\"qos\":1,\"retain\":false,\"dup\":false,\"message_id\":7,"
			"\"reason_code\":146},\"pubcomp\":",
			"\"properties\":{\"receive_maximum\":20}",
			"mqtt 3 {\"mqtt\":{\"publish\":{\"qos\":0" },
		.no_events = { "anomaly", "mqtt 4" },
	};

	case_run(&c);
}

static void
each_topic_of_a_subscription_is_seen(void **state)
{
	static const struct proto_case c = {
		.port = 1883,
		.says = { SAY(GZ_C2S, CONNECT_311), SAY(GZ_S2C, CONNACK_311),
			SAY(GZ_C2S, "\x82\x0a\0\1\0\1a\0\0\1b\2"), SAY(GZ_S2C, "\x90\4\0\1\0\x80"),
			SAY(GZ_C2S, "\xa2\5\0\2\0\1a"), SAY(GZ_S2C, "\xb0\2\0\2"),
			SAY(GZ_C2S, "\xc0\0"), SAY(GZ_S2C, "\xd0\0"), SAY(GZ_C2S, "\xe0\0") },
		.wants = {
			{ "mqtt.subscribe.topic", GZ_C2S, 1, 0, "a", 0 },
			{ "mqtt.subscribe.topic", GZ_C2S, 1, 1, "b", 0 },
			{ "mqtt.subscribe.topic", GZ_C2S, 1, 2, NULL, 0 },
			{ "mqtt.unsubscribe.topic", GZ_C2S, 2, 0, "a", 0 },
		},
		.events = { "\"topics\":[{\"topic\":\"a\",\"qos\":0},{\"topic\":\"b\",\"qos\":2}]",
			"\"qos_granted\":[0,128]", "\"topics\":[\"a\"]", "\"pingreq\"", "\"pingresp\"",
			"\"disconnect\"" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
messages_out_of_place_are_noted(void **state)
{
	static const struct proto_case c = {
		.port = 1883,
		.says = { SAY(GZ_C2S, "\x30\4\0\1tx"), SAY(GZ_S2C, CONNACK_311),
				SAY(GZ_C2S,
						CONNECT_311 CONNECT_311
						"\x36\6\0\1t\0\1x\x82\4\0\1a\0"),
				SAY(GZ_S2C, "\x40\2\0\5\x90\3\0\5\0\xb0\2\0\5"),
				SAY(GZ_C2S, "\x80\4\0\1a\0\0\0") },
		.events = { "unintroduced_message", "missing_connect", "double_connect",
				"invalid_qos_level", "missing_publish", "missing_subscribe",
				"missing_unsubscribe", "missing_msg_id", "unassigned_msg_type",
				"malformed_traffic" },
	};

	case_run(&c);
}

static void
properties_longer_than_their_message_are_malformed(void **state)
{
	static const struct proto_case c = {
		.port = 1883,
		.says = { SAY(GZ_C2S, "\x10\x12\0\4MQTT\5\2\0\x3c\x7f\x21\0\x14\0\2me"),
				SAY(GZ_S2C, CONNACK_5), SAY(GZ_C2S, "\x30\5\0\1t\0x") },
		.wants = { { "mqtt.publish.message", GZ_C2S, 2, 0, "x", 0 } },
		.events = { "\"event\":\"malformed_traffic\"" },
	};

	case_run(&c);
}

static void
a_message_too_long_is_passed_over(void **state)
{
	static const uint8_t head[] = { 0x30, 0x80, 0x80, 0x40 }; /* 1 MiB */
	static uint8_t block[1 << 14];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 1883);
	feeder_say(&f, GZ_C2S, gz_span(CONNECT_311, sizeof(CONNECT_311) - 1));
	feeder_say(&f, GZ_S2C, gz_span(CONNACK_311, sizeof(CONNACK_311) - 1));
	feeder_say(&f, GZ_C2S, gz_span(head, sizeof(head)));
	for (uint32_t i = 0; i < 32; i++)
		feeder_say(&f, GZ_C2S, gz_span(block, sizeof(block)));
	feeder_gap(&f, GZ_C2S, 32 * sizeof(block));
	feeder_say(&f, GZ_C2S, gz_span("\x30\4\0\1tx", 6));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"truncated\":true,\"skipped_length\":1048576"));
	assert_non_null(strstr(f.events, "\"topic\":\"t\",\"message\":\"x\""));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_introduced),
		cmocka_unit_test(what_acknowledges_belongs_to_its_publish),
		cmocka_unit_test(each_topic_of_a_subscription_is_seen),
		cmocka_unit_test(messages_out_of_place_are_noted),
		cmocka_unit_test(properties_longer_than_their_message_are_malformed),
		cmocka_unit_test(a_message_too_long_is_passed_over),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
