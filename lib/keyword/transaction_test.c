/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_test.h"
#include "proto_feeder.h"
#include "tls_test_data.h"

/* Keywords about transactions as parsers tell them. */

enum {
	YEAR_2020_S = 1577836800,
};

/** Does the rule's one match hold for the oldest transaction of @p f now? */
static bool
tx_matches(const char *proto, const char *options, struct feeder *f, enum gz_dir dir)
{
	char text[512];
	struct gz_eval e;
	struct built b;
	bool yes;

	snprintf(text, sizeof(text), "alert %s any any -> any any (%s sid:1;)", proto, options);
	b = build_rule(text);
	if (b.sig == NULL)
		fail_msg("refused: %s", text);
	assert_non_null(b.sig->tx);
	eval_init(&e, b.sig);
	e.flow = &f->flow;
	e.tx = TAILQ_FIRST(&f->flow.app->txs);
	e.dir = dir;
	e.now_us = (uint64_t)YEAR_2020_S * 1000000;
	yes = gz_eval_all(&e, b.sig->tx);
	gz_sig_destroy(b.sig);
	gz_errors_clear(&b.errors);
	return yes;
}

static void
a_handshake_has_come_so_far(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_12, sizeof(client_12)));
	assert_true(tx_matches("tls", "ssl_state:client_hello;", &f, GZ_C2S));
	assert_false(tx_matches("tls", "ssl_state:server_hello;", &f, GZ_C2S));
	assert_true(tx_matches("tls", "ssl_state:server_hello|client_hello;", &f, GZ_C2S));
	assert_false(tx_matches("tls", "ssl_state:!client_hello;", &f, GZ_C2S));
	assert_true(tx_matches("tls", "ssl_state:!server_hello;", &f, GZ_C2S));
	assert_false(tx_matches("tls", "ssl_state:unknown;", &f, GZ_C2S));
	assert_false(tx_matches("tls", "tls_cert_valid;", &f, GZ_S2C));
	feeder_say(&f, GZ_S2C, gz_span(server_12, sizeof(server_12)));
	assert_true(tx_matches("tls", "ssl_state:server_hello;", &f, GZ_S2C));
	feeder_end(&f);
	feeder_fini(&f);
}

/* Over TCP: who is the mail exchanger of a name, and that there is no such name. */
#define WHO_IS_IT \
	"\x00\x14\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02no\x00\x00\x0f\x00\x01"
#define NO_SUCH_NAME \
	"\x00\x14\x00\x01\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00\x02no\x00\x00\x0f\x00\x01"

static void
numbers_of_dns_have_names(void **state)
{
	struct gz_chunk chunk = {
		.data = (const uint8_t *)WHO_IS_IT, .len = sizeof(WHO_IS_IT) - 1, .dir = GZ_C2S
	};
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 53);
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	assert_true(tx_matches("dns", "dns.rrtype:mx;", &f, GZ_C2S));
	assert_true(tx_matches("dns", "dns.rrtype:!TXT; dns.rcode:noerror;", &f, GZ_C2S));
	assert_false(tx_matches("dns", "dns.rrtype:a;", &f, GZ_C2S));
	feeder_fini(&f);
	chunk.data = (const uint8_t *)NO_SUCH_NAME;
	chunk.dir = GZ_S2C;
	feeder_init(&f, IPPROTO_TCP, 53);
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	assert_true(tx_matches("dns", "dns.rcode:nxdomain;", &f, GZ_S2C));
	assert_false(tx_matches("dns", "dns.rcode:!NXDomain;", &f, GZ_S2C));
	feeder_fini(&f);
}

static void
a_certificate_is_good_for_a_time(void **state)
{
	uint64_t begins = 0, ends = 0;
	struct feeder f;
	struct gz_tx *tx;

	feeder_init(&f, IPPROTO_TCP, 443);
	feeder_say(&f, GZ_C2S, gz_span(client_12, sizeof(client_12)));
	feeder_say(&f, GZ_S2C, gz_span(server_12, sizeof(server_12)));
	tx = TAILQ_FIRST(&f.flow.app->txs);
	assert_true(gz_field_find("tls.cert_not_before")
					->rows[0]
					.row->get_number(tx, GZ_S2C, 0, &begins));
	assert_true(gz_field_find("tls.cert_not_after")
					->rows[0]
					.row->get_number(tx, GZ_S2C, 0, &ends));
	assert_true(begins < ends);
	assert_int_equal(tx_matches("tls", "tls_cert_expired;", &f, GZ_S2C), ends < YEAR_2020_S);
	assert_int_equal(tx_matches("tls", "tls_cert_valid;", &f, GZ_S2C),
			begins <= YEAR_2020_S && YEAR_2020_S <= ends);
	assert_true(tx_matches("tls", "tls_cert_notbefore:>1980;", &f, GZ_S2C));
	assert_false(tx_matches("tls", "tls_cert_notbefore:<1980-02-03;", &f, GZ_S2C));
	assert_true(tx_matches(
			"tls", "tls_cert_notafter:1980-01-01<>2200-01-01T12:00:00;", &f, GZ_S2C));
	assert_false(tx_matches("tls", "tls_cert_notafter:1980;", &f, GZ_S2C));
	feeder_end(&f);
	feeder_fini(&f);
}

static void
a_banner_tells_version_and_software(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 22);
	feeder_say_str(&f, GZ_C2S, "SSH-1.99-OpenSSH_3.9 old\r\n");
	assert_true(tx_matches("ssh", "ssh.protoversion:1.99;", &f, GZ_C2S));
	assert_true(tx_matches("ssh", "ssh.protoversion:2_compat;", &f, GZ_C2S));
	assert_false(tx_matches("ssh", "ssh.protoversion:2.0;", &f, GZ_C2S));
	assert_false(tx_matches("ssh", "ssh.protoversion:2_compat;", &f, GZ_S2C));
	feeder_say_str(&f, GZ_S2C, "SSH-1.5-x\r\n");
	assert_false(tx_matches("ssh", "ssh.protoversion:2_compat;", &f, GZ_S2C));
	feeder_end(&f);
	feeder_fini(&f);
}

/* TGS-REP: its ticket for RC4 or for @p etype of one byte, its own part for AES. */
static bool
ticket_matches(const char *options, uint8_t etype)
{
	char reply[] = "\x6d\x4c\x30\x4a\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0d\xa5\x32"
		       "\x61\x30\x30\x2e\xa0\x03\x02\x01\x05\xa1\x05\x1b\x03REA\xa2\x14"
		       "\x30\x12\xa0\x03\x02\x01\x02\xa1\x0b\x30\x09\x1b\x04host\x1b\x01h"
		       "\xa3\x0a\x30\x08\xa0\x03\x02\x01\x17\xa2\x01\x04"
		       "\xa6\x0a\x30\x08\xa0\x03\x02\x01\x12\xa2\x01\x04";
	struct gz_chunk chunk = {
		.data = (const uint8_t *)reply, .len = sizeof(reply) - 1, .dir = GZ_S2C
	};
	struct feeder f;
	bool yes;

	reply[sizeof(reply) - 1 - 12 - 4] = (char)etype;
	feeder_init(&f, IPPROTO_UDP, 88);
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	yes = tx_matches("krb5", options, &f, GZ_S2C);
	feeder_fini(&f);
	return yes;
}

static void
a_tickets_encryption_is_told_by_name_number_or_weakness(void **state)
{
	enum {
		RC4 = 23,
		AES = 17,
		PRIVATE = 0x80
	};
	const struct {
		const char *options;
		bool rc4, aes;
	} cases[] = {
		{ "krb5.ticket_encryption:weak;", true, false },
		{ "krb5.ticket_encryption:!weak;", false, true },
		{ "krb5.ticket_encryption:23;", true, false },
		{ "krb5.ticket_encryption:rc4-hmac,rc4-hmac-exp;", true, false },
		{ "krb5.ticket_encryption:1 17;", false, true },
		{ "krb5.ticket_encryption:!des-cbc-crc, RC4-HMAC;", false, true },
	};

	for (uint32_t i = 0; i < RTE_DIM(cases); i++) {
		assert_int_equal(ticket_matches(cases[i].options, RC4), cases[i].rc4);
		assert_int_equal(ticket_matches(cases[i].options, AES), cases[i].aes);
	}
	assert_true(ticket_matches("krb5.ticket_encryption:-128;", PRIVATE));
	assert_refused("krb5.ticket_encryption:23,rot13;",
			"t:1:57: krb5.ticket_encryption: expected weak, or names or numbers of "
			"encryptions: rc4-hmac,23");
	assert_refused("krb5.ticket_encryption:!;",
			"t:1:55: krb5.ticket_encryption: expected weak, or a list of encryptions");
}

static bool
bounces(const char *command)
{
	static const uint8_t client[4] = { 10, 0, 0, 1 };
	struct feeder f;
	bool yes;

	feeder_init(&f, IPPROTO_TCP, 21);
	f.flow.addr[GZ_C2S] = gz_addr_v4(client);
	feeder_say_str(&f, GZ_C2S, command);
	yes = tx_matches("ftp", "ftpbounce;", &f, GZ_C2S);
	feeder_end(&f);
	feeder_fini(&f);
	return yes;
}

static void
a_port_elsewhere_is_a_bounce(void **state)
{
	assert_false(bounces("PORT 10,0,0,1,4,1\r\n"));
	assert_true(bounces("PORT 10,0,0,2,4,1\r\n"));
	assert_true(bounces("port 192,168,0,1,0,21\r\n"));
	assert_false(bounces("PORT 10,0,0\r\n"));
	assert_false(bounces("USER 10,0,0,2,4,1\r\n"));
}

static void
requests_of_modbus_are_told_apart(void **state)
{
	static const struct {
		const char *value;
		bool reads, writes; /* matches READ, WRITE */
	} cases[] = {
		{ "unit 11", true, true },
		{ "unit <11", false, false },
		{ "unit 10<>12, access write", false, true },
		{ "function 3", true, false },
		{ "function 16", false, true },
		{ "function assigned", true, true },
		{ "function !public", false, false },
		{ "function reserved", false, false },
		{ "access read", true, false },
		{ "access write", false, true },
		{ "access read holding", true, false },
		{ "access read input", false, false },
		{ "access read holding, address 1", true, false },
		{ "access read holding, address 3", true, false },
		{ "access read holding, address 4", false, false },
		{ "access read holding, address >2", true, false },
		{ "access read holding, address <1", false, false },
		{ "access write holding, address 3, value 258", false, true },
		{ "access write holding, address 2, value 258", false, false },
		{ "access write holding, address 2, value 9<>11", false, true },
		{ "access write, address 3, value >257", false, true },
	};
	char option[128];
	struct feeder f[2];
	uint32_t i;

	feeder_init(&f[0], IPPROTO_TCP, 502);
	feeder_init(&f[1], IPPROTO_TCP, 502);
	feeder_say(&f[0], GZ_C2S, GZ_SPAN("\0\1\0\0\0\6\x0b\3\0\0\0\3"));
	feeder_say(&f[1], GZ_C2S, GZ_SPAN("\0\3\0\0\0\x0b\x0b\x10\0\1\0\2\4\0\x0a\1\2"));
	for (i = 0; i < RTE_DIM(cases); i++) {
		snprintf(option, sizeof(option), "modbus:%s;", cases[i].value);
		if (tx_matches("modbus", option, &f[0], GZ_C2S) != cases[i].reads ||
				tx_matches("modbus", option, &f[1], GZ_C2S) != cases[i].writes)
			fail_msg("%s", option);
	}
	for (i = 0; i < 2; i++) {
		feeder_end(&f[i]);
		feeder_fini(&f[i]);
	}
}

static void
what_modbus_cannot_ask_for_is_refused(void **state)
{
	static const char *const values[] = { "access write discretes", "access holding",
		"access write holding, value 2", "access write holding, address 2<>4, value 3",
		"access read holding, address 2, value 3", "function 3, unit 5", "function 300",
		"function some", "function all, subfunction 1", "unit !5", "address 5",
		"access read holding, address !5", "function 8, subfunction 70000", "unit 1 2",
		"function 3, access read", "," };
	char text[160];
	struct built b;
	uint32_t i;

	for (i = 0; i < RTE_DIM(values); i++) {
		snprintf(text, sizeof(text), "alert modbus any any -> any any (modbus:%s; sid:1;)",
				values[i]);
		b = build_rule(text);
		if (b.sig != NULL)
			fail_msg("taken: %s", text);
		assert_int_equal(b.errors.count, 1);
		gz_errors_clear(&b.errors);
	}
}

/* Peers' own limits: their rules are taken, and cannot match. */
static void
an_event_that_never_happens_is_understood(void **state)
{
	const struct gz_never_event *v;
	char text[256], line[512], wanted[512];
	struct built b;
	uint32_t i, n;

	v = gz_keyword_never_events(&n);
	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
				"alert %s any any -> any any (app-layer-event:%s.%s; sid:1;)",
				v[i].proto, v[i].proto, v[i].name);
		b = build_rule(text);
		assert_non_null(b.sig);
		assert_non_null(b.sig->tx);
		assert_int_equal(b.errors.warnings, 1);
		gz_error_format(&b.errors.v[0], line, sizeof(line));
		snprintf(wanted, sizeof(wanted), "app-layer-event: %s.%s never happens: %s",
				v[i].proto, v[i].name, v[i].why);
		assert_non_null(strstr(line, wanted));
		gz_errors_clear(&b.errors);
		gz_sig_destroy(b.sig);
	}
	assert_true(n >= 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_has_come_so_far),
		cmocka_unit_test(an_event_that_never_happens_is_understood),
		cmocka_unit_test(numbers_of_dns_have_names),
		cmocka_unit_test(a_certificate_is_good_for_a_time),
		cmocka_unit_test(a_banner_tells_version_and_software),
		cmocka_unit_test(a_tickets_encryption_is_told_by_name_number_or_weakness),
		cmocka_unit_test(a_port_elsewhere_is_a_bounce),
		cmocka_unit_test(requests_of_modbus_are_told_apart),
		cmocka_unit_test(what_modbus_cannot_ask_for_is_refused),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
