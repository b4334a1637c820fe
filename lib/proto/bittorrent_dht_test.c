/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_case.h"

#define US "abcdefghij0123456789"
#define US_HEX "6162636465666768696a30313233343536373839"
#define THEM "mnopqrstuvwxyz123456"
#define THEM_HEX "6d6e6f707172737475767778797a313233343536"
#define PING                                             \
	"d1:ad2:id20:" US "e1:q4:ping1:t2:aa1:v4:UT\1\2" \
	"1:y1:qe"
#define PONG "d1:rd2:id20:" THEM "e1:t2:aa1:y1:re"

static void
queries_and_responses_are_told(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 6881,
		.says = { SAY(GZ_C2S, PING), SAY(GZ_S2C, PONG),
				SAY(GZ_C2S, "d1:ad2:id20:" US "9:info_hash20:" THEM "e1:q9:get_peers1:t2:ac1:y1:qe"),
				SAY(GZ_S2C, "d1:rd2:id20:" THEM "5:nodes53:" US "\1\2\3\4\x1a\xe1" THEM
					    "\5\6\7\x08\0\x50x6:nodes638:" US
					    "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x1a\xe1"
					    "5:token3:\xff\1e6:valuesl6:axje.u6:idhtnmee1:t2:ac1:y1:re"),
				SAY(GZ_C2S, "d1:ad2:id20:" US "12:implied_porti1e9:info_hash20:" THEM
					    "4:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:ad1:y1:qe"),
				SAY(GZ_S2C, "d1:eli201e15:A Generic Errore1:t2:ae1:y1:ee"),
				SAY(GZ_C2S, "\x41\0not of this protocol") },
		.events = {
				"bittorrent_dht 0 {\"bittorrent_dht\":{\"transaction_id\":\"6161\","
				"\"client_version\":\"55540102\",\"request_type\":\"ping\","
				"\"request\":{\"id\":\"" US_HEX "\"}}}",
				"bittorrent_dht 1 {\"bittorrent_dht\":{\"transaction_id\":\"6161\","
				"\"response\":{\"id\":\"" THEM_HEX "\"}}}",
				"\"request_type\":\"get_peers\",\"request\":{\"id\":\"" US_HEX
				"\",\"info_hash\":\"" THEM_HEX "\"}}}",
				"\"nodes\":[{\"id\":\"" US_HEX "\",\"ip\":\"1.2.3.4\",\"port\":6881},"
				"{\"id\":\"" THEM_HEX "\",\"ip\":\"5.6.7.8\",\"port\":80}],"
				"\"nodes6\":[{\"id\":\"" US_HEX
				"\",\"ip\":\"2001:0db8:0000:0000:0000:0000:0000:0001\",\"port\":6881}],"
				"\"values\":[{\"ip\":\"97.120.106.101\",\"port\":11893},"
				"{\"ip\":\"105.100.104.116\",\"port\":28269}],\"token\":\"ff0165\"}}}",
				"\"token\":\"616f6575736e7468\",\"implied_port\":1,\"port\":6881}}}",
				"bittorrent_dht 5 {\"bittorrent_dht\":{\"transaction_id\":\"6165\","
				"\"error\":{\"num\":201,\"msg\":\"A Generic Error\"}}}",
		},
		.no_events = { "anomaly", "bittorrent_dht 6" },
	};

	case_run(&c);
}

static void
what_is_no_message_is_noted(void **state)
{
	static const struct gz_span cases[] = {
#define BAD(text) { (const uint8_t *)(text), sizeof(text) - 1 }
		BAD("d1:ad2:id20:" US "e1:q4:ping1:t2:aa1:y1:q"), /* no end */
		BAD("d1:ad2:id20:" US "e1:q4:ping1:t2:aa1:t2:bb1:y1:qe"), /* a key twice */
		BAD("d1:ad2:id20:" US "e1:q4:ping1:y1:q1:t2:aae"), /* keys out of order */
		BAD("d1:ad2:id020:" US "e1:q4:ping1:t2:aa1:y1:qe"), /* a zero in front */
		BAD("d1:ad2:id20:" US "e1:q4:ping1:t2:aa1:yi5ee"),
		BAD("d1:ad2:id20:" US "e1:t2:aa1:y1:qe"), /* no query */
		BAD("d1:ade1:q4:ping1:t2:aa1:y1:qe"), /* no node */
		BAD("d1:ad2:id20:" US "e1:q4:ping1:t2:aa1:y1:re"), /* no response */
		BAD("d1:ad2:id20:" US "4:porti65536ee1:q4:ping1:t2:aa1:y1:qe"),
		BAD("d1:rd2:id20:" THEM "6:valuesl3:idhee1:t2:aa1:y1:re"),
		BAD("d1:eli-5e1:xe1:t2:aa1:y1:ee"),
		BAD("d1:eli201ee1:t2:aa1:y1:ee"),
		BAD("d1:ad2:id20:" US
		    "1:xlllllllllllllllllleeeeeeeeeeeeeeeeeee1:q4:ping1:t2:aa1:y1:qe"),
		BAD("d1:ad2:id99999999999999999999:"),
		BAD("d1:ad2:id4294967295:x"),
	};
	struct proto_case c = { .l4 = IPPROTO_UDP,
		.port = 6881,
		.says = { SAY(GZ_C2S, PING) },
		.events = { "bittorrent_dht 1 {\"bittorrent_dht\":{\"transaction_id\":\"\"}}",
				"\"event\":\"malformed_packet\"" } };

	for (uint32_t i = 0; i < RTE_DIM(cases); i++) {
		c.says[1] = (struct proto_say){ GZ_C2S, cases[i] };
		case_run(&c);
	}
}

static void
a_query_without_a_number_is_told_as_far_as_it_goes(void **state)
{
	static const struct proto_case c = {
		.l4 = IPPROTO_UDP,
		.port = 6881,
		.says = { SAY(GZ_C2S, "d1:ad2:id20:" US "e1:q4:ping1:y1:qe") },
		.events = { "{\"transaction_id\":\"\",\"request_type\":\"ping\",\"request\":{\"id\":",
				"\"event\":\"malformed_packet\"" },
	};

	case_run(&c);
}

static void
lists_in_events_have_a_limit(void **state)
{
	static char text[32 * 1024];
	struct feeder f;
	uint32_t at, n = 0;
	const char *p;

	at = (uint32_t)snprintf(text, sizeof(text), "d1:rd2:id20:" THEM "6:valuesl");
	for (uint32_t i = 0; i < 2000; i++)
		at += (uint32_t)snprintf(text + at, sizeof(text) - at, "6:axje.u");
	at += (uint32_t)snprintf(text + at, sizeof(text) - at, "ee1:t2:aa1:y1:re");
	feeder_init(&f, IPPROTO_UDP, 6881);
	feeder_say(&f, GZ_C2S, GZ_SPAN(PING));
	feeder_say(&f, GZ_S2C, gz_span(text, at));
	feeder_end(&f);
	for (p = f.events; (p = strstr(p, "97.120.106.101")) != NULL; p++)
		n++;
	assert_int_equal(n, 256);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_and_responses_are_told),
		cmocka_unit_test(what_is_no_message_is_noted),
		cmocka_unit_test(a_query_without_a_number_is_told_as_far_as_it_goes),
		cmocka_unit_test(lists_in_events_have_a_limit),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
