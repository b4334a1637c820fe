/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

/* Lengths are of one byte: what is in an element is shorter than 128. */
#define CNAME                                                  \
	"\x30\x0c\xa0\x03\x02\x01\x01\xa1\x05\x30\x03\x1b\x01" \
	"u"
#define SNAME                                                              \
	"\x30\x12\xa0\x03\x02\x01\x02\xa1\x0b\x30\x09\x1b\x04host\x1b\x01" \
	"h"
/* AS-REQ: version, type, body with names, realm and an algorithm. */
#define AS_REQ                                                                     \
	"\x6a\x44\x30\x42\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4\x36\x30\x34" \
	"\xa1\x0e" CNAME "\xa2\x05\x1b\x03"                                        \
	"REA"                                                                      \
	"\xa3\x14" SNAME "\xa8\x05\x30\x03\x02\x01\x12"
#define ERROR                                                                          \
	"\x7e\x27\x30\x25\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa6\x03\x02\x01\x19" \
	"\xaa\x14" SNAME

static const char as_req_event[] =
		"{\"krb5\":{\"msg_type\":\"KRB_AS_REQ\",\"cname\":\"u\",\"realm\":\"REA\",\"sname\":\"host/h\","
		"\"encryption\":\"<none>\",\"weak_encryption\":false}}";

static void
requests_and_errors_are_told(void **state)
{
	static const struct proto_case c = {
		.port = 88,
		.says = {
			SAY(GZ_C2S, "\0\0\0\x46" AS_REQ "\0\0\0\x46" AS_REQ),
			SAY(GZ_S2C, "\0\0\0\x29" ERROR),
		},
		.wants = {
			{ "krb5.cname", GZ_C2S, 0, 0, "u" },
			{ "krb5.sname", GZ_C2S, 1, 0, "host" },
			{ "krb5.sname", GZ_C2S, 1, 1, "h" },
			{ "krb5.sname", GZ_C2S, 1, 2, NULL },
		},
		.events = {
			as_req_event,
			"{\"krb5\":{\"msg_type\":\"KRB_ERROR\",\"failed_request\":\"KRB_AS_REQ\","
			"\"error_code\":\"KDC_ERR_PREAUTH_REQUIRED\",\"cname\":\"<empty>\",\"realm\":\"<empty>\","
			"\"sname\":\"host/h\",\"encryption\":\"<none>\",\"weak_encryption\":false}}",
		},
	};

	case_run(&c);
}

static void
datagrams_have_no_length(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 88,
		.says = { SAY(GZ_C2S, AS_REQ) },
		.events = { as_req_event },
	};

	case_run(&c);
}

static void
a_weak_ticket_is_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 88,
		.says = {
			/* AP-REQ with a ticket for RC4. */
			SAY(GZ_C2S, "\x6e\x40\x30\x3e\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa3\x32"
				"\x61\x30\x30\x2e\xa0\x03\x02\x01\x05\xa1\x05\x1b\x03" "REA" "\xa2\x14" SNAME
				"\xa3\x0a\x30\x08\xa0\x03\x02\x01\x17\xa2\x01\x04"),
		},
		.events = {
			"weak_encryption\"", "\"ticket_encryption\":\"rc4-hmac\",\"ticket_weak_encryption\":true",
		},
	};

	case_run(&c);
}

static void
a_message_that_is_too_long_is_passed_over(void **state)
{
	uint8_t junk[1024] = { 0 };
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 88);
	feeder_say(&f, GZ_C2S, gz_span("\0\0\0\x46" AS_REQ "\0\x02\0\0", 4 + 70 + 4));
	for (i = 0; i < 128; i++)
		feeder_say(&f, GZ_C2S, gz_span(junk, sizeof(junk)));
	feeder_say(&f, GZ_C2S, gz_span("\0\0\0\x46" AS_REQ, 4 + 70));
	assert_non_null(strstr(f.events, "krb5 1"));
	assert_null(strstr(f.events, "malformed"));
	feeder_fini(&f);
}

static void
what_is_malformed_is_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 88,
		.says = { SAY(GZ_C2S, "\x6a\x08\x30\x06\xa1\x03\x02\x01\x05\xa2") },
		.events = { "malformed_data" },
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_and_errors_are_told),
		cmocka_unit_test(datagrams_have_no_length),
		cmocka_unit_test(a_weak_ticket_is_told),
		cmocka_unit_test(a_message_that_is_too_long_is_passed_over),
		cmocka_unit_test(what_is_malformed_is_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
