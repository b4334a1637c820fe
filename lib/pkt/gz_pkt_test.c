/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>

#include "gz_conf.h"
#include "gz_stat.h"

#include "pkt_test_frame.h"

static uint64_t
counted(const char *name)
{
	int i = gz_stat_find(name);

	assert_true(i >= 0);
	return gz_stat_sum((uint32_t)i);
}

static void
the_first_verdict_that_stops_a_packet_wins_and_is_counted(void **state)
{
	struct gz_pkt p = { 0 };

	gz_stat_clear();
	gz_pkt_settle(&p, GZ_BYPASS, GZ_WHY_RULE);
	assert_false(gz_pkt_is_stopped(&p));
	gz_pkt_settle(&p, GZ_DROP, GZ_WHY_FRAG_OVERLAP);
	gz_pkt_settle(&p, GZ_REJECT, GZ_WHY_RULE_REJECT);
	gz_pkt_settle(&p, GZ_PASS, GZ_WHY_NONE);
	assert_int_equal(p.verdict, GZ_DROP);
	assert_int_equal(p.why, GZ_WHY_FRAG_OVERLAP);
	assert_int_equal(counted("drop.fragment-overlap"), 1);
	assert_int_equal(counted("drop.rule-reject"), 0);
	assert_int_equal(counted("drop.rule"), 0);
}

static void
what_is_lost_is_counted_as_dropped_even_where_packets_are_only_observed(void **state)
{
	struct gz_pkt p = { .flags = GZ_PKT_OBSERVE };

	gz_stat_clear();
	gz_pkt_settle(&p, GZ_DROP, GZ_WHY_RULE);
	assert_false(gz_pkt_is_stopped(&p));
	gz_pkt_lose(&p, GZ_WHY_TX);
	assert_true(gz_pkt_is_stopped(&p));
	assert_int_equal(counted("drop.rule"), 0);
	assert_int_equal(counted("observed.rule"), 1);
	assert_int_equal(counted("drop.transmit"), 1);
}

static void
exceptions_default_to_their_rows(void **state)
{
	struct gz_exceptions x;
	uint32_t i;

	gz_exceptions_init(&x, NULL);
	for (i = 0; i < GZ_NB_WHYS; i++)
		assert_int_equal(x.verdict[i], gz_whys[i].verdict);
}

static void
exceptions_follow_the_configuration(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();
	struct gz_exceptions x;
	struct gz_pkt p = { 0 };

	assert_non_null(conf);
	gz_exceptions_init(&x, conf);
	assert_int_equal(x.verdict[GZ_WHY_DECODE], GZ_PASS);
	assert_int_equal(x.verdict[GZ_WHY_FRAG_FULL], GZ_DROP);
	assert_int_equal(gz_conf_set(conf, "exception.decode=drop", &errors), 0);
	assert_int_equal(gz_conf_set(conf, "exception.fragment-full=bypass", &errors), 0);
	gz_exceptions_init(&x, conf);
	assert_int_equal(x.verdict[GZ_WHY_DECODE], GZ_DROP);
	assert_int_equal(x.verdict[GZ_WHY_FRAG_FULL], GZ_BYPASS);

	gz_stat_clear();
	assert_int_equal(gz_pkt_except(&p, &x, GZ_WHY_FRAG_FULL), GZ_BYPASS);
	assert_int_equal(counted("pass.fragment-full"), 1);
	assert_int_equal(gz_pkt_except(&p, &x, GZ_WHY_DECODE), GZ_DROP);
	assert_int_equal(counted("drop.decode"), 1);
	gz_conf_destroy(conf);
}

static void
what_no_one_may_set_is_no_setting(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();

	assert_int_not_equal(gz_conf_set(conf, "exception.rule=pass", &errors), 0);
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
}

static void
every_event_is_found_by_its_name(void **state)
{
	uint32_t i;

	for (i = 0; i < GZ_NB_PKT_EVENTS; i++)
		assert_int_equal(gz_pkt_event_find(gz_pkt_event_name(i)), i);
	assert_int_equal(gz_pkt_event_find("ipv4.no_such"), -1);
	assert_int_equal(gz_pkt_event_find("udp.hlen_invalid"), GZ_PKT_EVENT_UDP_LEN_INVALID);
}

static void
a_packet_keeps_the_first_events_and_all_are_counted(void **state)
{
	struct gz_pkt p = { 0 };
	uint32_t i;

	gz_stat_clear();
	gz_pkt_note(&p, GZ_PKT_EVENT_TCP_OPT_DUPLICATE);
	for (i = 0; i < 2 * GZ_PKT_EVENTS; i++)
		gz_pkt_note(&p, GZ_PKT_EVENT_TOO_MANY_LAYERS);
	assert_int_equal(p.nb_events, GZ_PKT_EVENTS);
	assert_int_equal(p.events[0], GZ_PKT_EVENT_TCP_OPT_DUPLICATE);
	assert_int_equal(counted("decoder.event.too_many_layers"), 2 * GZ_PKT_EVENTS);
}

static void
headers_are_counted(void **state)
{
	struct gz_pkt p;

	gz_stat_clear();
	p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS "81 00 00 01 08 00 " TEST_IP4("00 1c", "11") TEST_UDP("00 08"));
	test_done(&p);
	assert_int_equal(counted("decoder.pkts"), 1);
	assert_int_equal(counted("decoder.bytes"), 46);
	assert_int_equal(counted("decoder.ethernet"), 1);
	assert_int_equal(counted("decoder.vlan"), 1);
	assert_int_equal(counted("decoder.ipv4"), 1);
	assert_int_equal(counted("decoder.udp"), 1);
	assert_int_equal(counted("decoder.invalid"), 0);
}

static void
links_have_the_names_of_captures(void **state)
{
	struct gz_pkt p = { .link = GZ_LINK_SLL, .flags = GZ_PKT_IPV6 };

	assert_int_equal(gz_pkt_link(&p)->dlt, 113);
	assert_string_equal(gz_pkt_link(&p)->name, "LINUX_SLL");
	p.flags |= GZ_PKT_WHOLE;
	assert_string_equal(gz_pkt_link(&p)->name, "IPv6");
}

/* What every stage reads lies in two cache lines. */
static void
a_packet_is_compact(void **state)
{
	assert_int_equal(offsetof(struct gz_pkt, src), 64);
	assert_int_equal(offsetof(struct gz_pkt, number), 128);
	assert_true(sizeof(struct gz_pkt) <= 192);
}

static int
count_here(void **state)
{
	static struct gz_stat_block *block;

	block = gz_stat_block_create("test");
	gz_stat_block_use(block);
	return block == NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_verdict_that_stops_a_packet_wins_and_is_counted),
		cmocka_unit_test(
				what_is_lost_is_counted_as_dropped_even_where_packets_are_only_observed),
		cmocka_unit_test(exceptions_default_to_their_rows),
		cmocka_unit_test(exceptions_follow_the_configuration),
		cmocka_unit_test(what_no_one_may_set_is_no_setting),
		cmocka_unit_test(every_event_is_found_by_its_name),
		cmocka_unit_test(a_packet_keeps_the_first_events_and_all_are_counted),
		cmocka_unit_test(headers_are_counted),
		cmocka_unit_test(links_have_the_names_of_captures),
		cmocka_unit_test(a_packet_is_compact),
	};

	return cmocka_run_group_tests(tests, count_here, NULL);
}
