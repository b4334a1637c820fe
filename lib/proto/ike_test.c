/* SPDX-License-Identifier: BSD-3-Clause */

#include "ike_test.h"

#include "gz_ike.h"

static void
version_1_tells_what_was_asked_for_and_chosen(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 500,
		.says = { SAY(GZ_C2S, REQUEST_1), SAY(GZ_S2C, RESPONSE_1),
				SAY(GZ_C2S, CLIENT_KEY_1), SAY(GZ_S2C, SERVER_KEY_1),
				SAY(GZ_C2S, SECRET_1) },
		.wants = { { "ike.init_spi", GZ_C2S, 0, 0, "4949494949494949", 0 },
				{ "ike.resp_spi", GZ_S2C, 1, 0, "5252525252525252", 0 },
				{ "ike.vendor", GZ_C2S, 0, 0, "76656e646f72", 0 },
				{ "ike.vendor", GZ_C2S, 0, 1, NULL, 0 },
				{ "ike.key_exchange_payload", GZ_C2S, 2, 0, "KKKKKKKKKKKKKKKK", 0 },
				{ "ike.nonce_payload", GZ_S2C, 3, 0, "NONCE", 0 } },
		.events = { "\"proposals\":[{\"alg_enc\":\"EncAesCbc\",\"alg_enc_raw\":7,",
				"{\"alg_enc\":\"EncTripleDesCbc\",\"alg_enc_raw\":5,",
				"\"exchange_type\":2,\"alg_enc\":\"EncAesCbc\"",
				"\"sa_life_duration_raw\":86400",
				"\"client\":{\"key_exchange_payload\":\"4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b\"",
				"\"server\":{\"key_exchange_payload\":\"6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b\"",
				"\"encrypted_payloads\":true}" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
version_2_tells_weak_choices_and_refusals(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 500,
		.says = { SAY(GZ_C2S, REQUEST_2), SAY(GZ_S2C, RESPONSE_2), SAY(GZ_C2S, SECRET_2),
				SAY(GZ_S2C, REFUSAL_2) },
		.wants = { { "ike.nonce_payload", GZ_C2S, 0, 0, "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
				0 } },
		.events = { "\"role\":\"initiator\",\"payload\":[\"SecurityAssociation\"",
				"\"role\":\"responder\",\"alg_enc\":\"ENCR_DES\","
				"\"alg_auth\":\"AUTH_HMAC_MD5_96\",\"alg_prf\":\"PRF_HMAC_MD5\","
				"\"alg_dh\":\"Modp768\",\"alg_esn\":\"NoESN\"",
				"weak_crypto_enc", "weak_crypto_prf", "weak_crypto_auth",
				"weak_crypto_dh",
				"\"errors\":1,\"notify\":[\"NO_PROPOSAL_CHOSEN\"]" },
		.no_events = { "malformed_data", "weak_crypto_no" },
	};

	case_run(&c);
}

static void
on_port_4500_a_marker_stands_in_front(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 4500,
		.says = { SAY(GZ_C2S, "\0\0\0\0" REQUEST_2) },
		.events = { "\"version_major\":2" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
on_port_500_zeros_in_front_are_an_index(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 500,
		.says = { SAY(GZ_C2S,
				"\0\0\0\0\x49\x49\x49\x49\0\0\0\0\0\0\0\0"
				"\x29\x20\x22\x20\0\0\0\0\0\0\0\x24\0\0\0\x08\0\0\0\x0e") },
		.wants = { { "ike.init_spi", GZ_C2S, 0, 0, "0000000049494949", 0 } },
		.events = { "\"version_major\":2" },
		.no_events = { "anomaly" },
	};

	case_run(&c);
}

static void
odd_messages_are_noted(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 500,
		.says = { SAY(GZ_C2S, REQUEST_1), SAY(GZ_S2C, TWO_1), SAY(GZ_S2C, BAD_1),
				SAY(GZ_C2S, "no header") },
		.events = { "multiple_server_proposal", "anomaly 2", "anomaly 3" },
		.no_events = { "ike 3" },
	};

	case_run(&c);
}

static void
rules_ask_for_what_was_chosen_by_its_name(void **state)
{
	int attribute = gz_ike_attribute_find(GZ_SPAN("sa_key_length"));
	struct feeder f;
	struct gz_tx *tx;
	uint32_t v;

	assert_true(attribute >= 0);
	assert_int_equal(gz_ike_attribute_find(GZ_SPAN("nonsense")), -1);
	feeder_init(&f, IPPROTO_UDP, 500);
	gz_event_want(f.ring, (uint64_t[GZ_EVENT_TYPES_MOST / 64]){ 0 });
	struct gz_chunk chunk = {
		.data = (const uint8_t *)RESPONSE_1, .len = sizeof(RESPONSE_1) - 1, .dir = GZ_S2C
	};
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	tx = TAILQ_FIRST(&f.flow.app->txs);
	assert_true(gz_ike_chosen(tx, (uint16_t)attribute, 0, &v));
	assert_int_equal(v, 128);
	assert_false(gz_ike_chosen(tx, (uint16_t)attribute, 1, &v));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_1_tells_what_was_asked_for_and_chosen),
		cmocka_unit_test(version_2_tells_weak_choices_and_refusals),
		cmocka_unit_test(on_port_4500_a_marker_stands_in_front),
		cmocka_unit_test(on_port_500_zeros_in_front_are_an_index),
		cmocka_unit_test(odd_messages_are_noted),
		cmocka_unit_test(rules_ask_for_what_was_chosen_by_its_name),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
