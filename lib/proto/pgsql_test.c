/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

/* clang-format off */
#define SSL_REQUEST "\x0\x0\x0\x8\x4\xd2\x16/"
#define STARTUP "\x0\x0\x0\x1d\x0\x3\x0\x0user\x0me\x0\x64\x61tabase\x0\x64\x62\x0\x0"
#define ASK_MD5 "R\x0\x0\x0\xc\x0\x0\x0\x5salt"
#define PASSWORD "p\x0\x0\x0\x9md5x\x0"
#define WELCOME "R\x0\x0\x0\x8\x0\x0\x0\x0S\x0\x0\x0\x12\x44\x61teStyle\x0ISO\x0S\x0\x0\x0\x15is_superuser\x0off\x0K\x0\x0\x0\xc\x0\x0\x0\x7\x0\x0\x0\x9Z\x0\x0\x0\x5I"
#define QUERY "Q\x0\x0\x0\xdSELECT 1\x0"
#define ROWS "T\x0\x0\x0\x1a\x0\x1x\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x0\x44\x0\x0\x0\x11\x0\x2\x0\x0\x0\x3\x61\x62\x63\xff\xff\xff\xff\x43\x0\x0\x0\xdSELECT 1\x0Z\x0\x0\x0\x5I"
#define EXTENDED "P\x0\x0\x0\x12s\x0SELECT $1\x0\x0\x0\x42\x0\x0\x0\xd\x0s\x0\x0\x0\x0\x0\x0\x0\x45\x0\x0\x0\x9\x0\x0\x0\x0\x0S\x0\x0\x0\x4"
#define ERROR "1\x0\x0\x0\x4\x45\x0\x0\x0\x1eSERROR\x0VERROR\x0\x43\x34\x32\x36\x30\x31\x0Mno\x0\x0Z\x0\x0\x0\x5I"
#define COPY "Q\x0\x0\x0\x16\x43OPY t FROM STDIN\x0"
#define COPY_IN "G\x0\x0\x0\xb\x0\x0\x2\x0\x0\x0\x0"
#define COPY_DATA "d\x0\x0\x0\x8\x31\x9\x32\xa\x63\x0\x0\x0\x4"
#define COPIED "C\x0\x0\x0\xb\x43OPY 1\x0Z\x0\x0\x0\x5I"
#define BYE "X\x0\x0\x0\x4"
/* clang-format on */

static void
a_session_is_told_question_by_question(void **state)
{
	static const struct proto_case c = {
		.port = 15432,
		.says = { SAY(GZ_C2S, STARTUP), SAY(GZ_S2C, ASK_MD5), SAY(GZ_C2S, PASSWORD),
			SAY(GZ_S2C, WELCOME), SAY(GZ_C2S, QUERY), SAY(GZ_S2C, ROWS),
			SAY(GZ_C2S, EXTENDED), SAY(GZ_S2C, ERROR), SAY(GZ_C2S, BYE) },
		.wants = {
			{ "pgsql.query", GZ_C2S, 2, 0, "SELECT 1", 0 },
			{ "pgsql.query", GZ_C2S, 2, 1, NULL, 0 },
			{ "pgsql.query", GZ_C2S, 3, 0, "SELECT $1", 0 },
			{ "pgsql.query", GZ_C2S, 1, 0, NULL, 0 },
		},
		.events = { "pgsql 0 {\"pgsql\":{\"tx_id\":1,\"request\":{\"protocol_version\":\"3.0\","
			    "\"startup_parameters\":{\"user\":\"me\",\"optional_parameters\":"
			    "[{\"database\":\"db\"}]}},\"response\":{\"authentication_md5_password\":"
			    "\"salt\"}}}",
			"\"request\":{\"password_redacted\":true},\"response\":{\"message\":"
			"\"authentication_ok\",\"parameter_status\":[{\"date_style\":\"ISO\"},"
			"{\"is_superuser\":\"off\"}],\"process_id\":7,\"secret_key\":9}",
			"\"simple_query\":\"SELECT 1\"},\"response\":{\"field_count\":1,"
			"\"data_rows\":1,\"data_size\":3,\"command_completed\":\"SELECT 1\"}",
			"\"code\":\"42601\",\"message\":\"no\"", "\"message\":\"termination_message\"" },
		.no_events = { "anomaly", "md5x", "pgsql 5" },
	};

	case_run(&c);
}

static void
what_is_copied_is_counted(void **state)
{
	static const struct proto_case c = {
		.port = 5432,
		.says = { SAY(GZ_C2S, SSL_REQUEST), SAY(GZ_S2C, "N"), SAY(GZ_C2S, STARTUP),
				SAY(GZ_S2C, WELCOME), SAY(GZ_C2S, COPY), SAY(GZ_S2C, COPY_IN),
				SAY(GZ_C2S, COPY_DATA), SAY(GZ_S2C, COPIED) },
		.events = { "\"message\":\"SSL Request\"},\"response\":{\"ssl_accepted\":false}",
				"\"copy_in_response\":{\"columns\":2}",
				"\"copy_data_in\":{\"msg_count\":1,\"data_size\":4},\"message\":\"copy_done\"},"
				"\"response\":{\"command_completed\":\"COPY 1\"}" },
		.no_events = { "anomaly", "pgsql 4" },
	};

	case_run(&c);
}

static void
what_the_server_agrees_to_encrypt_is_tls(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 5432);
	feeder_say(&f, GZ_C2S, gz_span(SSL_REQUEST, sizeof(SSL_REQUEST) - 1));
	feeder_say_str(&f, GZ_S2C, "S");
	feeder_say(&f, GZ_C2S, gz_span("\x16\3\1\0\x4\1\0\0\0", 9));
	assert_string_equal(gz_app_name(&f.flow), "tls");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"ssl_accepted\":true"));
	feeder_fini(&f);
}

static void
lengths_and_types_that_cannot_be_end_it(void **state)
{
	static const struct proto_case length = {
		.port = 5432,
		.says = { SAY(GZ_C2S, STARTUP "Q\0\0\0\3") },
		.events = { "\"event\":\"invalid_length\"" },
	};
	static const struct proto_case request = {
		.port = 5432,
		.says = { SAY(GZ_C2S, STARTUP "?\0\0\0\4") },
		.events = { "\"event\":\"malformed_request\"" },
	};
	static const struct proto_case response = {
		.port = 5432,
		.says = { SAY(GZ_C2S, STARTUP), SAY(GZ_S2C, "R\0\0\0\4") },
		.events = { "\"event\":\"malformed_response\"" },
	};

	case_run(&length);
	case_run(&request);
	case_run(&response);
}

static void
the_rest_of_a_long_query_is_passed_over(void **state)
{
	static uint8_t block[1 << 14];
	struct feeder f;

	memset(block, 'x', sizeof(block));
	feeder_init(&f, IPPROTO_TCP, 5432);
	feeder_say(&f, GZ_C2S, gz_span(STARTUP "Q\0\1\0\x4", sizeof(STARTUP) + 4));
	for (uint32_t i = 0; i < 3; i++)
		feeder_say(&f, GZ_C2S, gz_span(block, sizeof(block)));
	feeder_gap(&f, GZ_C2S, sizeof(block));
	feeder_say(&f, GZ_C2S, gz_span(QUERY, sizeof(QUERY) - 1));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"simple_query\":\"xxxx"));
	assert_non_null(strstr(f.events, "\"simple_query\":\"SELECT 1\""));
	assert_null(strstr(f.events, "anomaly"));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_told_question_by_question),
		cmocka_unit_test(what_is_copied_is_counted),
		cmocka_unit_test(what_the_server_agrees_to_encrypt_is_tls),
		cmocka_unit_test(lengths_and_types_that_cannot_be_end_it),
		cmocka_unit_test(the_rest_of_a_long_query_is_passed_over),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
