/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define C2S GZ_C2S
#define S2C GZ_S2C

static const struct proto_case session = {
	.port = 2121,
	.says = {
		SAY(GZ_S2C, "220-Welcome\r\n220-220 is no end\r\n220 ready\r\n"),
		SAY(GZ_C2S, "USER bob\r\n"),
		SAY(GZ_S2C, "331 Please\r\n"),
		SAY(GZ_C2S, "PASS secret word\r\nRETR early\r\nEPSV\r\nRETR a b.txt\r\n"),
		SAY(GZ_S2C, "230 in\r\n425 no\r\n229 Entering (|||1234|)\r\n150 Here\r\n226 Done\r\n"),
		SAY(GZ_C2S, "PORT 10,0,0,1,4,5\r\n"),
	},
	.wants = {
		{ "ftp.completion_code", S2C, 0, 0, "220" },
		{ "ftp.reply", S2C, 0, 1, "220 is no end" },
		{ "ftp.reply", S2C, 0, 2, "ready" },
		{ "ftp.command", C2S, 0, 0, NULL },
		{ "ftp.command", C2S, 1, 0, "USER" },
		{ "ftp.command_data", C2S, 1, 0, "bob" },
		{ "ftp.reply", S2C, 1, 0, "Please" },
		{ "ftp.command_data", C2S, 2, 0, "secret word" },
		{ "ftp.completion_code", S2C, 3, 0, "425" },
		{ "ftp.command_data", C2S, 5, 0, "a b.txt" },
		{ "ftp.completion_code", S2C, 5, 0, "150" },
		{ "ftp.completion_code", S2C, 5, 1, "226" },
		{ "ftp.command", C2S, 6, 0, "PORT" },
	},
	.events = {
		"ftp 0 {\"ftp\":{\"completion_code\":[\"220\",\"220\",\"220\"],"
		"\"reply\":[\"Welcome\",\"220 is no end\",\"ready\"],\"reply_received\":\"yes\",\"reply_truncated\":false}}",
		"ftp 1 {\"ftp\":{\"command\":\"USER\",\"command_data\":\"bob\",\"command_truncated\":false,"
		"\"completion_code\":[\"331\"],\"reply\":[\"Please\"]",
		"file_before_port",
		"\"dynamic_port\":1234,\"mode\":\"passive\"",
		"\"dynamic_port\":1029,\"mode\":\"active\",\"reply_received\":\"no\"",
	},
};

static void
commands_and_replies_are_read(void **state)
{
	case_run(&session);
}

static void
address(struct gz_flow *f, enum gz_dir dir, uint8_t last)
{
	const uint8_t v4[4] = { 10, 0, 0, last };

	f->addr[dir] = gz_addr_v4(v4);
}

/** A control connection that ends in @p says, then its data connection. */
static void
transfer(const char *says, const char *replies, bool active, uint16_t port, enum gz_dir from,
		const char *expect)
{
	struct feeder control, data;

	feeder_init(&control, IPPROTO_TCP, 21);
	address(&control.flow, GZ_C2S, 1);
	address(&control.flow, GZ_S2C, 2);
	control.flow.last_us = 1000;
	control.flow.id = 77;
	feeder_say_str(&control, GZ_S2C, "220 hi\r\n");
	feeder_say_str(&control, GZ_C2S, says);
	feeder_say_str(&control, GZ_S2C, replies);
	feeder_say_str(&control, GZ_C2S, "RETR file.txt\r\n");

	feeder_init(&data, IPPROTO_TCP, port);
	address(&data.flow, GZ_C2S, active ? 2 : 1);
	address(&data.flow, GZ_S2C, active ? 1 : 2);
	data.flow.last_us = 2000;
	feeder_say_str(&data, from, "GET / HTTP/1.1\r\n\r\n");
	feeder_close(&data);
	if (expect == NULL)
		assert_null(strstr(data.events, "ftp_data"));
	else
		assert_non_null(strstr(data.events, expect));
	assert_int_equal(data.flow.parent_id, expect == NULL ? 0 : 77);
	feeder_fini(&data);
	feeder_fini(&control);
}

static void
a_data_connection_is_known_by_what_announced_it(void **state)
{
	static const char told[] =
			"ftp_data 0 {\"ftp_data\":{\"filename\":\"file.txt\",\"command\":\"RETR\"}}";

	transfer("PASV\r\n", "227 Entering Passive Mode (10,0,0,2,82,9).\r\n", false, 21001, GZ_S2C,
			told);
	transfer("EPSV\r\n", "229 Ok (|||21002|)\r\n", false, 21002, GZ_S2C, told);
	transfer("PORT 10,0,0,1,174,127\r\n", "200 ok\r\n", true, 44671, GZ_C2S, told);
	transfer("EPRT |1|10.0.0.1|5000|\r\n", "200 ok\r\n", true, 5000, GZ_C2S, told);
	transfer("PASV\r\n", "227 Entering Passive Mode (10,0,0,2,82,9).\r\n", false, 21003, GZ_S2C,
			NULL);
	transfer("PASV\r\n", "500 no\r\n", false, 21004, GZ_S2C, NULL);
}

static void
a_file_in_transfer_is_seen(void **state)
{
	struct feeder control, data;
	struct gz_value v;
	struct gz_tx *tx;

	feeder_init(&control, IPPROTO_TCP, 21);
	feeder_say_str(&control, GZ_C2S, "USER x\r\nPORT 0,0,0,0,1,0\r\nSTOR up.bin\r\n");
	feeder_init(&data, IPPROTO_TCP, 256);
	feeder_say_str(&data, GZ_S2C, "con");
	feeder_say_str(&data, GZ_S2C, "tent");
	tx = TAILQ_FIRST(&data.flow.app->txs);
	assert_true(feeder_tx_value(tx, "file.data", GZ_S2C, 0, &v));
	assert_int_equal(v.len, 7);
	assert_memory_equal(v.p, "content", 7);
	assert_true(feeder_tx_value(tx, "file.name", GZ_S2C, 0, &v));
	assert_memory_equal(v.p, "up.bin", 6);
	feeder_gap(&data, GZ_S2C, 3);
	feeder_close(&data);
	assert_non_null(strstr(data.events,
			"\"filename\":\"up.bin\",\"gaps\":true,"
			"\"state\":\"TRUNCATED\",\"stored\":false,\"size\":10"));
	feeder_fini(&data);
	feeder_fini(&control);
}

static void
auth_tls_goes_over_to_tls(void **state)
{
	static const struct proto_case c = {
		.port = 2121,
		.says = {
			SAY(GZ_S2C, "220 hi\r\n"),
			SAY(GZ_C2S, "AUTH TLS\r\n"),
			SAY(GZ_S2C, "234 go\r\n"),
			SAY(GZ_C2S, "GET / HTTP/1.1\r\n\r\n"),
		},
		.wants = { { "http.uri", C2S, 0, 0, "/" } },
		.events = { "APPLAYER_UNEXPECTED_PROTOCOL" },
	};

	case_run(&c);
}

static void
endless_lines_and_replies_are_borne(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 21);
	feeder_say_str(&f, GZ_C2S, "RETR ");
	for (i = 0; i < 10000; i++)
		feeder_say_str(&f, GZ_C2S, "0123456789");
	feeder_say_str(&f, GZ_C2S, "\r\nNOOP\r\n");
	for (i = 0; i < 10000; i++)
		feeder_say_str(&f, GZ_S2C, "220-more\r\n");
	for (i = 0; i < 10000; i++)
		feeder_say_str(&f, GZ_S2C, "0123456789");
	assert_non_null(strstr(f.events, "request_command_too_long"));
	assert_non_null(strstr(f.events, "response_command_too_long"));
	assert_int_equal(f.flow.app->nb_txs, 2);
	for (i = 0; i < 1000; i++)
		feeder_say_str(&f, GZ_C2S, "NOOP\r\n");
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_and_replies_are_read),
		cmocka_unit_test(a_data_connection_is_known_by_what_announced_it),
		cmocka_unit_test(a_file_in_transfer_is_seen),
		cmocka_unit_test(auth_tls_goes_over_to_tls),
		cmocka_unit_test(endless_lines_and_replies_are_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
