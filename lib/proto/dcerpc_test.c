/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_dcerpc.h"

#include "proto_case.h"

#define ZERO4 "\0\0\0\0"
#define SVCCTL "\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03"
#define NDR "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\0\0\0"

/* A header: type, flags, length, call; little endian. */
#define HEAD(type, flags, len, call) "\x05\0" type flags "\x10\0\0\0" len "\0\0\0" call "\0\0\0"

#define BIND                                  \
	HEAD("\x0b", "\x03", "\x74", "\x01")  \
	"\xd0\x16\xd0\x16" ZERO4 "\x02\0\0\0" \
	"\x00\x00\x01\x00" SVCCTL "\x02\0\0\0" NDR "\x01\x00\x01\x00" SVCCTL "\x02\0\0\0" NDR
/* With the address "135" and its padding: the first context is refused, the second is not. */
#define BINDACK                              \
	HEAD("\x0c", "\x03", "\x54", "\x01") \
	"\xd0\x16\xd0\x16" ZERO4 "\x04\0"    \
	"135\0"                              \
	"\0\0"                               \
	"\x02\0\0\0"                         \
	"\x02\0\x01\0" NDR "\x00\0\x00\0" NDR
#define REQUEST(flags, call, context, opnum, stub) \
	HEAD("\x00", flags, "\x1c", call) ZERO4 context "\0" opnum "\0" stub
#define RESPONSE(flags, call, stub) HEAD("\x02", flags, "\x1c", call) ZERO4 ZERO4 stub
#define FAULT(call) HEAD("\x03", "\x03", "\x18", call) ZERO4 ZERO4

static const struct proto_case session = {
	.port = 4444,
	.says = {
		SAY(GZ_C2S, BIND),
		SAY(GZ_S2C, BINDACK),
		SAY(GZ_C2S, REQUEST("\x01", "\x02", "\x01", "\x0f", "abcd")
				REQUEST("\x02", "\x02", "\x01", "\x0f", "efgh")
				REQUEST("\x03", "\x03", "\x00", "\x10", "ijkl")),
		SAY(GZ_S2C, FAULT("\x03") RESPONSE("\x03", "\x02", "wxyz")),
		SAY(GZ_C2S, REQUEST("\x03", "\x04", "\x01", "\x11", "last")),
	},
	.wants = {
		{ "dcerpc.stub_data", GZ_C2S, 0, 0, NULL },
		{ "dcerpc.stub_data", GZ_C2S, 1, 0, "abcdefgh" },
		{ "dcerpc.stub_data", GZ_S2C, 1, 0, "wxyz" },
		{ "dcerpc.stub_data", GZ_C2S, 2, 0, "ijkl" },
		{ "dcerpc.stub_data", GZ_S2C, 2, 0, NULL },
		{ "dcerpc.stub_data", GZ_C2S, 3, 0, "last" },
	},
	.events = {
		"dcerpc 0 {\"dcerpc\":{\"request\":\"BIND\",\"interfaces\":["
		"{\"uuid\":\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"2.0\",\"ack_result\":2},"
		"{\"uuid\":\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"2.0\",\"ack_result\":0}],"
		"\"response\":\"BINDACK\",\"call_id\":1,\"rpc_version\":\"5.0\"}}",
		"dcerpc 1 {\"dcerpc\":{\"request\":\"REQUEST\",\"interfaces\":["
		"{\"uuid\":\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"2.0\",\"ack_result\":0}],"
		"\"req\":{\"opnum\":15,\"frag_cnt\":2,\"stub_data_size\":8},\"response\":\"RESPONSE\","
		"\"res\":{\"frag_cnt\":1,\"stub_data_size\":12},\"call_id\":2",
		"\"opnum\":16,\"frag_cnt\":1,\"stub_data_size\":4},\"response\":\"FAULT\"",
		"\"opnum\":17,\"frag_cnt\":1,\"stub_data_size\":4},\"response\":\"UNREPLIED\"",
	},
};

static void
calls_are_read_however_they_are_cut(void **state)
{
	case_run(&session);
}

static struct gz_dcerpc_call calls[4];
static bool has_call[4];

static void
look_at_calls(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link)
		has_call[tx->id] = gz_dcerpc_call_of(tx, &calls[tx->id]);
}

static void
a_refused_interface_is_not_called(void **state)
{
	uint8_t svcctl[GZ_UUID_BYTES];
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 4444);
	f.look = look_at_calls;
	for (i = 0; i < 5; i++)
		feeder_say(&f, session.says[i].dir, session.says[i].s);
	feeder_fini(&f);
	assert_true(gz_uuid_parse(gz_span_str("367ABB81-9844-35f1-ad32-98f038001003"), svcctl));
	assert_false(has_call[0]);
	assert_true(has_call[1] && has_call[2]);
	assert_true(calls[1].has_iface && calls[1].first && calls[1].little);
	assert_memory_equal(calls[1].iface.uuid, svcctl, GZ_UUID_BYTES);
	assert_int_equal(calls[1].iface.major, 2);
	assert_int_equal(calls[1].opnum, 15);
	assert_false(calls[2].has_iface);
}

static void
what_follows_a_gap_is_found_again(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 4444);
	feeder_say(&f, GZ_C2S, session.says[0].s);
	/* The gap takes the end of one request and the start of the next. */
	feeder_say(&f, GZ_C2S, gz_span(REQUEST("\x03", "\x02", "\x01", "\x0f", "abcd"), 20));
	feeder_gap(&f, GZ_C2S, 20);
	feeder_say(&f, GZ_C2S, gz_span("5678mnop", 8));
	feeder_say(&f, GZ_C2S, gz_span(REQUEST("\x03", "\x04", "\x01", "\x11", "last"), 28));
	/* This one takes nothing but stub data. */
	feeder_say(&f, GZ_C2S, gz_span(REQUEST("\x03", "\x05", "\x01", "\x12", "abcd"), 24));
	feeder_gap(&f, GZ_C2S, 2);
	feeder_say(&f, GZ_C2S, gz_span("cd", 2));
	feeder_say(&f, GZ_C2S, gz_span(REQUEST("\x03", "\x06", "\x01", "\x13", "last"), 28));
	assert_false(f.flow.app->broken);
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"opnum\":17"));
	assert_null(strstr(f.events, "\"opnum\":18"));
	assert_non_null(strstr(f.events, "\"opnum\":19"));
	feeder_fini(&f);
}

static void
a_packet_shorter_than_its_header_breaks_off(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 4444);
	feeder_say(&f, GZ_C2S, session.says[0].s);
	feeder_say(&f, GZ_C2S, gz_span(HEAD("\x00", "\x03", "\x0f", "\x02"), 16));
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

static void
calls_without_end_do_not_pile_up(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 4444);
	for (i = 0; i < 5000; i++) {
		uint8_t pdu[] = REQUEST("\x01", "\x02", "\x01", "\x0f", "abcd");

		memcpy(pdu + 12, &i, sizeof(i));
		feeder_say(&f, GZ_C2S, gz_span(pdu, sizeof(pdu) - 1));
		assert_true(f.flow.app->nb_txs <= 300);
	}
	assert_false(f.flow.app->broken);
	feeder_fini(&f);
}

static const uint8_t datagram[80] = {
	4, 0, 0, 0, 0x10, 0, 0, 0, /* request, little endian */
	[24] = 0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0,
	0x10, 3, [40] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, [60] = 3, [64] = 7, [68] = 12, /* version, sequence, operation */
};

static void
datagrams_are_read(void **state)
{
	uint8_t d[84];
	struct feeder f;

	memcpy(d, datagram, sizeof(datagram));
	memcpy(d + 80, "stub", 4);
	d[74] = 4;
	feeder_init(&f, IPPROTO_UDP, 4444);
	f.look = look_at_calls;
	feeder_say(&f, GZ_C2S, gz_span(d, sizeof(d)));
	d[1] = 2;
	feeder_say(&f, GZ_S2C, gz_span(d, sizeof(d)));
	assert_non_null(strstr(f.events,
			"dcerpc 0 {\"dcerpc\":{\"request\":\"REQUEST\",\"interfaces\":[{\"uuid\":"
			"\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"3.0\"}],"
			"\"req\":{\"opnum\":12,\"frag_cnt\":1,\"stub_data_size\":4},"
			"\"response\":\"RESPONSE\",\"res\":{\"frag_cnt\":1,\"stub_data_size\":4},"
			"\"activityuuid\":\"04030201-0605-0807-090a-0b0c0d0e0f10\",\"seqnum\":7,"
			"\"rpc_version\":\"4.0\"}}"));
	assert_true(calls[0].has_iface && calls[0].opnum == 12);
	feeder_fini(&f);
}

static void
half_a_datagram_is_none(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 4444);
	feeder_say(&f, GZ_C2S, gz_span(datagram, 79));
	assert_true(f.flow.app == NULL || f.flow.app->proto == NULL);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_read_however_they_are_cut),
		cmocka_unit_test(a_refused_interface_is_not_called),
		cmocka_unit_test(what_follows_a_gap_is_found_again),
		cmocka_unit_test(a_packet_shorter_than_its_header_breaks_off),
		cmocka_unit_test(calls_without_end_do_not_pile_up),
		cmocka_unit_test(datagrams_are_read),
		cmocka_unit_test(half_a_datagram_is_none),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
