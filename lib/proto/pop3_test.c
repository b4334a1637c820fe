/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

static void
commands_find_their_responses(void **state)
{
	static const struct proto_case c = {
		.port = 1110,
		.says = { SAY(GZ_S2C, "+OK ready\r\n"),
				SAY(GZ_C2S, "USER me\r\npass a b\r\nCAPA\r\n"),
				SAY(GZ_S2C, "+OK\r\n-ERR no\r\n+OK list\r\nTOP\r\n..x\r\n.\r\n"),
				SAY(GZ_C2S, "LIST 1\r\nTOP 1 0\r\nQUIT\r\n"),
				SAY(GZ_S2C, "+OK 1 5\r\n+OK\r\nSubject: +OK\r\n.\r\n") },
		.events = { "pop3 0 {\"pop3\":{\"response\":{\"success\":true,\"status\":\"OK\","
			    "\"header\":\"ready\"}}}",
				"pop3 2 {\"pop3\":{\"request\":{\"command\":\"PASS\",\"args\":[\"a\",\"b\"]},"
				"\"response\":{\"success\":false,\"status\":\"ERR\",\"header\":\"no\"}}}",
				"\"data\":[\"TOP\",\".x\"]",
				"pop3 4 {\"pop3\":{\"request\":{\"command\":\"LIST\",\"args\":[\"1\"]},"
				"\"response\":{\"success\":true,\"status\":\"OK\",\"header\":\"1 5\"}}}",
				"pop3 6 {\"pop3\":{\"request\":{\"command\":\"QUIT\"}}}" },
		.no_events = { "anomaly", "pop3 7" },
	};

	case_run(&c);
}

static void
what_answers_a_challenge_is_no_command(void **state)
{
	static const struct proto_case c = {
		.port = 110,
		.says = { SAY(GZ_C2S, "AUTH PLAIN\r\n"), SAY(GZ_S2C, "+ \r\n"),
				SAY(GZ_C2S, "QUIT\r\n"), SAY(GZ_S2C, "+OK in\r\n") },
		.events = { "pop3 0 {\"pop3\":{\"request\":{\"command\":\"AUTH\",\"args\":[\"PLAIN\"]},"
			    "\"response\":{\"success\":true,\"status\":\"OK\",\"header\":\"\"}}}",
				"pop3 1 {\"pop3\":{\"request\":{\"command\":\"<SASL DATA>\"},"
				"\"response\":{\"success\":true,\"status\":\"OK\",\"header\":\"in\"}}}" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
odd_commands_are_noted(void **state)
{
	static const struct proto_case c = {
		.port = 110,
		.says = { SAY(GZ_C2S, "STAT 1\r\nFOO\r\n") },
		.events = { "incorrect_argument_count", "unknown_command" },
	};
	static char line[1000];
	struct feeder f;

	case_run(&c);
	memset(line, 'a', sizeof(line) - 1);
	memcpy(line, "USER ", 5);
	feeder_init(&f, IPPROTO_TCP, 110);
	feeder_say_str(&f, GZ_C2S, line);
	feeder_say_str(&f, GZ_C2S, line);
	feeder_say_str(&f, GZ_C2S, "\r\nNOOP\r\n");
	memcpy(line, "+OK  ", 5);
	feeder_say_str(&f, GZ_S2C, line);
	feeder_say_str(&f, GZ_S2C, "\r\n+OK fine\r\n");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "request_too_long"));
	assert_non_null(strstr(f.events, "response_too_long"));
	assert_non_null(strstr(f.events,
			"\"command\":\"NOOP\"},\"response\":{\"success\":true,\"status\":\"OK\","
			"\"header\":\"fine\""));
	feeder_fini(&f);
}

static void
an_empty_line_is_a_response_without_status(void **state)
{
	static const struct proto_case c = {
		.port = 110,
		.says = { SAY(GZ_C2S, "NOOP\r\n"), SAY(GZ_S2C, "\r\n"), SAY(GZ_C2S, "\r\n") },
		.events = { "\"command\":\"NOOP\"},\"response\":{\"success\":false,\"status\":\"ERR\","
			    "\"header\":\"\"}",
				"unknown_command" },
	};

	case_run(&c);
}

static void
after_stls_it_is_tls(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 110);
	feeder_say_str(&f, GZ_C2S, "STLS\r\n");
	assert_string_equal(gz_app_name(&f.flow), "pop3");
	feeder_say_str(&f, GZ_S2C, "+OK\r\n");
	feeder_say(&f, GZ_C2S, gz_span("\x16\3\1\0\x4\1\0\0\0", 9));
	assert_string_equal(gz_app_name(&f.flow), "tls");
	feeder_end(&f);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_find_their_responses),
		cmocka_unit_test(what_answers_a_challenge_is_no_command),
		cmocka_unit_test(odd_commands_are_noted),
		cmocka_unit_test(an_empty_line_is_a_response_without_status),
		cmocka_unit_test(after_stls_it_is_tls),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
