/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_dcerpc.h"

#include "keyword_test.h"

/* Keywords about remote procedure calls, asked of a datagram's call. */

static const uint8_t datagram[] = {
	4,
	0,
	0,
	0,
	0x10,
	0,
	0,
	0, /* request, little endian */
	[24] = 0x81,
	0xbb,
	0x7a,
	0x36,
	0x44,
	0x98,
	0xf1,
	0x35,
	0xad,
	0x32,
	0x98,
	0xf0,
	0x38,
	0,
	0x10,
	3,
	[60] = 3,
	[68] = 12,
	[74] = 4, /* version, operation, length */
	[80] = 1,
	0,
	2,
	0,
};

static struct gz_proto_ctx *protos;

/** Do the rule's matches about a transaction, and its buffers, hold for the call? */
static bool
call_matches(const char *options)
{
	struct gz_flow f = { .proto = 17, .port = { 40000, 4444 } };
	struct gz_chunk chunk = { .data = datagram, .len = sizeof(datagram), .dir = GZ_C2S };
	struct gz_sig *s = build_options(options);
	const struct gz_sig_buffer *buf;
	struct gz_value v;
	struct gz_eval e;
	bool yes;

	gz_proto_feed(protos, &f, &chunk);
	assert_non_null(f.app);
	eval_init(&e, s);
	e.flow = &f;
	e.tx = TAILQ_FIRST(&f.app->txs);
	yes = gz_eval_all(&e, s->tx);
	for (buf = s->buffers; buf != NULL; buf = buf->next) {
		assert_true(gz_field_row(buf->field, e.tx->proto)->get(e.tx, GZ_C2S, 0, &v));
		e.buf = gz_span(v.p, v.len);
		yes &= gz_eval_chain(&e, buf->first);
	}
	gz_proto_end(protos, &f);
	gz_sig_destroy(s);
	return yes;
}

static void
an_interface_is_told_by_its_uuid_and_version(void **state)
{
#define IFACE "dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003"
	assert_true(call_matches(IFACE ";"));
	assert_true(call_matches("dce_iface: 367ABB81-9844-35F1-AD32-98F038001003 ;"));
	assert_false(call_matches("dcerpc.iface:367abb81-9844-35f1-ad32-98f038001004;"));
	assert_true(call_matches(IFACE ",3;"));
	assert_true(call_matches(IFACE ",=3,any_frag;"));
	assert_true(call_matches(IFACE ",!2;"));
	assert_true(call_matches(IFACE ",>2;"));
	assert_false(call_matches(IFACE ",>3;"));
	assert_true(call_matches(IFACE ",<4,any_frag;"));
	assert_false(call_matches(IFACE ",<3;"));
}

static void
an_operation_is_told_by_numbers_and_ranges(void **state)
{
	assert_true(call_matches("dcerpc.opnum:12;"));
	assert_false(call_matches("dce_opnum:13;"));
	assert_true(call_matches("dce_opnum:1,2, 12 , 99;"));
	assert_true(call_matches("dce_opnum:1,10-12;"));
	assert_true(call_matches("dce_opnum:12-14;"));
	assert_false(call_matches("dce_opnum:0-11,13-65535;"));
	assert_true(call_matches("dce_opnum:>11;"));
	assert_false(call_matches("dce_opnum:!12;"));
}

static void
numbers_of_the_stub_are_read_as_the_sender_writes_them(void **state)
{
	assert_true(call_matches("dce_stub_data; byte_test:2,=,2,2,dce;"));
	assert_true(call_matches("dce_stub_data; byte_test:2,=,512,2;"));
	assert_true(call_matches("dce_stub_data; byte_jump:2,0,dce; byte_test:1,=,0,0,relative;"));
}

static void
a_wrong_word_is_refused(void **state)
{
	assert_refused("dcerpc.iface:12;",
			"t:1:44: dcerpc.iface: expected a UUID: 367abb81-9844-35f1-ad32-98f038001003");
	assert_refused("dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,x;",
			"t:1:81: dcerpc.iface: expected a version, as in =1, >1, <1 or !1, or any_frag");
	assert_refused("dcerpc.opnum:12-3;",
			"t:1:44: dcerpc.opnum: expected a range from low to high: 61-63");
	assert_refused("dcerpc.opnum:70000;",
			"t:1:44: dcerpc.opnum: expected numbers: 15, or 12,24,61-63");
	assert_refused("dns.query; content:\"x\"; dcerpc.opnum:1;",
			"t:1:1: the rule's protocol has no such buffer: dns.query");
}

static int
setup(void **state)
{
	keyword_setup(state);
	protos = gz_proto_ctx_create(NULL, test_mem, NULL);
	return protos == NULL;
}

static int
teardown(void **state)
{
	gz_proto_ctx_destroy(protos);
	return keyword_teardown(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_is_told_by_its_uuid_and_version),
		cmocka_unit_test(an_operation_is_told_by_numbers_and_ranges),
		cmocka_unit_test(numbers_of_the_stub_are_read_as_the_sender_writes_them),
		cmocka_unit_test(a_wrong_word_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
