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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_has_come_so_far),
		cmocka_unit_test(a_certificate_is_good_for_a_time),
		cmocka_unit_test(a_banner_tells_version_and_software),
		cmocka_unit_test(a_port_elsewhere_is_a_bounce),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
