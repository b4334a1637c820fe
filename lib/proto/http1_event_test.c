/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1.h"
#include "proto_case.h"

/* What requests and forms are told to be odd. The server's port is 80. */

/* Behind the names of events in EVE, in this order, with a comma between. */
struct told {
	const char *request;
	const char *events;
};

static void
assert_told(const char *request, const char *response, const char *events)
{
	struct feeder f;
	char said[1024] = "";
	const char *at;
	uint32_t n = 0;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, request);
	feeder_say_str(&f, GZ_S2C, response);
	for (at = f.events; (at = strstr(at, "\"event\":\"")) != NULL;) {
		at += strlen("\"event\":\"");
		n += (uint32_t)snprintf(said + n, sizeof(said) - n, "%s%.*s", n == 0 ? "" : ",",
				(int)strcspn(at, "\""), at);
	}
	feeder_fini(&f);
	if (strcmp(said, events) != 0)
		fail_msg("%s\nsaid \"%s\", expected \"%s\"", request, said, events);
}

static void
assert_all_told(const struct told *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		assert_told(t[i].request, "HTTP/1.1 200 ok\r\nContent-Length: 0\r\n\r\n",
				t[i].events);
}

#define HOST(value) "GET /x HTTP/1.1\r\nHost: " value "\r\n\r\n"
#define TARGET(method, target, host) method " " target " HTTP/1.1\r\nHost: " host "\r\n\r\n"
#define LABEL "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
hosts_and_ports_that_cannot_be_are_told(void **state)
{
	static const struct told all[] = {
		{ HOST("a-b_c.d1"), "" },
		{ HOST("a.b."), "" },
		{ HOST("a: 80 "), "" },
		{ HOST("[::1]:80"), "" },
		{ HOST(LABEL), "" },
		{ HOST(LABEL "a"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a!b"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a..b"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST(".a"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST(""), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST("[::g]"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST("[::1]x"), "REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a:"), "INVALID_SERVER_PORT_IN_REQUEST,REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a:0"), "INVALID_SERVER_PORT_IN_REQUEST,REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a:65536"), "INVALID_SERVER_PORT_IN_REQUEST,REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a:x"), "INVALID_SERVER_PORT_IN_REQUEST,REQUEST_HEADER_HOST_INVALID" },
		{ HOST("a:81"), "REQUEST_SERVER_PORT_TCP_PORT_MISMATCH" },
	};

	assert_all_told(all, RTE_DIM(all));
}

static void
targets_that_cannot_be_are_told(void **state)
{
	static const struct told all[] = {
		{ TARGET("GET", "http://u:p@a:81/x", "a:81"), "" },
		{ TARGET("GET", "http://[::1]/x", "[::1]"), "" },
		{ TARGET("CONNECT", "a:443", "a:443"), "" },
		{ TARGET("GET", "http://a!b/x", "a!b"),
				"REQUEST_URI_HOST_INVALID,REQUEST_HEADER_HOST_INVALID" },
		{ TARGET("GET", "http://a:/x", "a"),
				"INVALID_SERVER_PORT_IN_REQUEST,REQUEST_URI_HOST_INVALID" },
		{ TARGET("GET", "http://a:99999/x", "a"),
				"INVALID_SERVER_PORT_IN_REQUEST,REQUEST_URI_HOST_INVALID" },
		{ TARGET("CONNECT", "a:x", "a"),
				"INVALID_AUTHORITY_PORT,REQUEST_URI_HOST_INVALID" },
		{ TARGET("CONNECT", "a!b:80", "a!b"),
				"REQUEST_URI_HOST_INVALID,REQUEST_HEADER_HOST_INVALID" },
	};

	assert_all_told(all, RTE_DIM(all));
}

#define FIRST "GET /ok HTTP/1.1\r\nHost: a\r\n\r\n"

static void
lines_that_are_no_requests_are_told(void **state)
{
	static const struct told all[] = {
		{ FIRST "GET /a BAR\r\nHost: a\r\n\r\n", "" },
		{ FIRST "FOO /a HTTP/1.1\r\nHost: a\r\n\r\n", "" },
		{ FIRST "FOO /a BAR\r\nHost: a\r\n\r\n", "REQUEST_LINE_INVALID" },
		{ FIRST "FOO\r\n", "REQUEST_LINE_INVALID" },
		{ "GET /without/an/end", "REQUEST_LINE_INCOMPLETE" },
	};

	assert_all_told(all, RTE_DIM(all));
}

#define FORM(length, body)                                                                 \
	"POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n" \
	"Content-Length: " length "\r\n\r\n" body
#define PART "--b\r\nContent-Disposition: form-data; name=x; filename=n\r\n\r\n"

static void
a_part_without_any_data_is_told(void **state)
{
	static const struct told all[] = {
		{ FORM("71", PART "d\r\n--b--\r\n"), "" },
		{ FORM("70", PART "\r\n--b--\r\n"), "" },
		{ FORM("68", PART "--b--\r\n"), "MULTIPART_NO_FILEDATA" },
	};

	assert_all_told(all, RTE_DIM(all));
}

static void
a_name_that_is_too_long_is_told(void **state)
{
	char request[8192], name[5000];

	memset(name, 'n', sizeof(name));
	snprintf(request, sizeof(request),
			"POST /%.4095s HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", name);
	assert_told(request, "HTTP/1.1 200 ok\r\nContent-Length: 0\r\n\r\n", "");
	snprintf(request, sizeof(request),
			"POST /%.4096s HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", name);
	assert_told(request, "HTTP/1.1 200 ok\r\nContent-Length: 0\r\n\r\n", "FILE_NAME_TOO_LONG");
}

/* A tunnel in a tunnel in a tunnel, all of which have something to tell yet. */
static void
a_change_that_cannot_be_followed_is_told(void **state)
{
	struct gz_app app = { 0 };

	assert_true(gz_app_may_switch(&app));
	for (uint32_t i = 0; i < GZ_APP_PASTS; i++)
		app.past[i].proto = gz_proto_find("http");
	assert_false(gz_app_may_switch(&app));
	app = (struct gz_app){ .proto = gz_proto_find("http"), .expected = gz_proto_find("tls") };
	assert_false(gz_app_may_switch(&app));
	app.expected = app.proto;
	assert_true(gz_app_may_switch(&app));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_and_ports_that_cannot_be_are_told),
		cmocka_unit_test(targets_that_cannot_be_are_told),
		cmocka_unit_test(lines_that_are_no_requests_are_told),
		cmocka_unit_test(a_part_without_any_data_is_told),
		cmocka_unit_test(a_name_that_is_too_long_is_told),
		cmocka_unit_test(a_change_that_cannot_be_followed_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
