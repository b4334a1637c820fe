/* SPDX-License-Identifier: BSD-3-Clause */
#include "http2.h"
#include "proto_case.h"

#define C(text) SAY(GZ_C2S, text)
#define S(text) SAY(GZ_S2C, text)

/* clang-format off */
/* A request in two parts of a block, with padding and a body; its answer is compressed and has trailers. */
static const char client[] =
		"PRI * HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\006\004"
		"\000\000\000\000\000\000\003\000\000\000d\000\000\037\001\000"
		"\000\000\000\001\000\007:method\004POST\000\007:scheme\004htt"
		"p\000\005:\000\000]\011\004\000\000\000\001path\021/a/../b%20"
		"c?x=%41\000\012:authority\031User@WWW.Example.org:8080\000\012"
		"user-agent\010tester/1\000\006cookie\003a=b\000\000\014\000\010"
		"\000\000\000\001\003body of \000\000\000\000\000\013\000\001\000"
		"\000\000\001the request\000\000\004\010\000\000\000\000\000\000"
		"\001\021p";
static const char server[] =
		"\000\000\000\004\000\000\000\000\000\000\000S\001,\000\000\000"
		"\001\002\000\000\000\000\017\000\007:status\003200\000\020con"
		"tent-encoding\004gzip\000\006server\005toy/2\000\014content-t"
		"ype\012text/plain\000\000\000\000\024\000\000\000\000\000\001"
		"\037\213\010\000\000\000\000\000\002\003+\311HU\310\310LII\315"
		"\000\000\023\000\000\000\000\000\001S()JM,.-J\005\000\246\344"
		"\331\251\023\000\000\000\000\000\015\001\005\000\000\000\001\000"
		"\007trailer\003end\000\000\010\007\000\000\000\000\000\000\000"
		"\000\001\000\000\000\002";

static const struct proto_case whole = {
	.port = 8080,
	.says = {
		{ GZ_C2S, { (const uint8_t *)client, sizeof(client) - 1 } },
		{ GZ_S2C, { (const uint8_t *)server, sizeof(server) - 1 } },
	},
	.wants = {
		{ "http.method", GZ_C2S, 1, 0, "POST", 0 },
		{ "http.uri", GZ_C2S, 1, 0, "/b c?x=A", 0 },
		{ "http.uri.raw", GZ_C2S, 1, 0, "/a/../b%20c?x=%41", 0 },
		{ "http.host", GZ_C2S, 1, 0, "www.example.org", 0 },
		{ "http.host.raw", GZ_C2S, 1, 0, "User@WWW.Example.org:8080", 0 },
		{ "http.user_agent", GZ_C2S, 1, 0, "tester/1", 0 },
		{ "http.cookie", GZ_C2S, 1, 0, "a=b", 0 },
		{ "http.protocol", GZ_C2S, 1, 0, "HTTP/2", 0 },
		{ "http.request_line", GZ_C2S, 1, 0, "POST /a/../b%20c?x=%41 HTTP/2\r\n", 0 },
		{ "http.request_header", GZ_C2S, 1, 0, ":method: POST", 0 },
		{ "http.request_header", GZ_C2S, 1, 5, "cookie: a=b", 0 },
		{ "http.request_header", GZ_C2S, 1, 6, NULL, 0 },
		{ "http2.header_name", GZ_C2S, 1, 4, "user-agent", 0 },
		{ "http.request_body", GZ_C2S, 1, 0, "body of the request", 0 },
		{ "http.response_line", GZ_S2C, 1, 0, "HTTP/2 200\r\n", 0 },
		{ "http.stat_code", GZ_S2C, 1, 0, "200", 0 },
		{ "http.server", GZ_S2C, 1, 0, "toy/2", 0 },
		{ "http.header", GZ_S2C, 1, 0, ":status: 200\r\ncontent-encoding: gzip\r\n"
			"server: toy/2\r\ncontent-type: text/plain\r\ntrailer: end\r\n", 0 },
		{ "http.header_names", GZ_S2C, 1, 0, "\r\n:status\r\ncontent-encoding\r\nserver"
			"\r\ncontent-type\r\ntrailer\r\n\r\n", 0 },
		{ "http.response_body", GZ_S2C, 1, 0, "the hidden treasure", 0 },
		{ "file.data", GZ_S2C, 1, 0, "the hidden treasure", 0 },
	},
	.events = {
		"http 0 {\"http\":{\"version\":\"2\",\"http2\":{\"stream_id\":0,\"request\":{\"settings\":"
		"[{\"settings_id\":\"SETTINGSMAXCONCURRENTSTREAMS\",\"settings_value\":100}]}",
		"\"http_method\":\"POST\"", "\"status\":200", "\"hostname\":\"WWW.Example.org\"",
		"\"response\":{\"priority\":15}", "\"response\":{\"error_code\":\"INTERNALERROR\"}",
		"\"event\":\"userinfo_in_uri\"", "\"size\":19",
	},
	.no_events = { "invalid", "long_frame", "failed" },
};

/* The request was HTTP/1's; its answer is a stream. */
static const struct proto_case upgrade = {
	.port = 80,
	.says = {
		C("GET /up HTTP/1.1\015\012Host: h.org\015\012Connection: Upgrad"
					"e, HTTP2-Settings\015\012Upgrade: h2c\015\012HTTP2-Settings: "
					"AAMAAABkAARAAAAAAAIAAAAA\015\012\015\012"),
		S("HTTP/1.1 101 Switching Protocols\015\012Connection: Upgrade\015"
					"\012Upgrade: h2c\015\012\015\012"),
		C("PRI * HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004"
					"\000\000\000\000\000"),
		S("\000\000\000\004\000\000\000\000\000\000\000\015\001\004\000\000"
					"\000\001\000\007:status\003200\000\000\005\000\001\000\000\000"
					"\001hello"),
	},
	.events = {
		"\"url\":\"/up\"", "\"stream_id\":1", "\"hostname\":\"h.org\"",
		"\"status\":101", "\"version\":\"2\"", "\"length\":5",
	},
	.no_events = { "anomaly" },
};

static const struct proto_case odd = {
	.port = 80,
	.says = {
		C("PRI * HTTP/2.0\015\012\015\012SM\015\012\015\012\000\0008\001"
					"\005\000\000\000\001\000\007:method\003GET\000\005:path\001/\000"
					"\012:authority\007one.org\000\004host\007two.org\000\000\003\006"
					"\000\000\000\000\000123\000\000\033\001\005\000\000\000\001\000"
					"\007:method\003GET\000\005:path\006/again"),
	},
	.wants = {
		{ "http.host", GZ_C2S, 0, 0, "one.org", 0 },
	},
	.events = {
		"authority_host_mismatch", "invalid_frame_length", "stream_id_reuse",
	},
};

/* What stands between the parts of a header block ends the connection. */
static const struct proto_case mixed = {
	.port = 80,
	.says = {
		C("PRI * HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\024\001"
					"\001\000\000\000\001\000\007:method\004POST\000\007:sch\000\000"
					"\001\000\000\000\000\000\001x\000\000h\011\004\000\000\000\001"
					"eme\004http\000\005:path\021/a/../b%20c?x=%41\000\012:authori"
					"ty\031User@WWW.Example.org:8080\000\012user-agent\010tester/1"
					"\000\006cookie\003a=b"),
	},
	.wants = {
		{ "http.method", GZ_C2S, 0, 0, NULL, 0 },
	},
	.events = { "invalid_frame_header" },
};
/* clang-format on */

static void
streams_are_requests_with_their_responses(void **state)
{
	case_run(&whole);
}

static void
an_upgrade_keeps_the_request(void **state)
{
	case_run(&upgrade);
}

static void
what_is_odd_is_told(void **state)
{
	case_run(&odd);
	case_run(&mixed);
}

/** The @p index-th number of a field in the only transaction. */
static void
look_for_numbers(struct feeder *f, enum gz_dir dir)
{
	uint64_t *sum = f->arg, v;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		const struct gz_field_row *row = gz_field_row(
				gz_field_find("http2.window"), tx->proto);
		struct gz_http2_setting s;

		for (uint32_t i = 0; row->get_number(tx, dir, i, &v); i++)
			*sum += v;
		if (gz_http2_setting(tx, dir, 0, &s))
			*sum += s.id;
	}
}

static void
numbers_of_frames_are_told(void **state)
{
	struct feeder f;
	uint64_t sum = 0;

	feeder_init(&f, IPPROTO_TCP, 80);
	f.look = look_for_numbers;
	f.arg = &sum;
	feeder_say(&f, GZ_C2S, gz_span(client, sizeof(client) - 1));
	assert_int_equal(sum, 70000 + 3);
	feeder_fini(&f);
	assert_int_equal(gz_http2_setting_find(GZ_SPAN("SETTINGS_MAX_FRAME_SIZE")), 5);
	assert_int_equal(gz_http2_setting_find(GZ_SPAN("SETTINGSMAXFRAMESIZE")), 5);
	assert_int_equal(gz_http2_setting_find(GZ_SPAN("SETTINGS_")), -1);
}

/** Frames of the connection in heaps do not use up the transactions of streams. */
static void
heaps_of_frames_are_borne(void **state)
{
	static const char ping[] = "\000\000\010\006\000\000\000\000\000abcdefgh";
	static char heap[16 * 1024];
	struct feeder f;
	uint32_t n = 0;

	while (n + sizeof(ping) - 1 <= sizeof(heap)) {
		memcpy(heap + n, ping, sizeof(ping) - 1);
		n += (uint32_t)sizeof(ping) - 1;
	}
	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say(&f, GZ_C2S, GZ_SPAN("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
	feeder_say(&f, GZ_C2S, gz_span(heap, n));
	assert_false(f.flow.app->broken);
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
		cmocka_unit_test(streams_are_requests_with_their_responses),
		cmocka_unit_test(an_upgrade_keeps_the_request),
		cmocka_unit_test(what_is_odd_is_told),
		cmocka_unit_test(numbers_of_frames_are_told),
		cmocka_unit_test(heaps_of_frames_are_borne),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
