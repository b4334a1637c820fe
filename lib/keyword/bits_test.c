/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_ctx.h"
#include "keyword_test.h"

/* What rules remember: bits and numbers of flows, bits of addresses, thresholds, tags. */

static struct gz_flow flow;
static struct gz_pkt pkt;
static uint64_t now_us;

static int
fresh(void **state)
{
	memset(&flow, 0, sizeof(flow));
	memset(&pkt, 0, sizeof(pkt));
	pkt.flow = &flow;
	pkt.len = 100;
	pkt.src = addr("10.0.0.1");
	pkt.dst = addr("10.0.0.2");
	now_us = 1000000;
	return 0;
}

static int
stale(void **state)
{
	gz_keyword_flow_end(test_ctx, &flow);
	assert_null(flow.vars);
	return 0;
}

/** One packet under one rule. @return what the rule says; -1: its packet matches say no. */
static int
say(const struct gz_sig *s)
{
	struct gz_eval e;

	eval_init(&e, s);
	e.pkt = &pkt;
	e.flow = &flow;
	e.now_us = pkt.time_us = now_us;
	return gz_eval_all(&e, s->packet) ? (int)gz_eval_post(&e, s) : -1;
}

static int
say_once(const char *options)
{
	struct gz_sig *s = build_options(options);
	int answer = say(s);

	gz_sig_destroy(s);
	return answer;
}

static void
a_flowbit_is_set_until_it_is_unset(void **state)
{
	assert_int_equal(say_once("flowbits:isset,a;"), -1);
	assert_int_equal(say_once("flowbits:isnotset,a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:set,a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:set,a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,b;"), -1);
	assert_int_equal(say_once("flowbits:isset,b|a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,b&a;"), -1);
	assert_int_equal(say_once("flowbits:isnotset,b|a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:toggle,b;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,a&b;"), GZ_YES);
	assert_int_equal(say_once("flowbits:toggle,b;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,b;"), -1);
	assert_int_equal(say_once("flowbits:unset,a;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,a;"), -1);
}

static void
a_signature_tells_which_bits_it_sets_and_tests(void **state)
{
	struct gz_sig *s = build_options("flowbits:isset,a; flowbits:set,b; flowbits:noalert;");
	struct gz_sig *again = build_options("flowbits:isset,b;");

	assert_int_equal(s->nb_bits, 2);
	assert_false(s->bits[0].sets);
	assert_true(s->bits[1].sets);
	assert_int_equal(s->bits[1].name, again->bits[0].name);
	assert_true(s->flags & GZ_SIG_BITS_TEST);
	assert_true(s->flags & GZ_SIG_BITS_SET);
	assert_true(s->flags & GZ_SIG_NOALERT);
	gz_sig_destroy(s);
	gz_sig_destroy(again);
}

static void
a_flow_has_only_so_many_bits(void **state)
{
	char options[64];
	uint32_t i;

	for (i = 0; i < 2 * FLOW_VARS; i++) {
		snprintf(options, sizeof(options), "flowbits:set,bit%u;", i);
		say_once(options);
	}
	assert_int_equal(say_once("flowbits:isset,bit0;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,bit511;"), -1);
	assert_int_equal(say_once("flowbits:unset,bit0;"), GZ_YES);
	assert_int_equal(say_once("flowbits:set,bit511;"), GZ_YES);
	assert_int_equal(say_once("flowbits:isset,bit511;"), GZ_YES);
}

static void
a_flowint_counts_and_compares(void **state)
{
	assert_int_equal(say_once("flowint:n,notset;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,isset;"), -1);
	assert_int_equal(say_once("flowint:n,==,0;"), -1); /* there is none */
	assert_int_equal(say_once("flowint:n,+,2;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,isset;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,==,2;"), GZ_YES);
	assert_int_equal(say_once("flowint: n, >, 1;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,>=,3;"), -1);
	assert_int_equal(say_once("flowint:n,<,3;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,<=,1;"), -1);
	assert_int_equal(say_once("flowint:n,!=,2;"), -1);
	assert_int_equal(say_once("flowint:m,=,5; flowint:n,-,1;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,==,1; flowint:m,==,5;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,+,m;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,==,6;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,>,m;"), GZ_YES);
	assert_int_equal(say_once("flowint:n,>,unknown;"), -1);
}

static void
an_xbit_is_of_an_address_for_a_time(void **state)
{
	assert_int_equal(say_once("xbits:set,x,track ip_src,expire 10;"), GZ_YES);
	assert_int_equal(say_once("xbits:isset,x,track ip_src;"), GZ_YES);
	assert_int_equal(say_once("xbits:isset,x,track ip_dst;"), -1);
	pkt.dst = pkt.src;
	assert_int_equal(say_once("xbits:isset,x,track ip_dst;"), GZ_YES);
	assert_int_equal(say_once("hostbits:isset,x,dst;"), GZ_YES);
	pkt.src = addr("10.0.0.9");
	assert_int_equal(say_once("xbits:isset,x,track ip_src;"), -1);
	now_us += 11 * 1000000;
	assert_int_equal(say_once("xbits:isset,x,track ip_dst;"), -1);
	assert_int_equal(say_once("xbits:isnotset,x,track ip_dst;"), GZ_YES);
}

static void
a_pair_of_addresses_has_no_direction(void **state)
{
	struct gz_addr a = pkt.src;

	assert_int_equal(say_once("xbits:set,p,track ip_pair;"), GZ_YES);
	assert_int_equal(say_once("xbits:isset,p,track ip_src;"), -1);
	pkt.src = pkt.dst;
	pkt.dst = a;
	assert_int_equal(say_once("xbits:isset,p,track ip_pair;"), GZ_YES);
	assert_int_equal(say_once("xbits:unset,p,track ip_pair;"), GZ_YES);
	assert_int_equal(say_once("xbits:isset,p,track ip_pair;"), -1);
	assert_int_equal(say_once("xbits:toggle,p,track ip_pair;"), GZ_YES);
	assert_int_equal(say_once("xbits:isset,p,track ip_pair;"), GZ_YES);
}

static void
a_hostbit_is_of_the_source_unless_said(void **state)
{
	assert_int_equal(say_once("hostbits:set,h;"), GZ_YES);
	assert_int_equal(say_once("hostbits:isset,h,src;"), GZ_YES);
	assert_int_equal(say_once("hostbits:isset,h,dst;"), -1);
}

static void
a_hostbit_lasts_as_long_as_it_says(void **state)
{
	assert_int_equal(say_once("hostbits:set,t,both,10;"), GZ_YES);
	now_us += 9 * 1000000;
	assert_int_equal(say_once("hostbits:isset,t,both;"), GZ_YES);
	now_us += 2 * 1000000;
	assert_int_equal(say_once("hostbits:isset,t,both;"), -1);
	assert_refused("hostbits:set,t,src,soon;", "t:1:50: hostbits: expected seconds above 0");
}

/** The answer of a rule about @p tx. */
static int
say_of(struct gz_tx *tx, const char *options)
{
	struct gz_sig *s = build_options(options);
	struct gz_eval e;
	int answer = -1;

	eval_init(&e, s);
	e.pkt = &pkt;
	e.flow = &flow;
	e.tx = tx;
	e.now_us = now_us;
	if (gz_eval_all(&e, s->tx))
		answer = (int)gz_eval_post(&e, s);
	gz_sig_destroy(s);
	return answer;
}

static void
an_xbit_may_be_of_a_transaction(void **state)
{
	struct gz_tx one = { .id = 1 }, two = { .id = 2 };

	flow.id = 7;
	assert_int_equal(say_of(&one, "xbits:isset,x,track tx;"), -1);
	assert_int_equal(say_of(&one, "xbits:set,x,track tx;"), GZ_YES);
	assert_int_equal(say_of(&one, "xbits:isset,x,track tx;"), GZ_YES);
	assert_int_equal(say_of(&two, "xbits:isset,x,track tx;"), -1);
	flow.id = 8;
	assert_int_equal(say_of(&one, "xbits:isset,x,track tx;"), -1);
	assert_int_equal(say_of(NULL, "xbits:set,x,track tx;"), GZ_YES); /* of none */
	assert_int_equal(say_of(NULL, "xbits:isset,x,track tx;"), -1);
	assert_int_equal(say_once("xbits:isset,x,track ip_src;"), -1);
}

/** The answers to so many packets, a second apart: y yes, q quiet, n no. */
static void
assert_answers(const char *options, const char *answers)
{
	static const char letters[] = { [GZ_NO] = 'n', [GZ_YES] = 'y', [GZ_QUIET] = 'q' };
	struct gz_sig *s = build_options(options);
	char said[32] = "";
	size_t i;

	for (i = 0; i < strlen(answers); i++) {
		said[i] = letters[say(s)];
		now_us += 1000000;
	}
	assert_string_equal(said, answers);
	gz_sig_destroy(s);
	now_us += UINT64_C(1000000000);
	fresh(NULL);
	gz_keyword_ctx_destroy(test_ctx);
	test_ctx = gz_keyword_ctx_create(NULL, test_mem, 1);
}

static void
a_filter_counts_each_port_once_in_its_time(void **state)
{
	struct gz_sig *s = build_options(
			"detection_filter:track by_src, count 2, seconds 60, unique_on dst_port;");
	static const struct {
		uint16_t port;
		enum gz_answer answer;
	} steps[] = { { 1, GZ_NO }, { 1, GZ_NO }, { 2, GZ_NO }, { 2, GZ_NO }, { 3, GZ_YES },
		{ 1, GZ_YES } };
	uint32_t i, turn;

	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < RTE_DIM(steps); i++) {
			pkt.dport = steps[i].port;
			assert_int_equal(say(s), steps[i].answer);
		}
		now_us += UINT64_C(100000000);
	}
	gz_sig_destroy(s);
	fresh(NULL);
	gz_keyword_ctx_destroy(test_ctx);
	test_ctx = gz_keyword_ctx_create(NULL, test_mem, 1);
}

static void
a_threshold_says_how_often_a_match_is_told(void **state)
{
	assert_answers("threshold:type limit, track by_src, count 2, seconds 3;", "yyqqyyqq");
	assert_answers("threshold:type threshold, track by_src, count 3, seconds 60;", "nnynny");
	assert_answers("threshold:type both, track by_src, count 2, seconds 4;", "nyqqqnyqqq");
	assert_answers("threshold:type both, track by_src, count 1, seconds 4;", "yqqqqyqqqq");
	assert_answers("detection_filter:track by_src, count 2, seconds 60;", "nnyyyy");
	assert_answers("detection_filter:track by_dst, count 2, seconds 2;", "nnynny");
	assert_answers("threshold:type limit, track by_rule, count 1, seconds 60;", "yqqq");
	assert_answers("threshold:type backoff, track by_flow, count 1, multiplier 3;",
			"yqyqqqqqyq");
}

static void
a_threshold_counts_for_whom_it_tracks(void **state)
{
	struct gz_sig *by_src = build_options("threshold:type limit, track by_src, count 1, "
					      "seconds 60;");
	struct gz_sig *by_dst = build_options("threshold:type limit, track by_dst, count 1, "
					      "seconds 60; gid:2;");
	struct gz_sig *by_both = build_options("threshold:type limit, track by_both, count 1, "
					       "seconds 60; gid:3;");

	assert_int_equal(say(by_src), GZ_YES);
	assert_int_equal(say(by_dst), GZ_YES);
	assert_int_equal(say(by_both), GZ_YES);
	pkt.src = addr("10.0.0.7");
	assert_int_equal(say(by_src), GZ_YES);
	assert_int_equal(say(by_dst), GZ_QUIET);
	assert_int_equal(say(by_both), GZ_YES);
	pkt.src = addr("10.0.0.1");
	assert_int_equal(say(by_both), GZ_QUIET);
	gz_sig_destroy(by_src);
	gz_sig_destroy(by_dst);
	gz_sig_destroy(by_both);
}

/* Whatever stands first: the bit is set although the threshold says no. */
static void
bits_are_set_before_a_threshold_is_asked(void **state)
{
	assert_int_equal(say_once("threshold:type threshold, track by_src, count 9, seconds 60; "
				  "flowbits:set,early;"),
			GZ_NO);
	assert_int_equal(say_once("flowbits:isset,early;"), GZ_YES);
}

/** How many of the next packets a tag tells. */
static uint32_t
tagged(uint32_t packets)
{
	uint32_t i, n = 0;

	for (i = 0; i < packets; i++) {
		pkt.time_us = now_us += 1000000;
		n += gz_keyword_tagged(test_ctx, &pkt);
	}
	return n;
}

static void
a_tag_tells_further_packets(void **state)
{
	assert_int_equal(tagged(3), 0);
	say_once("tag:session,3,packets;");
	assert_int_equal(tagged(5), 2);
	say_once("tag:session,3,seconds;");
	assert_int_equal(tagged(9), 3);
	say_once("tag:session,250,bytes;");
	assert_int_equal(tagged(9), 1);
	say_once("tag:session;");
	assert_int_equal(tagged(300), 255);
	say_once("tag:host,5,packets,src;");
	pkt.flow = NULL;
	pkt.dst = pkt.src;
	pkt.src = addr("10.9.9.9");
	assert_int_equal(tagged(9), 4);
}

/* A plain list of the keys most recently used, against the table. */
static void
a_full_table_forgets_what_was_not_used_for_longest(void **state)
{
	enum {
		KEYS = 40,
		ROOM = 16,
	};
	struct table *t = table_create(test_mem, ROOM);
	uint32_t recent[ROOM], n = 0, round, i, k;
	struct table_record *r;
	struct table_key key;
	bool is_new, had;

	srand(3);
	for (round = 0; round < 20000; round++) {
		k = (uint32_t)rand() % KEYS;
		key = (struct table_key){ .what = k };
		for (i = 0; i < n && recent[i] != k; i++)
			;
		had = i < n;
		if (rand() % 8 == 0) {
			table_drop(t, &key);
			if (had)
				memmove(&recent[i], &recent[i + 1], (--n - i) * sizeof(recent[0]));
			assert_null(table_find(t, &key));
			continue;
		}
		r = table_get(t, &key, &is_new);
		assert_int_equal(is_new, !had);
		assert_int_equal(r->count, is_new ? 0 : k);
		r->count = k;
		if (!had && n == ROOM)
			i = n - 1; /* the oldest goes */
		else if (!had)
			i = n++;
		memmove(&recent[1], &recent[0], i * sizeof(recent[0]));
		recent[0] = k;
		assert_int_equal(table_count(t), n);
	}
	table_destroy(t);
}

static void
a_wrong_word_is_told_where_it_stands(void **state)
{
	static const struct refusal_case cases[] = {
		{ "flowbits:sett,a;",
				"t:1:40: flowbits: unknown word \"sett\": expected set, unset, "
				"toggle, isset, isnotset or noalert" },
		{ "flowbits:set;", "t:1:40: flowbits: the name is missing" },
		{ "flowbits:set,a b;", "t:1:44: flowbits: expected a name without blanks" },
		{ "flowbits:set,a|b;",
				"t:1:40: flowbits: several names go with isset and isnotset only" },
		{ "flowbits:noalert,a;", "t:1:40: flowbits: noalert takes no name" },
		{ "flowbits:set,a,b;", "t:1:46: flowbits: nothing may follow the name" },
		{ "xbits:set,a;",
				"t:1:37: xbits: track is missing: ip_src, ip_dst, ip_pair or tx" },
		{ "xbits:set,a,track ip;",
				"t:1:43: xbits: expected track ip_src, ip_dst, ip_pair or tx, "
				"or expire and seconds" },
		{ "hostbits:set,a,foo;", "t:1:46: hostbits: expected src, dst or both" },
		{ "flowint:a,<>,1;",
				"t:1:41: flowint: unknown word \"<>\": expected + - = == != < <= > "
				">= isset or isnotset" },
		{ "flowint:a,+;",
				"t:1:39: flowint: expected a number or a name, and only behind an "
				"operator" },
		{ "threshold:track by_src, count 1, seconds 1;",
				"t:1:41: threshold: the type is missing" },
		{ "threshold:type limit, count 1, seconds 1;",
				"t:1:41: threshold: track is missing" },
		{ "threshold:type limit, track by_src, seconds 1;",
				"t:1:41: threshold: count is missing" },
		{ "threshold:type limit, track by_src, count 0, seconds 1;",
				"t:1:73: threshold: expected a number above 0" },
		{ "threshold:type limit, track by_src, count 1, count 1, seconds 1;",
				"t:1:76: threshold: count is said twice" },
		{ "threshold:type often, track by_src, count 1, seconds 1;",
				"t:1:46: threshold: expected type limit, threshold, both or backoff" },
		{ "detection_filter:track by_src, count 1, seconds 1; "
		  "threshold:type limit, track by_src, count 1, seconds 1;",
				"t:1:92: threshold: a rule has one threshold or detection_filter" },
		{ "tag:flow;", "t:1:35: tag: expected session or host" },
		{ "tag:host,1,packets;", "t:1:35: tag: whose host it is is missing: src or dst" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_flowbit_is_set_until_it_is_unset, fresh, stale),
		cmocka_unit_test(a_signature_tells_which_bits_it_sets_and_tests),
		cmocka_unit_test_setup_teardown(a_flow_has_only_so_many_bits, fresh, stale),
		cmocka_unit_test_setup_teardown(a_flowint_counts_and_compares, fresh, stale),
		cmocka_unit_test_setup(an_xbit_is_of_an_address_for_a_time, fresh),
		cmocka_unit_test_setup(a_pair_of_addresses_has_no_direction, fresh),
		cmocka_unit_test_setup(a_hostbit_is_of_the_source_unless_said, fresh),
		cmocka_unit_test_setup(a_hostbit_lasts_as_long_as_it_says, fresh),
		cmocka_unit_test_setup(an_xbit_may_be_of_a_transaction, fresh),
		cmocka_unit_test_setup(a_filter_counts_each_port_once_in_its_time, fresh),
		cmocka_unit_test_setup(a_threshold_says_how_often_a_match_is_told, fresh),
		cmocka_unit_test_setup(a_threshold_counts_for_whom_it_tracks, fresh),
		cmocka_unit_test_setup_teardown(
				bits_are_set_before_a_threshold_is_asked, fresh, stale),
		cmocka_unit_test_setup_teardown(a_tag_tells_further_packets, fresh, stale),
		cmocka_unit_test(a_full_table_forgets_what_was_not_used_for_longest),
		cmocka_unit_test(a_wrong_word_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
