/* SPDX-License-Identifier: BSD-3-Clause */

#include "gz_frame.h"

#include "proto_case.h"

/* clang-format off */
#define BIND "0\x15\x2\x1\x1`\x10\x2\x1\x3\x4\x7\x63n=root\x80\x2pw"
#define BOUND "0\xc\x2\x1\x1\x61\x7\xa\x1\x0\x4\x0\x4\x0"
#define SEARCH "03\x2\x1\x2\x63.\x4\x4\x64\x63=x\xa\x1\x2\xa\x1\x0\x2\x1\xa\x2\x1\x5\x1\x1\x0\x87\xbobjectClass0\xa\x4\x2\x63n\x4\x4mail"
#define ENTRY "0+\x2\x1\x2\x64&\x4\x9\x63n=a,dc=x0\x19\x30\xc\x4\x2\x63n1\x6\x4\x1\x61\x4\x1\x62\x30\x9\x4\x2sn1\x3\x4\x1\x63"
#define FOUND "0\x14\x2\x1\x2\x65\xf\xa\x1\x4\x4\x0\x4\x8too many"
#define MODIFY "0\x1f\x2\x1\x3\x66\x1a\x4\x4\x63n=a0\x12\x30\x10\xa\x1\x2\x30\xb\x4\x4mail1\x3\x4\x1m"
#define MODIFIED "0\x10\x2\x1\x3g\xb\xa\x1\x32\x4\x4\x64\x63=x\x4\x0"
#define UNBIND "0\x5\x2\x1\x4\x42\x0"
#define START_TLS "0\x1d\x2\x1\x5w\x18\x80\x16\x31.3.6.1.4.1.1466.20037"
#define STARTED "0\xc\x2\x1\x5x\x7\xa\x1\x0\x4\x0\x4\x0"
#define COMPARE "0\x15\x2\x1\x6n\x10\x4\x4\x63n=a0\x8\x4\x3uid\x4\x1\x37"
#define DELETE "0\x9\x2\x1\x7J\x4\x63n=b"
/* clang-format on */

static void
responses_belong_to_their_request(void **state)
{
	static const struct proto_case c = {
		.port = 10389,
		.says = { SAY(GZ_C2S, BIND), SAY(GZ_S2C, BOUND), SAY(GZ_C2S, SEARCH MODIFY),
			SAY(GZ_S2C, MODIFIED ENTRY FOUND), SAY(GZ_C2S, UNBIND) },
		.wants = {
			{ "ldap.request.dn", GZ_C2S, 0, 0, "cn=root", 0 },
			{ "ldap.request.dn", GZ_C2S, 1, 0, "dc=x", 0 },
			{ "ldap.request.attribute_type", GZ_C2S, 1, 1, "mail", 0 },
			{ "ldap.request.attribute_type", GZ_C2S, 1, 2, NULL, 0 },
			{ "ldap.request.attributes", GZ_C2S, 1, 0, NULL, 0 },
			{ "ldap.responses.dn", GZ_S2C, 1, 0, "cn=a,dc=x", 0 },
			{ "ldap.responses.attribute_type", GZ_S2C, 1, 1, "sn", 0 },
			{ "ldap.responses.attributes", GZ_S2C, 1, 1, "cn=b", 0 },
			{ "ldap.responses.attributes", GZ_S2C, 1, 2, "sn=c", 0 },
			{ "ldap.responses.attributes", GZ_S2C, 1, 3, NULL, 0 },
			{ "ldap.responses.message", GZ_S2C, 1, 0, "", 0 },
			{ "ldap.responses.message", GZ_S2C, 1, 1, "too many", 0 },
			{ "ldap.request.attributes", GZ_C2S, 2, 0, "mail=m", 0 },
			{ "ldap.responses.dn", GZ_S2C, 2, 0, "dc=x", 0 },
		},
		.events = { "ldap 0 {\"ldap\":{\"request\":{\"message_id\":1,\"operation\":"
			    "\"bind_request\",\"bind_request\":{\"version\":3,\"name\":\"cn=root\"}",
			"\"size_limit\":10,\"time_limit\":5,\"types_only\":false,"
			"\"attributes\":[\"cn\",\"mail\"]",
			"\"attributes\":[{\"type\":\"cn\",\"values\":[\"a\",\"b\"]}",
			"\"search_result_done\":{\"result_code\":\"size_limit_exceeded\"",
			"\"changes\":[{\"operation\":\"replace\",\"modification\":"
			"{\"attribute_type\":\"mail\",\"attribute_values\":[\"m\"]}}]",
			"\"result_code\":\"insufficient_access_rights\",\"matched_dn\":\"dc=x\"",
			"\"operation\":\"unbind_request\"" },
		.no_events = { "anomaly", "ldap 4" },
	};

	case_run(&c);
}

static void
a_comparison_and_a_deletion_name_what_they_are_about(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 389,
		.says = { SAY(GZ_C2S, COMPARE), SAY(GZ_C2S, DELETE) },
		.wants = {
			{ "ldap.request.dn", GZ_C2S, 0, 0, "cn=a", 0 },
			{ "ldap.request.attributes", GZ_C2S, 0, 0, "uid=7", 0 },
			{ "ldap.request.dn", GZ_C2S, 1, 0, "cn=b", 0 },
		},
		.events = { "\"attribute_value_assertion\":{\"description\":\"uid\",\"value\":\"7\"}",
			"\"del_request\":{\"dn\":\"cn=b\"}" },
	};

	case_run(&c);
}

static void
a_response_to_nothing_is_noted(void **state)
{
	static const struct proto_case c = {
		.port = 389,
		.says = { SAY(GZ_S2C, FOUND), SAY(GZ_C2S, BIND), SAY(GZ_C2S, "\x02") },
		.events = { "\"event\":\"request_not_found\"", "\"event\":\"invalid_data\"",
				"\"message_id\":2,\"operation\":\"search_result_done\"" },
	};

	case_run(&c);
}

static void
after_start_tls_it_is_tls(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 389);
	feeder_say(&f, GZ_C2S, gz_span(START_TLS, sizeof(START_TLS) - 1));
	assert_string_equal(gz_app_name(&f.flow), "ldap");
	feeder_say(&f, GZ_S2C, gz_span(STARTED, sizeof(STARTED) - 1));
	feeder_say(&f, GZ_C2S, gz_span("\x16\3\1\0\x4\1\0\0\0", 9));
	assert_string_equal(gz_app_name(&f.flow), "tls");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"name\":\"1.3.6.1.4.1.1466.20037\""));
	feeder_fini(&f);
}

static void
a_message_too_long_keeps_its_beginning(void **state)
{
	static uint8_t filler[1 << 14];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 389);
	/* 64 KiB of an ADD of cn=big, whose second attribute has no end */
	feeder_say(&f, GZ_C2S,
			gz_span("0\x83\1\0\0\2\1\1\x68\x83\0\xff\xf8\4\6cn=big0\x83\0\xff\xeb"
				"0\7\4\2ou1\1x0\x83\0\xff\0",
					38));
	for (uint32_t i = 0; i < 4; i++)
		feeder_say(&f, GZ_C2S,
				gz_span(filler, i < 3 ? sizeof(filler) : sizeof(filler) - 33));
	feeder_say(&f, GZ_C2S, gz_span(UNBIND, sizeof(UNBIND) - 1));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"add_request\":{\"entry\":\"cn=big\""));
	assert_non_null(strstr(f.events, "\"operation\":\"unbind_request\""));
	assert_null(strstr(f.events, "anomaly"));
	feeder_fini(&f);
}

static void
each_message_is_a_frame_however_it_comes(void **state)
{
	const struct gz_frames *all;
	struct feeder f;

	for (uint32_t piece = 0; piece < 9; piece++) {
		feeder_init(&f, IPPROTO_TCP, 389);
		gz_proto_needs(f.ctx, GZ_NEEDS_FRAMES);
		f.piece = piece;
		feeder_say(&f, GZ_C2S, gz_span(BIND SEARCH, sizeof(BIND SEARCH) - 1));
		all = f.flow.app->frames[GZ_C2S];
		assert_int_equal(all->nb, 2);
		assert_int_equal(all->v[0].len, sizeof(BIND) - 1);
		assert_int_equal(all->v[1].offset, sizeof(BIND) - 1);
		assert_int_equal(all->v[1].len, sizeof(SEARCH) - 1);
		feeder_end(&f);
		feeder_fini(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(responses_belong_to_their_request),
		cmocka_unit_test(a_comparison_and_a_deletion_name_what_they_are_about),
		cmocka_unit_test(a_response_to_nothing_is_noted),
		cmocka_unit_test(after_start_tls_it_is_tls),
		cmocka_unit_test(a_message_too_long_keeps_its_beginning),
		cmocka_unit_test(each_message_is_a_frame_however_it_comes),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
