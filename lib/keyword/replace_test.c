/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_test.h"

static void
the_place_of_what_is_replaced_is_where_the_whole_chain_matched(void **state)
{
	struct gz_sig *s = build_options(
			"content:\"ab\"; replace:\"|58|Y\"; content:\"cd\"; within:2; "
			"replace:\"ZZ\";");
	const struct gz_content *c = gz_match_content(s->buffers->first);
	struct gz_eval e;

	assert_true(s->flags & GZ_SIG_REPLACE);
	assert_true(s->flags & GZ_SIG_NO_STREAM);
	assert_memory_equal(c->replacement, "XY", 2);
	eval_init(&e, s);
	e.buf = GZ_SPAN("ab--abcd");
	assert_true(gz_eval_chain(&e, s->buffers->first));
	assert_int_equal(e.places[0], 4);
	assert_int_equal(e.places[1], 6);
	gz_sig_destroy(s);
}

static void
a_content_that_may_stand_anywhere_has_a_place_too(void **state)
{
	struct gz_sig *s = build_options("content:\"ab\"; fast_pattern:only; replace:\"xy\";");
	struct gz_eval e;

	eval_init(&e, s);
	e.buf = GZ_SPAN("--ab");
	assert_true(gz_eval_chain(&e, s->buffers->first));
	assert_int_equal(e.places[0], 2);
	gz_sig_destroy(s);
}

static void
what_has_no_bytes_in_a_packet_is_refused(void **state)
{
	static const char nowhere[] =
			"bytes are replaced in the payload of one packet: not in streams, nor by rules "
			"about what a protocol's parser or a transform makes of them";
	static const struct refusal_case cases[] = {
		{ "replace:\"x\";", "t:1:39: replace: follows no content" },
		{ "content:\"ab\"; replace:\"x\";",
				"t:1:54: replace: 1 bytes for a content of 2: a packet keeps its "
				"length" },
		{ "content:\"ab\"; replace:\"xyz\";",
				"t:1:54: replace: 3 bytes for a content of 2: a packet keeps its "
				"length" },
		{ "content:!\"ab\"; replace:\"xy\";",
				"t:1:54: replace: does not go with negation on the same content" },
		{ "content:\"ab\"; replace:!\"xy\";",
				"t:1:53: replace: expected the bytes to write, which cannot be "
				"negated" },
		{ "content:\"ab\"; replace:\"xy\"; replace:\"xy\";",
				"t:1:67: replace: a content may have this once" },
	};
	static const char *const rules[] = {
		"alert tcp any any -> any any (flow:only_stream; content:\"a\"; replace:\"b\"; sid:1;)",
		"alert tcp-stream any any -> any any (content:\"a\"; replace:\"b\"; sid:1;)",
		"drop udp any any -> any 9 (base64_decode; base64_data; content:\"a\"; replace:\"b\"; sid:1;)",
		"alert udp any any -> any any (udp.hdr; content:\"a\"; replace:\"b\"; sid:1;)",
	};
	struct built b;
	uint32_t i;

	assert_refusals(cases, RTE_DIM(cases));
	for (i = 0; i < RTE_DIM(rules); i++) {
		b = build_rule(rules[i]);
		if (b.sig != NULL)
			fail_msg("not refused: %s", rules[i]);
		assert_string_equal(b.errors.v[0].text, nowhere);
		gz_errors_clear(&b.errors);
	}
	b = build_rule("pass udp any any -> any any (content:\"a\"; replace:\"b\"; sid:1;)");
	assert_null(b.sig);
	assert_string_equal(b.errors.v[0].text, "a rule that passes packets changes none");
	gz_errors_clear(&b.errors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_of_what_is_replaced_is_where_the_whole_chain_matched),
		cmocka_unit_test(a_content_that_may_stand_anywhere_has_a_place_too),
		cmocka_unit_test(what_has_no_bytes_in_a_packet_is_refused),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
