/* SPDX-License-Identifier: BSD-3-Clause */

/* What is one flow, which way round it is, and what a burst finds. */

#include "flow_test.h"

static void
both_directions_find_the_same_flow(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), reply = answer(&ask);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	assert_non_null(find(&b, &ask));
	assert_ptr_equal(find(&b, &reply), ask.flow);
	assert_int_equal(ask.dir, GZ_C2S);
	assert_int_equal(reply.dir, GZ_S2C);
	assert_int_equal(ask.hash, reply.hash);
	assert_int_equal(gz_flow_table_count(b.t), 1);
	assert_true(gz_addr_equal(&ask.flow->addr[GZ_C2S], &ask.src));
	assert_int_equal(ask.flow->port[GZ_S2C], 53);
	bench_close(&b);
	assert_int_equal(b.ends[GZ_FLOW_END_SHUTDOWN], 1);
}

static void
the_first_packet_of_each_direction_is_marked_and_all_are_counted(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), reply = answer(&ask);
	struct gz_flow *f;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	reply.ttl = 50;
	f = find(&b, &ask);
	assert_true(ask.flags & GZ_PKT_FIRST);
	find(&b, &reply);
	assert_true(reply.flags & GZ_PKT_FIRST);
	reply.ttl = 40;
	find(&b, &reply);
	assert_false(reply.flags & GZ_PKT_FIRST);
	assert_int_equal(f->count[GZ_C2S].pkts, 1);
	assert_int_equal(f->count[GZ_S2C].pkts, 2);
	assert_int_equal(f->count[GZ_S2C].bytes, 200);
	assert_int_equal(f->count[GZ_S2C].ttl_min, 40);
	assert_int_equal(f->count[GZ_S2C].ttl_max, 50);
	bench_close(&b);
}

static void
udp_is_established_once_it_is_answered(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), reply = answer(&ask);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	find(&b, &ask);
	find(&b, &ask);
	assert_false(ask.flags & GZ_PKT_ESTABLISHED);
	find(&b, &reply);
	assert_true(reply.flags & GZ_PKT_ESTABLISHED);
	assert_int_equal(reply.flow->state, GZ_FLOW_ESTABLISHED);
	bench_close(&b);
}

static void
tcp_says_itself_when_it_is_established(void **state)
{
	struct gz_pkt syn = packet(IPPROTO_TCP, 1, 1000, 2, 80), synack = answer(&syn);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	syn.tcp_flags = SYN;
	synack.tcp_flags = SYN | ACK;
	find(&b, &syn);
	find(&b, &synack);
	assert_false(synack.flags & GZ_PKT_ESTABLISHED);
	assert_int_equal(syn.flow->count[GZ_S2C].tcp_flags, SYN | ACK);
	gz_flow_set_state(syn.flow, GZ_FLOW_ESTABLISHED);
	find(&b, &syn);
	assert_true(syn.flags & GZ_PKT_ESTABLISHED);
	bench_close(&b);
}

/** Is it another flow with @p change to the packet? */
static void
another_flow_with(void (*change)(struct gz_pkt *p))
{
	struct gz_pkt one = packet(IPPROTO_UDP, 1, 1000, 2, 53), other = one;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	change(&other);
	find(&b, &one);
	find(&b, &other);
	assert_non_null(other.flow);
	assert_ptr_not_equal(one.flow, other.flow);
	bench_close(&b);
}

static void
change_port(struct gz_pkt *p)
{
	p->sport++;
}

static void
change_addr(struct gz_pkt *p)
{
	p->dst = host(3);
}

static void
change_proto(struct gz_pkt *p)
{
	p->proto = IPPROTO_TCP;
	p->flags = GZ_PKT_IPV4 | GZ_PKT_TCP;
}

static void
change_vlan(struct gz_pkt *p)
{
	p->nb_vlan = 1;
	p->vlan[0] = 7;
}

static void
change_wire(struct gz_pkt *p)
{
	p->wire = 1;
}

static void
change_tenant(struct gz_pkt *p)
{
	p->tenant = 0x80000001;
}

static void
every_part_of_the_key_makes_another_flow(void **state)
{
	another_flow_with(change_port);
	another_flow_with(change_addr);
	another_flow_with(change_proto);
	another_flow_with(change_vlan);
	another_flow_with(change_wire);
	another_flow_with(change_tenant);
}

static void
vlans_do_not_matter_when_they_are_not_tracked(void **state)
{
	struct gz_pkt one = packet(IPPROTO_UDP, 1, 1000, 2, 53), other = one;
	struct bench b;

	bench_open(&b);
	bench_set(&b, "flow.vlan-tracking=false");
	bench_start(&b);
	change_vlan(&other);
	assert_ptr_equal(find(&b, &one), find(&b, &other));
	bench_close(&b);
	flow_vlan_tracking = true;
}

static void
nobody_speaks_for_a_host_from_the_other_side_of_the_wire(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_TCP, 1, 1000, 2, 80), reply, forged;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	ask.flags |= GZ_PKT_SIDED;
	ask.side = GZ_OUTSIDE;
	reply = forged = answer(&ask);
	forged.side = GZ_OUTSIDE;
	find(&b, &ask);
	assert_ptr_equal(find(&b, &reply), ask.flow);
	assert_ptr_not_equal(find(&b, &forged), ask.flow);
	bench_close(&b);
}

static void
an_echo_and_its_reply_are_one_flow(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_ICMP, 1, 0, 2, 0), reply = answer(&ask);
	struct gz_pkt other = ask;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	ask.icmp_type = 8;
	reply.icmp_type = 0;
	other.icmp_type = 13;
	find(&b, &ask);
	assert_ptr_equal(find(&b, &reply), ask.flow);
	assert_int_equal(reply.dir, GZ_S2C);
	assert_true(reply.flags & GZ_PKT_ESTABLISHED);
	assert_ptr_not_equal(find(&b, &other), ask.flow);
	assert_int_equal(ask.flow->port[0], 8);
	bench_close(&b);
}

/** "Port unreachable" about @p about, as its receiver sends it. */
static struct gz_pkt
unreachable(uint8_t frame[64], const struct gz_pkt *about)
{
	struct gz_pkt p = packet(IPPROTO_ICMP, 2, 0, 1, 0);

	memset(frame, 0, 64);
	frame[28] = 0x45;
	frame[28 + 9] = about->proto;
	memcpy(&frame[28 + 12], &about->src.b[12], 4);
	memcpy(&frame[28 + 16], &about->dst.b[12], 4);
	frame[48] = (uint8_t)(about->sport >> 8);
	frame[49] = (uint8_t)about->sport;
	frame[50] = (uint8_t)(about->dport >> 8);
	frame[51] = (uint8_t)about->dport;
	p.data = frame;
	p.len = 56;
	p.l4_off = 20;
	p.l3_len = 56;
	p.icmp_type = 3;
	p.icmp_code = 3;
	return p;
}

static void
an_icmp_error_belongs_to_the_flow_that_it_quotes(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), error, strange;
	struct gz_pkt unknown = packet(IPPROTO_UDP, 1, 1001, 2, 53);
	uint8_t frame[64], other_frame[64];
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	error = unreachable(frame, &ask);
	strange = unreachable(other_frame, &unknown);
	find(&b, &ask);
	assert_ptr_equal(find(&b, &error), ask.flow);
	assert_int_equal(error.dir, GZ_S2C);
	assert_null(find(&b, &strange));
	assert_int_equal(gz_flow_table_count(b.t), 1);
	bench_close(&b);
}

static void
an_icmp_error_with_a_cut_quotation_does_not_read_beyond_it(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), error;
	uint8_t *frame = malloc(64);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	error = unreachable(frame, &ask);
	find(&b, &ask);
	for (uint32_t len = 20; len < 52; len++) {
		uint8_t *exact = malloc(len);

		memcpy(exact, frame, len);
		error.data = exact;
		error.len = error.l3_len = len;
		assert_ptr_not_equal(find(&b, &error), ask.flow);
		free(exact);
	}
	free(frame);
	bench_close(&b);
}

static void
ipsec_is_told_apart_by_its_parameter_index(void **state)
{
	uint8_t one[8] = { 0, 0, 0, 123 }, two[8] = { 0, 0, 1, 65 };
	struct gz_pkt p = packet(IPPROTO_ESP, 1, 0, 2, 0), other = p, again = p, cut = p;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	p.data = again.data = one;
	other.data = two;
	cut.data = one;
	p.len = other.len = again.len = 8;
	cut.len = 3;
	find(&b, &p);
	assert_ptr_equal(find(&b, &again), p.flow);
	assert_ptr_not_equal(find(&b, &other), p.flow);
	assert_int_equal(other.flow->port[0] << 16 | other.flow->port[1], 321);
	assert_ptr_not_equal(find(&b, &cut), p.flow);
	bench_close(&b);
}

static void
what_is_no_conversation_has_no_flow(void **state)
{
	static const uint32_t flags[] = { GZ_PKT_FRAGMENT, GZ_PKT_BAD, GZ_PKT_BAD_L4_SUM,
		GZ_PKT_BAD_IP_SUM };
	struct gz_pkt p, arp = { .flags = GZ_PKT_ARP };
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	for (uint32_t i = 0; i < RTE_DIM(flags); i++) {
		p = packet(IPPROTO_UDP, 1, 1000, 2, 53);
		p.flags |= flags[i];
		assert_null(find(&b, &p));
	}
	assert_null(find(&b, &arp));
	p = packet(IPPROTO_GRE, 1, 0, 2, 0);
	assert_null(find(&b, &p));
	assert_int_equal(gz_flow_table_count(b.t), 0);
	bench_close(&b);
}

static void
a_burst_stops_before_a_packet_that_ends_a_flow_in_hand(void **state)
{
	struct gz_pkt early = packet(IPPROTO_UDP, 1, 1000, 2, 53), late = early;
	struct gz_pkt *burst[2] = { &early, &late };
	struct bench b;
	uint64_t first;

	bench_open(&b);
	bench_start(&b);
	late.time_us += UINT64_C(3600) * SECOND;
	assert_int_equal(gz_flow_find_burst(b.t, burst, 2), 1);
	first = early.flow->id;
	assert_int_equal(gz_flow_find_burst(b.t, burst + 1, 1), 1);
	assert_int_not_equal(late.flow->id, first);
	assert_int_equal(b.ends[GZ_FLOW_END_TIMEOUT], 1);
	bench_close(&b);
}

static void
a_flow_counts_no_packet_before_its_turn(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), reply = answer(&ask);
	struct gz_pkt *burst[2] = { &ask, &reply };
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	assert_int_equal(gz_flow_find_burst(b.t, burst, 2), 2);
	gz_flow_count(&ask);
	assert_int_equal(ask.flow->count[GZ_C2S].pkts, 1);
	assert_int_equal(ask.flow->count[GZ_S2C].pkts, 0);
	assert_int_equal(ask.flow->state, GZ_FLOW_NEW);
	gz_flow_count(&reply);
	assert_int_equal(ask.flow->count[GZ_S2C].pkts, 1);
	assert_true(reply.flags & GZ_PKT_ESTABLISHED);
	bench_close(&b);
}

static void
a_burst_of_many_finds_each_its_own(void **state)
{
	enum {
		MANY = 200,
	};
	struct gz_pkt p[MANY], *burst[MANY];
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	for (uint32_t i = 0; i < MANY; i++) {
		p[i] = packet(IPPROTO_UDP, 1, (uint16_t)(1000 + i % 50), 2, 53);
		burst[i] = &p[i];
	}
	assert_int_equal(gz_flow_find_burst(b.t, burst, MANY), MANY);
	assert_int_equal(gz_flow_table_count(b.t), 50);
	for (uint32_t i = 50; i < MANY; i++)
		assert_ptr_equal(p[i].flow, p[i - 50].flow);
	bench_close(&b);
}

static void
ids_are_unlike_and_fit_a_double(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 0, 2, 53);
	uint64_t last = 0;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	for (uint16_t i = 0; i < 1000; i++) {
		p.sport = i;
		find(&b, &p);
		assert_int_not_equal(p.flow->id, last);
		assert_true(p.flow->id > 0 && p.flow->id < UINT64_C(1) << 53);
		last = p.flow->id;
	}
	bench_close(&b);
}

static void
count_ports(void *arg, struct gz_flow *f)
{
	*(uint32_t *)arg += f->port[0];
}

static void
all_flows_are_walked(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 0, 2, 53), reply;
	uint32_t sum = 0, at = 0, turns = 1;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	for (uint16_t i = 1; i <= 100; i++) {
		p.sport = i;
		find(&b, &p);
		reply = answer(&p);
		if (i % 2)
			find(&b, &reply);
	}
	walk_all(&b, count_ports, &sum);
	assert_int_equal(sum, 5050);

	sum = 0;
	while (!gz_flow_walk(b.t, &at, 1000, count_ports, &sum))
		turns++;
	assert_int_equal(sum, 5050);
	assert_true(turns >= at / 1000);
	bench_close(&b);
}

static void
what_a_tunnel_carries_waits_for_its_turn(void **state)
{
	struct gz_pkt outer = packet(IPPROTO_UDP, 1, 7, 2, 9), inner = outer, late;
	struct gz_pkt *burst[] = { &outer, &inner };
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	inner.root = &outer;
	inner.tenant = 1;
	assert_int_equal(gz_flow_find_burst(b.t, burst, 2), 2);
	assert_non_null(outer.flow);
	assert_null(inner.flow);
	gz_flow_find_now(b.t, &inner);
	assert_non_null(inner.flow);
	assert_ptr_not_equal(inner.flow, outer.flow);

	/* of the same burst, but so late that its flow is another one */
	late = inner;
	late.time_us += 3600 * (uint64_t)SECOND;
	gz_flow_find_now(b.t, &late);
	assert_int_equal(b.ends[GZ_FLOW_END_TIMEOUT], 1);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_tunnel_carries_waits_for_its_turn),
		cmocka_unit_test(both_directions_find_the_same_flow),
		cmocka_unit_test(the_first_packet_of_each_direction_is_marked_and_all_are_counted),
		cmocka_unit_test(udp_is_established_once_it_is_answered),
		cmocka_unit_test(tcp_says_itself_when_it_is_established),
		cmocka_unit_test(every_part_of_the_key_makes_another_flow),
		cmocka_unit_test(vlans_do_not_matter_when_they_are_not_tracked),
		cmocka_unit_test(nobody_speaks_for_a_host_from_the_other_side_of_the_wire),
		cmocka_unit_test(an_echo_and_its_reply_are_one_flow),
		cmocka_unit_test(an_icmp_error_belongs_to_the_flow_that_it_quotes),
		cmocka_unit_test(an_icmp_error_with_a_cut_quotation_does_not_read_beyond_it),
		cmocka_unit_test(ipsec_is_told_apart_by_its_parameter_index),
		cmocka_unit_test(what_is_no_conversation_has_no_flow),
		cmocka_unit_test(a_burst_stops_before_a_packet_that_ends_a_flow_in_hand),
		cmocka_unit_test(a_flow_counts_no_packet_before_its_turn),
		cmocka_unit_test(a_burst_of_many_finds_each_its_own),
		cmocka_unit_test(ids_are_unlike_and_fit_a_double),
		cmocka_unit_test(all_flows_are_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
