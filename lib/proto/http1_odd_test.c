/* SPDX-License-Identifier: BSD-3-Clause */
#include <isa-l/igzip_lib.h>

#include "http1.h"
#include "proto_case.h"

/*
 * Ways to say a body that are not what the RFC says, but that browsers take: each
 * must give the same plain text.
 */

struct odd {
	const char *name;
	struct gz_span response;
};

#define ODD(name, text)                                           \
	{                                                         \
		name,                                             \
		{                                                 \
			(const uint8_t *)(text), sizeof(text) - 1 \
		}                                                 \
	}

/* clang-format off */
static const struct odd odds[] = {
	ODD("chunks of padded size",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n \t05 \r\nneedl\r\n\r\n"
		"0A,\r\ne in the h\r\n2\000\r\nay\r\n0\r\n\r\n"),
	ODD("chunked among other words",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding: x chunked;\r\nContent-Length: 3\r\n\r"
		"\n5\r\nneedl\r\nA\r\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("chunked with a nul in its name",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding: chu\000nked\r\n\r\n5\r\nneedl\r\nA\r\n"
		"e in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("chunked that is not",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\nneedle in the hay"),
	ODD("chunked in folded lines",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding:\r\n \r\n chunked\r\n\r\n5\r\nneedl\r\n"
		"A\r\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a name folded before its colon",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding\r\n : chunked\r\n\r\n5\r\nneedl\r\nA\r"
		"\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a folded line with a colon of its own",
		"HTTP/1.1 200 ok\r\nA: b\r\n\tTransfer-Encoding: chunked\r\n\r\n5\r\nneedl\r"
		"\nA\r\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a blank before the first name",
		"HTTP/1.1 200 ok\r\n Transfer-Encoding: chunked\r\n\r\n5\r\nneedl\r\nA\r\ne i"
		"n the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a blank behind the name",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nneedl\r\nA\r\ne i"
		"n the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a nul behind the name",
		"HTTP/1.1 200 ok\r\nTransfer-Encoding\000: chunked\r\n\r\n5\r\nneedl\r\nA\r\n"
		"e in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a carriage return ends a line",
		"HTTP/1.1 200 ok\r\nA: b\rTransfer-Encoding: chunked\r\n\r\n5\r\nneedl\r\nA\r"
		"\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a carriage return ends the status line",
		"HTTP/1.1 200\rTransfer-Encoding: chunked\r\n\r\n5\r\nneedl\r\nA\r\ne in the "
		"h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("two carriage returns are no end",
		"HTTP/1.1 200 ok\r\nA: b\r\n\r\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nneed"
		"l\r\nA\r\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("lines end the other way round",
		"HTTP/1.1 200 ok\n\rA: b\n\rTransfer-Encoding: chunked\n\r\r\n5\r\nneedl\r\nA"
		"\r\ne in the h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("a mixture of line ends",
		"HTTP/1.1 200 ok\r\nContent-Length: 17\n\r\r\n\r\nneedle in the hay"),
	ODD("a line of one blank ends the headers",
		"HTTP/1.1 200 ok\r\nContent-Length: 17\n \nneedle in the hay"),
	ODD("a status line after empty ones",
		" \r\n\t\r\n\nHTTP/1.1 200 ok\r\nContent-Length: 17\r\n\r\nneedle in the hay"),
	ODD("a status line after a nul",
		"\000HTTP/1.1 200 ok\r\nContent-Length: 17\r\n\r\nneedle in the hay"),
	ODD("a status line without status",
		"HTTP/1.1foo\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nneedl\r\nA\r\ne in the"
		" h\r\n2\r\nay\r\n0\r\n\r\n"),
	ODD("no status line",
		"needle in the hay"),
	ODD("a length in words",
		"HTTP/1.1 200 ok\r\nContent-Length: (17) 5\r\n\r\nneedle in the hay"),
	ODD("a length on two lines",
		"HTTP/1.1 200 ok\r\nContent-Length: 5\r\n 17\r\n\r\nneedle in the hay"),
	ODD("a status without body",
		"HTTP/1.1 304 no\r\nContent-Length: 17\r\n\r\nneedle in the hay"),
	ODD("an interim status with body",
		"HTTP/1.1 100 go\r\nContent-Length: 17\r\n\r\nneedle in the hay"),
	ODD("gzip",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\nContent-Length: 37\r\n\r\n\037"
		"\213\010\000\000\000\000\000\002\003\313KMM\311IU\310\314S(\311HU\310H\254"
		"\004\000\2642d\240\021\000\000\000"),
	ODD("gzip with extra parts",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\n\r\n\037\213\010\004\000\000"
		"\000\000\002\003\003\000abc\313KMM\311IU\310\314S(\311HU\310H\254\004\000"
		"\2642d\240\021\000\000\000"),
	ODD("gzip of a wrong checksum",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\n\r\n\037\213\010\000\000\000"
		"\000\000\002\003\313KMM\311IU\310\314S(\311HU\310H\254\004\000\000\000\000"
		"\000\000\000\000\000"),
	ODD("gzip without its end",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\n\r\n\037\213\010\000\000\000"
		"\000\000\002\003\313KMM\311IU\310\314S(\311HU\310H\254\004\000"),
	ODD("gzip that is not",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\n\r\nneedle in the hay"),
	ODD("gzip that is deflate",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip\r\n\r\n\313KMM\311IU\310\314S(\311"
		"HU\310H\254\004\000"),
	ODD("deflate with its wrapper",
		"HTTP/1.1 200 ok\r\nContent-Encoding: deflate\r\n\r\nx\234\313KMM\311IU\310"
		"\314S(\311HU\310H\254\004\0008*\006("),
	ODD("deflate without wrapper",
		"HTTP/1.1 200 ok\r\nContent-Encoding:: deflate,\r\n\r\n\313KMM\311IU\310\314S"
		"(\311HU\310H\254\004\000"),
	ODD("two encodings of which one is there",
		"HTTP/1.1 200 ok\r\nContent-Encoding: deflate\r\nContent-Encoding: gzip\r\n\r"
		"\n\313KMM\311IU\310\314S(\311HU\310H\254\004\000"),
	ODD("three encodings",
		"HTTP/1.1 200 ok\r\nContent-Encoding: deflate, gzip\r\nContent-Encoding: defl"
		"ate\r\n\r\n\223\357\346`\000\001&\346d\221\224\212\357\366\372\246\246\252"
		"\352\241\212\306\376\013U\224C\025\2257\n10\260j|\023\003\252\000\000"),
	ODD("an unknown encoding",
		"HTTP/1.1 200 ok\r\nContent-Encoding: foo\r\n\r\nneedle in the hay"),
	ODD("an encoding in chunks",
		"HTTP/1.1 200 ok\r\nContent-Encoding: x-gzip\r\nTransfer-Encoding: chunked\r"
		"\n\r\n25\r\n\037\213\010\000\000\000\000\000\002\003\313KMM\311IU\310\314S("
		"\311HU\310H\254\004\000\2642d\240\021\000\000\000\r\n0\r\n\r\n"),
	ODD("brotli",
		"HTTP/1.1 200 ok\r\nContent-Encoding: br\r\n\r\n"
		"\013\010\200\156\145\145\144\154\145\040\151\156\040\164\150\145\040\150"
		"\141\171\003"),
	ODD("gzip within brotli",
		"HTTP/1.1 200 ok\r\nContent-Encoding: gzip, br\r\n\r\n"
		"\013\022\200\037\213\010\000\000\000\000\000\002\003\313\113\115\115\311"
		"\111\125\310\314\123\050\311\110\125\310\110\254\004\000\264\062\144\240"
		"\021\000\000\000\003"),
	ODD("brotli that is not",
		"HTTP/1.1 200 ok\r\nContent-Encoding: br\r\n\r\nneedle in the hay"),
};
/* clang-format on */

static void
an_odd_body_is_read_as_browsers_do(void **state)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(odds); i++) {
		const struct proto_case c = {
			.port = 80,
			.says = {
				SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
				{ GZ_S2C, odds[i].response },
			},
			.wants = {
				{ "file.data", GZ_S2C, 0, 0, "needle in the hay" },
				{ "http.response_body", GZ_S2C, 0, 0, "needle in the hay" },
				{ "file.name", GZ_S2C, 0, 0, "/x" },
			},
		};

		print_message("%s\n", odds[i].name);
		case_run(&c);
	}
}

static void
what_is_no_request_belongs_to_the_one_before(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "POST /x HTTP/1.1\r\nHost: h\r\n\r\nlogin=a&password=b"),
			SAY(GZ_S2C, "HTTP/1.1 400 no\r\nContent-Length: 0\r\n\r\n"),
			SAY(GZ_C2S, "GET /y HTTP/1.1\r\nHost: h\r\n\r\n"),
		},
		.wants = {
			{ "http.uri", GZ_C2S, 1, 0, "/y" },
		},
		.events = { "REQUEST_BODY_UNEXPECTED" },
	};

	case_run(&c);
}

static void
a_body_where_none_should_be_is_told(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
		},
		.events = { "RESPONSE_BODY_UNEXPECTED" },
	};
	static const struct proto_case none = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 304 same\r\nContent-Length: 7\r\n\r\n"),
			SAY(GZ_C2S, "GET /y HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 204 No Content\r\n\r\n"),
		},
		.no_events = { "RESPONSE_BODY_UNEXPECTED" },
	};

	case_run(&c);
	case_run(&none);
}

static void
more_encodings_than_two_are_told_whatever_they_are(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 ok\r\nContent-Encoding: identity, identity, gzip\r\n"
				"Content-Length: 17\r\n\r\nabcdefgh and more"),
		},
		.wants = {
			{ "file.data", GZ_S2C, 0, 0, "abcdefgh and more" },
		},
		.events = { "TOO_MANY_ENCODING_LAYERS" },
	};
	static const struct proto_case two = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 ok\r\nContent-Encoding: identity, gzip\r\n"
				"Content-Length: 17\r\n\r\nabcdefgh and more"),
		},
		.no_events = { "TOO_MANY_ENCODING_LAYERS" },
	};

	case_run(&c);
	case_run(&two);
}

static void
what_comes_behind_a_counted_body_is_seen(void **state)
{
	static const struct proto_case c = {
		.port = 80,
		.says = {
			SAY(GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n"),
			SAY(GZ_S2C, "HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 ok\r\n"
				"Content-Length: 2\r\n\r\ncd"),
		},
		.wants = {
			{ "file.data", GZ_S2C, 0, 0, "ab" },
			{ "file.data", GZ_S2C, 1, 0, "cd" },
		},
	};
	struct feeder f;

	case_run(&c);
	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\nabcdef");
	assert_non_null(strstr(f.events, "\"length\":6"));
	feeder_fini(&f);
}

/** gzip of @p len bytes, @p times over. */
static uint32_t
pack(const uint8_t *from, uint32_t len, uint32_t times, uint8_t *to, uint32_t room)
{
	struct isal_zstream z;
	uint32_t i;

	isal_deflate_init(&z);
	z.gzip_flag = IGZIP_GZIP;
	z.next_out = to;
	z.avail_out = room;
	for (i = 0; i < times; i++) {
		z.next_in = (uint8_t *)(uintptr_t)from;
		z.avail_in = len;
		z.end_of_stream = i + 1 == times;
		assert_int_equal(isal_deflate(&z), COMP_OK);
	}
	return z.total_out;
}

static void
a_bomb_is_not_unpacked(void **state)
{
	static uint8_t once[512 * 1024], twice[64 * 1024];
	static const uint8_t zeroes[16384];
	struct feeder f;
	uint32_t len;

	len = pack(zeroes, sizeof(zeroes), 6000, once, sizeof(once));
	len = pack(once, len, 1, twice, sizeof(twice));
	feeder_init(&f, IPPROTO_TCP, 80);
	feeder_say_str(&f, GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	feeder_say_str(&f, GZ_S2C, "HTTP/1.1 200 ok\r\nContent-Encoding: gzip, gzip\r\n\r\n");
	feeder_say(&f, GZ_S2C, gz_span(twice, len));
	assert_non_null(strstr(f.events, "COMPRESSION_BOMB"));
	feeder_fini(&f);
}

/* What fields point to is there, and none is longer than all that was kept. */
static void
read_all(struct feeder *f, enum gz_dir dir)
{
	uint32_t *longest = f->arg;
	struct gz_value v;
	struct gz_tx *tx;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		for (uint32_t i = 0; i < gz_fields_count(); i++) {
			const struct gz_field_row *row = gz_field_row(gz_field(i), tx->proto);

			if (row == NULL || row->get == NULL || (row->flags & (1u << dir)) == 0 ||
					tx->progress[dir] < row->progress[dir] ||
					!row->get(tx, dir, 0, &v))
				continue;
			*longest = RTE_MAX(*longest, v.len);
			assert_true(v.len <= HTTP_TEXT_MOST);
			for (uint32_t k = 0; k < v.len; k++)
				assert_true(v.p[k] < 0x80);
		}
	}
}

static void
a_head_that_breaks_off_is_not_read_beyond_what_was_kept(void **state)
{
	enum {
		GAP,
		TOO_LONG,
		END,
		WAYS
	};
	static char value[30000];
	uint32_t longest = 0;
	struct feeder f;

	memset(value, 'y', sizeof(value) - 1);
	for (uint32_t way = 0; way < WAYS; way++) {
		feeder_init(&f, IPPROTO_TCP, 80);
		f.look = read_all;
		f.arg = &longest;
		feeder_say_str(&f, GZ_C2S, "GET /x HTTP/1.1\r\nHost: h\r\nUser-Agent: u\r\n");
		if (way == GAP)
			feeder_gap(&f, GZ_C2S, 100);
		for (uint32_t i = 0; way == TOO_LONG && i < 20; i++) {
			feeder_say_str(&f, GZ_C2S, "Cookie: ");
			feeder_say_str(&f, GZ_C2S, value);
			feeder_say_str(&f, GZ_C2S, "\r\n");
		}
		assert_int_equal(f.failed, way != END);
		feeder_close(&f);
		feeder_end(&f);
		feeder_fini(&f);
	}
	assert_true(longest >= sizeof("Host: h\r\nUser-Agent: u\r\n") - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_odd_body_is_read_as_browsers_do),
		cmocka_unit_test(what_is_no_request_belongs_to_the_one_before),
		cmocka_unit_test(a_body_where_none_should_be_is_told),
		cmocka_unit_test(more_encodings_than_two_are_told_whatever_they_are),
		cmocka_unit_test(what_comes_behind_a_counted_body_is_seen),
		cmocka_unit_test(a_bomb_is_not_unpacked),
		cmocka_unit_test(a_head_that_breaks_off_is_not_read_beyond_what_was_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
