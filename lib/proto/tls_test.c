/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"
#include "tls_test_data.h"

static char *
connect_12(uint32_t piece, uint16_t port)
{
	struct feeder f;
	char *events;

	feeder_init(&f, IPPROTO_TCP, port);
	f.piece = piece;
	feeder_say(&f, GZ_C2S, gz_span(client_12, sizeof(client_12)));
	feeder_say(&f, GZ_S2C, gz_span(server_12, sizeof(server_12)));
	feeder_end(&f);
	events = strdup(f.events);
	feeder_fini(&f);
	return events;
}

static void
assert_told(const char *events, const char *what)
{
	assert_non_null(events);
	if (strstr(events, what) == NULL)
		fail_msg("no %s in %s", what, events);
}

static void
hellos_and_the_certificate_are_told(void **state)
{
	char *events = connect_12(0, 443);

	assert_told(events, "\"subject\":\"C=US, O=Example, Inc., CN=www.example.com\"");
	assert_told(events, "\"issuerdn\":\"C=US, O=Example, Inc., CN=www.example.com\"");
	assert_told(events, "\"serial\":\"00:9C:FC:DA\"");
	assert_told(events,
			"\"fingerprint\":\"54:64:22:6c:05:e1:24:9d:f8:0a:75:34:f8:c8:c0:a6:80:a5:66:36\"");
	assert_told(events, "\"sni\":\"www.example.com\",\"version\":\"TLS 1.2\"");
	assert_told(events, "\"subjectaltname\":[\"www.example.com\",\"example.org\"]");
	assert_told(events, "\"client_alpns\":[\"h2\",\"http/1.1\"]");
	assert_told(events, "\"ja4\":\"t12d");
	assert_told(events, "h2_");
	free(events);
}

static void
it_is_the_same_however_it_is_cut_and_on_any_port(void **state)
{
	char *whole = connect_12(0, 443);

	for (uint32_t piece = 1; piece < 100; piece++) {
		char *cut = connect_12(piece, piece % 2 == 0 ? 443 : 12345);

		assert_string_equal(whole, cut);
		free(cut);
	}
	free(whole);
}

static void
tls_13_is_told_by_its_extension(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_13, sizeof(client_13)));
	feeder_say(&f, GZ_S2C, gz_span(server_13, sizeof(server_13)));
	assert_true(f.flow.app->done);
	feeder_end(&f);
	assert_told(f.events, "\"version\":\"TLS 1.3\"");
	assert_told(f.events, "\"ja4\":\"t13d");
	assert_null(strstr(f.events, "subject\""));
	feeder_fini(&f);
}

/* TLS 1.0: without algorithms of signatures. */
static const char client_10
		[] = "\x16\x03\x01\x00\x63\x01\x00\x00\x5f\x03\x01\x63\x7f\x44\x6d\xcd\x85\x12\x5f"
		     "\xd9\x25\x00\xd3\x84\x03\xdd\x1e\xa1\x21\x5a\xae\x7e\xcc\x05\xfd\x6e\x74\x9f"
		     "\xe7\xbb\x73\x10\x43\x00\x00\x0e\xc0\x0a\xc0\x09\xc0\x14\xc0\x13\x00\x35\x00"
		     "\x2f\x00\x0a\x01\x00\x00\x28\x00\x05\x00\x05\x01\x00\x00\x00\x00\x00\x0a\x00"
		     "\x08\x00\x06\x00\x1d\x00\x17\x00\x18\x00\x0b\x00\x02\x01\x00\x00\x23\x00\x00"
		     "\x00\x17\x00\x00\xff\x01\x00\x01\x00";

static void
of_an_unanswered_hello_the_offer_is_told(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_10, sizeof(client_10) - 1));
	feeder_end(&f);
	assert_told(f.events, "\"version\":\"TLSv1\"");
	assert_told(f.events, "\"ja4\":\"t10i070600_c50f5591e341_ce66f3b797c1\"");
	feeder_fini(&f);

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_13, sizeof(client_13)));
	feeder_end(&f);
	assert_told(f.events, "\"version\":\"TLS 1.3\"");
	feeder_fini(&f);
}

static void
a_handshake_over_many_records_is_put_together(void **state)
{
	uint32_t len = (uint32_t)client_12[3] << 8 | client_12[4];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	for (uint32_t at = 0; at < len; at += 7) {
		uint32_t n = RTE_MIN(7u, len - at);
		uint8_t record[12] = { 22, 3, 1, 0, (uint8_t)n };

		memcpy(record + 5, client_12 + 5 + at, n);
		feeder_say(&f, GZ_C2S, gz_span(record, 5 + n));
	}
	feeder_end(&f);
	assert_told(f.events, "\"sni\":\"www.example.com\"");
	feeder_fini(&f);
}

static void
a_heartbeat_that_asks_for_more_than_it_brings_is_noted(void **state)
{
	static const uint8_t bleed[] = { 24, 3, 2, 0, 3, 1, 0x40, 0 };
	uint32_t hello = 5 + ((uint32_t)client_12[3] << 8 | client_12[4]);
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_12, hello));
	feeder_say(&f, GZ_C2S, gz_span(bleed, sizeof(bleed)));
	feeder_end(&f);
	assert_told(f.events, "OVERFLOW_HEARTBEAT_MESSAGE");
	feeder_fini(&f);
}

static void
more_records_than_a_packet_should_hold_are_noted(void **state)
{
	uint32_t hello = 5 + ((uint32_t)client_12[3] << 8 | client_12[4]), i;
	uint8_t empty[256 * 5];
	struct feeder f;

	for (i = 0; i < sizeof(empty); i += 5)
		memcpy(empty + i, "\x16\x03\x01\0\0", 5);
	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_12, hello));
	feeder_say(&f, GZ_C2S, gz_span(empty, 255 * 5));
	assert_null(strstr(f.events, "TOO_MANY_RECORDS_IN_PACKET"));
	feeder_say(&f, GZ_C2S, gz_span(empty, sizeof(empty)));
	assert_told(f.events, "TOO_MANY_RECORDS_IN_PACKET");
	feeder_fini(&f);
}

#define UTC        \
	"\x17\x0d" \
	"170426000000Z"
#define NUMBERS                \
	"\xa0\x03\x02\x01\x02" \
	"\x02\x01\x07"
#define DATES "\x30\x1e" UTC UTC
#define CUT(a, b, c, d, e, f)                       \
	{                                           \
		a, sizeof(b c d e f) - 1, b c d e f \
	}

/* A certificate's parts, one of which is none. */
static const struct {
	const char *event;
	uint32_t len;
	const char *parts;
} bad_certificates[] = {
	CUT(NULL, NUMBERS, "\x30\0", "\x30\0", DATES, "\x30\0"),
	CUT("CERTIFICATE_INVALID_VERSION",
			"\xa0\x03\x02\x01\x03"
			"\x02\x01\x07",
			"\x30\0", "\x30\0", DATES, "\x30\0"),
	CUT("CERTIFICATE_INVALID_SERIAL", "\x04\x01\x07", "\x30\0", "\x30\0", DATES, "\x30\0"),
	CUT("CERTIFICATE_INVALID_ALGORITHMIDENTIFIER", NUMBERS, "\x31\0", "\x30\0", DATES,
			"\x30\0"),
	CUT("CERTIFICATE_INVALID_ISSUER", NUMBERS, "\x30\0", "\x31\0", DATES, "\x30\0"),
	CUT("CERTIFICATE_INVALID_VALIDITY", NUMBERS, "\x30\0", "\x30\0", "\x30\x02\x05\0",
			"\x30\0"),
	CUT("CERTIFICATE_INVALID_SUBJECT", NUMBERS, "\x30\0", "\x30\0", DATES, "\x31\0"),
	CUT("CERTIFICATE_INVALID_EXTENSIONS", NUMBERS, "\x30\0", "\x30\0", DATES,
			"\x30\0"
			"\xa3\x02\x31\0"),
};

static void
parts_of_a_certificate_that_are_none_are_told(void **state)
{
	uint32_t hello = 5 + ((uint32_t)client_12[3] << 8 | client_12[4]), n;

	for (uint32_t i = 0; i < RTE_DIM(bad_certificates); i++) {
		uint8_t r[256] = { 22, 3, 3, 0, 0, 11, 0, 0 };
		struct feeder f;

		n = bad_certificates[i].len;
		r[4] = (uint8_t)(n + 14);
		r[8] = (uint8_t)(n + 10);
		r[11] = (uint8_t)(n + 7);
		r[14] = (uint8_t)(n + 4);
		memcpy(r + 15, (const uint8_t[]){ 0x30, (uint8_t)(n + 2), 0x30, (uint8_t)n }, 4);
		memcpy(r + 19, bad_certificates[i].parts, n);
		feeder_init(&f, IPPROTO_TCP, 443);
		feeder_say(&f, GZ_C2S, gz_span(client_12, hello));
		feeder_say(&f, GZ_S2C, gz_span(r, n + 19));
		if (bad_certificates[i].event == NULL)
			assert_null(strstr(f.events, "CERTIFICATE"));
		else
			assert_told(f.events, bad_certificates[i].event);
		feeder_fini(&f);
	}
}

static void
nonsense_behind_a_hello_ends_it(void **state)
{
	uint32_t hello = 5 + ((uint32_t)client_12[3] << 8 | client_12[4]);
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_12, hello));
	feeder_say_str(&f, GZ_C2S, "GET / HTTP/1.1\r\n\r\n");
	assert_true(f.flow.app->broken);
	feeder_end(&f);
	assert_told(f.events, "INVALID_RECORD_VERSION");
	feeder_fini(&f);
}

/** The handshake record of @p data that begins with a message of @p type. */
static struct gz_span
record_of(const uint8_t *data, uint32_t len, uint8_t type)
{
	uint32_t at = 0, n = 0;

	while (at < len) {
		n = 5 + ((uint32_t)data[at + 3] << 8 | data[at + 4]);
		if (data[at] == 22 && data[at + 5] == type)
			break;
		at += n;
	}
	assert_true(at < len);
	return gz_span(data + at, n);
}

static bool subject_is_told;

static void
look_for_subject(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx = TAILQ_FIRST(&f->flow.app->txs);
	struct gz_value v;

	subject_is_told |= tx != NULL && feeder_tx_value(tx, "tls.cert_subject", GZ_C2S, 0, &v) &&
			v.len > 0;
	assert_false(tx != NULL && feeder_tx_value(tx, "tls.cert_subject", GZ_S2C, 0, &v));
}

static void
a_certificate_of_the_client_is_its_own(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	f.look = look_for_subject;
	feeder_say(&f, GZ_C2S, record_of(client_12, sizeof(client_12), 1));
	feeder_say(&f, GZ_S2C, record_of(server_12, sizeof(server_12), 2));
	assert_false(subject_is_told);
	feeder_say(&f, GZ_C2S, record_of(server_12, sizeof(server_12), 11));
	assert_true(subject_is_told);
	feeder_end(&f);
	assert_told(f.events, "\"client\":{\"subject\":\"");
	feeder_fini(&f);
}

static void
a_hello_of_the_first_drafts_is_read(void **state)
{
	static const uint8_t hello[] = { 22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 4, [43] = 0xc0, 0x2f, 0,
		0 };
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, record_of(client_12, sizeof(client_12), 1));
	feeder_say(&f, GZ_S2C, gz_span(hello, sizeof(hello)));
	feeder_end(&f);
	assert_told(f.events, "\"version\":\"TLS 1.3 draft-<16\"");
	assert_told(f.events, "\"string\":\"772,49199,\"");
	feeder_fini(&f);
}

static void
an_empty_record_is_recognised(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 8002);
	feeder_say(&f, GZ_C2S, GZ_SPAN("\x16\x03\0\0\0\0\0\0\0\0\0\0"));
	assert_string_equal(gz_app_name(&f.flow), "tls");
	feeder_fini(&f);
}

#define SSL2_HELLO(version)                                                     \
	"\x80\x22\x01" version "\0\x09\0\0\0\x10\x01\0\x80\x02\0\x80\x03\0\x80" \
	"CCCCCCCCCCCCCCCC"
#define SSL2_ANSWER                                                                \
	"\x80\x23\x04\0\x01\0\x02\0\x05\0\x03\0\x10\x30\x03\x02\x01\x01\x01\0\x80" \
	"IIIIIIIIIIIIIIII"
#define TLS_ANSWER                               \
	"\x16\x03\x01\0\x2a\x02\0\0\x26\x03\x01" \
	"RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR"       \
	"\0\0\x2f\0"

static void
ssl_2_is_told_and_where_it_goes_on_in_tls(void **state)
{
	static const struct proto_case old = {
		.port = 443,
		.says = { SAY(GZ_C2S, SSL2_HELLO("\0\x02")), SAY(GZ_S2C, SSL2_ANSWER),
				SAY(GZ_C2S,
						"\x80\x05\x02"
						"keys"),
				SAY(GZ_S2C,
						"\x80\x07"
						"sealed!"),
				SAY(GZ_C2S,
						"\0\x09\x03"
						"sealed\0\0\0") },
		.events = { "tls 0 {\"tls\":{\"version\":\"SSLv2\"}}" },
		.no_events = { "anomaly" },
	};
	static const struct proto_case both = {
		.port = 443,
		.says = { SAY(GZ_C2S, SSL2_HELLO("\x03\x01")), SAY(GZ_S2C, TLS_ANSWER) },
		.events = { "\"version\":\"TLSv1\"" },
		.no_events = { "anomaly" },
	};
	static const struct proto_case cut_off = {
		.port = 443,
		.says = { SAY(GZ_C2S, "\x80\x05\x01\0\x02\0\0") },
		.events = { "INVALID_SSL_RECORD" },
	};
	static const struct proto_case none = {
		.port = 443,
		.says = { SAY(GZ_C2S, SSL2_HELLO("\0\x02")), SAY(GZ_S2C, "\x80\x05\x09xxxx") },
		.events = { "INVALID_SSLV2_HEADER" },
	};

	case_run(&old);
	case_run(&both);
	case_run(&cut_off);
	case_run(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hellos_and_the_certificate_are_told),
		cmocka_unit_test(it_is_the_same_however_it_is_cut_and_on_any_port),
		cmocka_unit_test(tls_13_is_told_by_its_extension),
		cmocka_unit_test(of_an_unanswered_hello_the_offer_is_told),
		cmocka_unit_test(a_handshake_over_many_records_is_put_together),
		cmocka_unit_test(a_heartbeat_that_asks_for_more_than_it_brings_is_noted),
		cmocka_unit_test(more_records_than_a_packet_should_hold_are_noted),
		cmocka_unit_test(parts_of_a_certificate_that_are_none_are_told),
		cmocka_unit_test(nonsense_behind_a_hello_ends_it),
		cmocka_unit_test(a_certificate_of_the_client_is_its_own),
		cmocka_unit_test(a_hello_of_the_first_drafts_is_read),
		cmocka_unit_test(an_empty_record_is_recognised),
		cmocka_unit_test(ssl_2_is_told_and_where_it_goes_on_in_tls),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
