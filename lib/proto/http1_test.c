/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define C2S GZ_C2S
#define S2C GZ_S2C

static const struct proto_case all_fields = {
	.port = 80,
	.says = {
		SAY(GZ_C2S, "GET /a/./b/../c//d%20e/%2e%2e/f\\g%2Fh%5ci?q=%41%2e%2e%2fx+y&z=%zz#fr%41g"
			" HTTP/1.1\r\nHost: Www.Example.COM:8080\r\nUser-Agent:  Foo/1.0  \r\n"
			"Cookie: a=b; c=d\r\ncookie: second\r\nX-Multi: one\r\n\ttwo\r\nAccept: */*\r\n"
			"X-Multi: three\r\nReferer: http://r/\r\nContent-Type: text/plain; charset=x\r\n"
			"Content-Length: 5\r\nConnection: close\r\nAccept-Encoding: gzip\r\n"
			"Accept-Language: en\r\nEmpty:\r\n\r\nHELLO"),
		SAY(GZ_S2C, "HTTP/1.1 200 OK then\r\nServer: nginx\r\nSet-Cookie: x=y\r\nSet-Cookie: z=w\r\n"
			"Content-Type: text/html; x\r\nContent-Length: 3\r\nLocation: /foo\r\n\r\nabc"),
	},
	.wants = {
		{ "http.method", C2S, 0, 0, "GET" },
		{ "http.uri", C2S, 0, 0, "/a/c/f/g/h/i?q=A../x+y&z=%zz#frAg" },
		{ "http.uri.raw", C2S, 0, 0,
			"/a/./b/../c//d%20e/%2e%2e/f\\g%2Fh%5ci?q=%41%2e%2e%2fx+y&z=%zz#fr%41g" },
		{ "http.request_line", C2S, 0, 0,
			"GET /a/./b/../c//d%20e/%2e%2e/f\\g%2Fh%5ci?q=%41%2e%2e%2fx+y&z=%zz#fr%41g HTTP/1.1" },
		{ "http.protocol", C2S, 0, 0, "HTTP/1.1" },
		{ "http.host", C2S, 0, 0, "www.example.com" },
		{ "http.host.raw", C2S, 0, 0, "Www.Example.COM:8080" },
		{ "http.user_agent", C2S, 0, 0, "Foo/1.0" },
		{ "http.cookie", C2S, 0, 0, "a=b; c=d, second" },
		{ "http.referer", C2S, 0, 0, "http://r/" },
		{ "http.accept", C2S, 0, 0, "*/*" },
		{ "http.accept_enc", C2S, 0, 0, "gzip" },
		{ "http.accept_lang", C2S, 0, 0, "en" },
		{ "http.connection", C2S, 0, 0, "close" },
		{ "http.content_len", C2S, 0, 0, "5" },
		{ "http.content_type", C2S, 0, 0, "text/plain; charset=x" },
		{ "http.request_body", C2S, 0, 0, "HELLO" },
		{ "http.header", C2S, 0, 0,
			"Host: Www.Example.COM:8080\r\nUser-Agent: Foo/1.0\r\nX-Multi: one\ttwo, three\r\n"
			"Accept: */*\r\nReferer: http://r/\r\nContent-Type: text/plain; charset=x\r\n"
			"Content-Length: 5\r\nConnection: close\r\nAccept-Encoding: gzip\r\n"
			"Accept-Language: en\r\nEmpty: \r\n" },
		{ "http.header_names", C2S, 0, 0,
			"\r\nHost\r\nUser-Agent\r\nCookie\r\nX-Multi\r\nAccept\r\nReferer\r\nContent-Type\r\n"
			"Content-Length\r\nConnection\r\nAccept-Encoding\r\nAccept-Language\r\nEmpty\r\n\r\n" },
		{ "http.request_header", C2S, 0, 2, "Cookie: a=b; c=d, second" },
		{ "http.request_header", C2S, 0, 11, "Empty: " },
		{ "http.request_header", C2S, 0, 12, NULL },
		{ "http.stat_code", S2C, 0, 0, "200" },
		{ "http.stat_msg", S2C, 0, 0, "OK then" },
		{ "http.response_line", S2C, 0, 0, "HTTP/1.1 200 OK then" },
		{ "http.cookie", S2C, 0, 0, "x=y, z=w" },
		{ "http.server", S2C, 0, 0, "nginx" },
		{ "http.location", S2C, 0, 0, "/foo" },
		{ "http.start", S2C, 0, 0,
			"HTTP/1.1 200 OK then\r\nServer: nginx\r\nSet-Cookie: x=y, z=w\r\n"
			"Content-Type: text/html; x\r\nContent-Length: 3\r\nLocation: /foo\r\n\r\n" },
		{ "http.header", S2C, 0, 0,
			"Server: nginx\r\nContent-Type: text/html; x\r\nContent-Length: 3\r\nLocation: /foo\r\n" },
		{ "http.response_body", S2C, 0, 0, "abc" },
		{ "file.data", S2C, 0, 0, "abc" },
		{ "file.name", S2C, 0, 0, "/a/c/f/g/h/i" },
		{ "file.data", C2S, 0, 0, NULL },
	},
	.events = {
		"http 0 {\"http\":{\"hostname\":\"Www.Example.COM\",\"http_port\":8080,\"url\":\"/a/./b/",
		"\"http_user_agent\":\"Foo/1.0\",\"http_content_type\":\"text/html\",\"http_refer\":\"http://r/\","
		"\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"redirect\":\"/foo\",\"length\":3}}",
		"\"fileinfo\":{\"filename\":\"/a/c/f/g/h/i\",\"gaps\":false,\"state\":\"CLOSED\"",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"REQUEST_HEADER_REPETITION", "RESPONSE_HEADER_REPETITION",
	},
	.no_events = { "INVALID", "MISSING", "AMBIGUOUS" },
};

static void
a_request_and_its_response_fill_all_fields(void **state)
{
	case_run(&all_fields);
}

static void
what_comes_in_normal_form_is_its_own_normal_form(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET / HTTP/1.1\r\nHost: x\r\nA: b c\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 204 No Content\r\nServer: s\r\n\r\n"),
		},
		.wants = {
			{ "http.start", C2S, 0, 0, "GET / HTTP/1.1\r\nHost: x\r\nA: b c\r\n\r\n" },
			{ "http.header", C2S, 0, 0, "Host: x\r\nA: b c\r\n" },
			{ "http.header.raw", C2S, 0, 0, "Host: x\r\nA: b c\r\n\r\n" },
			{ "http.request_header", C2S, 0, 1, "A: b c" },
			{ "http.header_names", S2C, 0, 0, "\r\nServer\r\n\r\n" },
			{ "http.response_header", S2C, 0, 0, "Server: s" },
			{ "http.response_header", S2C, 0, 1, NULL },
		},
		.no_events = { "fileinfo", "anomaly" },
	};

	case_run(&c);
}

static void
odd_header_lines_are_put_in_order(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET / HTTP/1.0\nA:b\nC :  d\n e\n\n"),
			SAY(GZ_S2C, "HTTP/1.0 200\nX: y\n\nabc"),
		},
		.wants = {
			{ "http.header", C2S, 0, 0, "A: b\r\nC: d e\r\n" },
			{ "http.header.raw", C2S, 0, 0, "A:b\nC :  d\n e\n\n" },
			{ "http.start", C2S, 0, 0, "GET / HTTP/1.0\r\nA: b\r\nC: d e\r\n\r\n" },
			{ "http.start", S2C, 0, 0, "HTTP/1.0 200\r\nX: y\r\n\r\n" },
			{ "http.header.raw", S2C, 0, 0, "X: y\n\n" },
			{ "http.stat_msg", S2C, 0, 0, NULL },
			{ "http.response_body", S2C, 0, 0, "abc" },
		},
		.events = { "REQUEST_HEADER_INVALID" },
	};

	case_run(&c);
}

static void
an_absolute_target_names_the_host(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET http://User:Pw@Foo.Com:81/x/../y?z HTTP/1.1\r\nHost: bar.com\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 304 NM\r\n\r\n"),
		},
		.wants = {
			{ "http.uri", C2S, 0, 0, "/y?z" },
			{ "http.uri.raw", C2S, 0, 0, "http://User:Pw@Foo.Com:81/x/../y?z" },
			{ "http.host", C2S, 0, 0, "foo.com" },
			{ "http.host.raw", C2S, 0, 0, "foo.com" },
		},
		.events = { "HOST_HEADER_AMBIGUOUS", "\"hostname\":\"foo.com\",\"http_port\":81" },
	};

	case_run(&c);
}

static void
pipelined_requests_find_their_responses(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
				"\r\nhiHEAD /3 HTTP/1.1\r\nHost: x\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n"
				"HTTP/1.1 201 C\r\nContent-Length: 500\r\n\r\n"),
			SAY(GZ_C2S, "GET /4 HTTP/1.1\r\nHost: x\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
		},
		.wants = {
			{ "http.uri", C2S, 0, 0, "/1" },
			{ "file.data", S2C, 0, 0, "a" },
			{ "http.uri", C2S, 1, 0, "/2" },
			{ "http.request_body", C2S, 1, 0, "hi" },
			{ "file.name", C2S, 1, 0, "/2" },
			{ "http.stat_code", S2C, 1, 0, "304" },
			{ "http.response_body", S2C, 1, 0, NULL },
			{ "http.uri", C2S, 2, 0, "/3" },
			{ "http.stat_code", S2C, 2, 0, "201" },
			{ "http.uri", C2S, 3, 0, "/4" },
			{ "http.stat_code", S2C, 3, 0, "404" },
		},
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
an_interim_response_is_not_the_last_word(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "POST /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 100 Continue\r\nFoo: bar\r\n\r\n"),
			SAY(GZ_C2S, "abc"),
			SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"),
		},
		.wants = {
			{ "http.stat_code", S2C, 0, 0, "200" },
			{ "http.header", S2C, 0, 0, "Content-Length: 1\r\n" },
			{ "http.request_body", C2S, 0, 0, "abc" },
			{ "file.data", S2C, 0, 0, "b" },
		},
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
a_request_without_protocol_is_old(void **state)
{
	static const struct proto_case old = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /foo\r\n"),
			SAY(GZ_S2C, "<html>hi</html>"),
		},
		.wants = {
			{ "http.uri", C2S, 0, 0, "/foo" },
			{ "http.start", C2S, 0, 0, "GET /foo\r\n" },
			{ "http.protocol", C2S, 0, 0, NULL },
			{ "http.response_body", S2C, 0, 0, "<html>hi</html>" },
			{ "http.response_line", S2C, 0, 0, NULL },
		},
		.no_events = { "UNABLE" },
	};
	static const struct proto_case missing = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /foo\r\nHost: x\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 OK\r\n\r\nxx"),
		},
		.wants = {
			{ "http.host", C2S, 0, 0, "x" },
			{ "file.data", S2C, 0, 0, "xx" },
		},
		.events = { "REQUEST_LINE_MISSING_PROTOCOL" },
	};

	case_run(&old);
	case_run(&missing);
}

static void
a_response_without_request_is_told(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = { SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") },
		.wants = { { "file.data", S2C, 0, 0, "hi" } },
		.events = { "UNABLE_TO_MATCH_RESPONSE_TO_REQUEST",
				"/libhtp::request_uri_not_seen" },
	};

	case_run(&c);
}

static void
connect_goes_over_to_what_is_inside(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 fine\r\n\r\n"),
			SAY(GZ_C2S, "GET /inside HTTP/1.1\r\nHost: b\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
		},
		.wants = {
			{ "http.uri", C2S, 0, 0, "/inside" },
			{ "file.data", S2C, 0, 0, "hi" },
		},
		.no_events = { "anomaly" },
	};
	static const struct proto_case refused = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nGET /after HTTP/1.1\r\nHost: b\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 403 no\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\nhi"),
		},
		.wants = {
			{ "http.stat_code", S2C, 0, 0, "403" },
			{ "http.uri", C2S, 1, 0, "/after" },
			{ "file.data", S2C, 1, 0, "hi" },
		},
		.no_events = { "UNABLE" },
	};

	case_run(&c);
	case_run(&refused);
}

static void
chunks_are_put_together(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
				"4\r\nWiki\r\n 06 ; ext=1\r\npedia \r\n\r\n00e\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: t\r\n\r\n"
				"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"),
		},
		.wants = {
			{ "http.request_body", C2S, 0, 0, "Wikipedia in \r\n\r\nchunks." },
			{ "http.header_names", C2S, 0, 0, "\r\nHost\r\nTransfer-Encoding\r\nTrailer\r\n\r\n" },
			{ "http.uri", C2S, 1, 0, "/next" },
		},
		.events = { "REQUEST_CHUNK_EXTENSION" },
	};

	case_run(&c);
}

static void
a_form_has_its_files(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "POST /f HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\"xx\"\r\n"
				"Content-Length: 269\r\n\r\n"
				"--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nval\r\n"
				"--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n1.txt\"\r\n"
				"Content-Type: text/plain\r\n\r\nFI\r\n\r\n--x\rLE1\r\n"
				"--xx\r\ncontent-disposition: form-data; name=g; filename=n2.txt\r\n\r\n\r\n--xx--\r\nrest of it\r\n..."),
		},
		.wants = {
			{ "file.name", C2S, 0, 0, "n1.txt" },
			{ "file.data", C2S, 0, 0, "FI\r\n\r\n--x\rLE1" },
			{ "file.name", C2S, 0, 1, "n2.txt" },
			{ "file.data", C2S, 0, 1, "" },
			{ "file.name", C2S, 0, 2, NULL },
		},
		.events = { "\"filename\":\"n1.txt\",\"gaps\":false,\"state\":\"CLOSED\"" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

/* Clients take it; of a request servers do not. */
static void
an_answer_shorter_than_said_is_a_whole_file(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"state\":\"TRUNCATED\",\"stored\":false,\"size\":3"));
	feeder_fini(&f);
	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET /g HTTP/1.1\r\nHost: x\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"state\":\"CLOSED\",\"sha256\":\"ba7816bf8f01cfea"));
	feeder_fini(&f);
}

static void
a_gap_within_a_body_is_borne(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
	feeder_gap(&f, GZ_S2C, 90);
	feeder_say_str(&f, GZ_S2C, "1234567HTTP/1.1 200 OK\r\n\r\n");
	assert_false(f.flow.app->broken);
	assert_non_null(strstr(f.events,
			"\"gaps\":true,\"state\":\"TRUNCATED\",\"stored\":false,\"size\":100"));
	feeder_gap(&f, GZ_C2S, 10);
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

static void
endless_lines_and_headers_are_borne(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET /");
	for (i = 0; i < 10000; i++)
		feeder_say_str(&f, GZ_C2S, "0123456789");
	assert_false(f.flow.app->broken);
	assert_true(f.flow.app->pending[GZ_C2S].len < 64 * 1024);
	feeder_say_str(&f, GZ_C2S, " HTTP/1.1\r\n");
	for (i = 0; i < 2000; i++)
		feeder_say_str(&f, GZ_C2S, "a: b\r\n");
	feeder_say_str(&f, GZ_C2S, "\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_non_null(strstr(f.events, "REQUEST_FIELD_TOO_LONG"));
	assert_non_null(strstr(f.events, "REQUEST_TOO_MANY_HEADERS"));
	assert_int_equal(f.flow.app->next_tx_id, 2);
	for (i = 0; i < 100000 && !f.flow.app->broken; i++)
		feeder_say_str(&f, GZ_C2S, "GET /next HTTP/1.1\r\n");
	feeder_fini(&f);
}

static const struct proto_case noted = {
	.port = 80,
	.says = {
		SAY(GZ_C2S, "GET /a%2562 HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n"
			    "Authorization: Magic x\r\n\r\n"),
		SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\nY: 1\r\ny: 2\r\n"
			    "Content-Length: 0\r\n\r\n"),
	},
	.events = { "DOUBLE_ENCODED_URI", "REQUEST_HEADER_REPETITION", "REQUEST_AUTH_UNRECOGNIZED",
			"INVALID_TRANSFER_ENCODING_VALUE_IN_RESPONSE", "RESPONSE_HEADER_REPETITION" },
};

static const struct proto_case not_noted = {
	.port = 80,
	.says = {
		SAY(GZ_C2S, "GET /a%62%20 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
			    "Content-Length: 0\r\nAuthorization: basic x\r\n\r\n"),
		SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	},
	.no_events = { "anomaly" },
};

static void
what_is_odd_in_heads_is_told(void **state)
{
	case_run(&noted);
	case_run(&not_noted);
}

static void
trailers_join_the_headers_line_by_line(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "POST / HTTP/1.1\r\nHost:x\r\nTransfer-Encoding: chunked\r\n\r\n"
				    "3\r\nabc\r\n0\r\nT1: one\r\nT2:two\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				    "0\r\nT3: three\r\nT4: four\r\n\r\n"),
		},
		.wants = {
			{ "http.request_header", C2S, 0, 0, "Host: x" },
			{ "http.request_header", C2S, 0, 2, "T1: one" },
			{ "http.request_header", C2S, 0, 3, "T2: two" },
			{ "http.request_header", C2S, 0, 4, NULL },
			{ "http.header", C2S, 0, 0,
				"Host: x\r\nTransfer-Encoding: chunked\r\nT1: one\r\nT2: two\r\n" },
			{ "http.response_header", S2C, 0, 2, "T4: four" },
			{ "http.header_names", S2C, 0, 0,
				"\r\nTransfer-Encoding\r\nT3\r\nT4\r\n\r\n" },
		},
	};

	case_run(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_and_its_response_fill_all_fields),
		cmocka_unit_test(what_comes_in_normal_form_is_its_own_normal_form),
		cmocka_unit_test(odd_header_lines_are_put_in_order),
		cmocka_unit_test(an_absolute_target_names_the_host),
		cmocka_unit_test(pipelined_requests_find_their_responses),
		cmocka_unit_test(an_interim_response_is_not_the_last_word),
		cmocka_unit_test(a_request_without_protocol_is_old),
		cmocka_unit_test(a_response_without_request_is_told),
		cmocka_unit_test(connect_goes_over_to_what_is_inside),
		cmocka_unit_test(chunks_are_put_together),
		cmocka_unit_test(trailers_join_the_headers_line_by_line),
		cmocka_unit_test(a_form_has_its_files),
		cmocka_unit_test(an_answer_shorter_than_said_is_a_whole_file),
		cmocka_unit_test(a_gap_within_a_body_is_borne),
		cmocka_unit_test(endless_lines_and_headers_are_borne),
		cmocka_unit_test(what_is_odd_in_heads_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
