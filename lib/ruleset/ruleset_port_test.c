/* SPDX-License-Identifier: BSD-3-Clause */
#include "ruleset_toy.h"

static uint64_t seed = 11;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static char text[64 * 1024];

static void
draw_ports(char *to, size_t size)
{
	uint32_t first = draw(40);

	switch (draw(4)) {
	case 0:
		snprintf(to, size, "any");
		break;
	case 1:
		snprintf(to, size, "%u", first);
		break;
	case 2:
		snprintf(to, size, "%u:%u", first, first + draw(20));
		break;
	default:
		snprintf(to, size, "[!%u,!%u:]", first, 65000 + draw(500));
	}
}

static struct gz_ruleset *
draw_rules(uint32_t n)
{
	static const char *const options[] = { "content:\"abcd\"; offset:5; ", "content:\"ab\"; ",
		"content:\"abcdefghi\"; startswith; ", "flow:to_server; content:\"abcd\"; ",
		"flow:to_client; content:\"abcdefgh\"; ", "flow:stateless; ",
		"content:!\"abcd\"; " };
	char from[64], to[64];
	uint32_t i;

	text[0] = '\0';
	for (i = 1; i <= n; i++) {
		draw_ports(from, sizeof(from));
		draw_ports(to, sizeof(to));
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
				"alert %s any %s %s any %s (%ssid:%u;)\n",
				draw(3) == 0 ? "udp" : "tcp", from, draw(5) == 0 ? "<>" : "->", to,
				options[draw(RTE_DIM(options))], i);
	}
	return toy_rules(text);
}

static bool
in_list(const struct rs_list *l, uint32_t rule)
{
	uint32_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i] == rule)
			return true;
	return false;
}

static bool
in_finder(const struct rs_finder *f, uint32_t rule)
{
	uint32_t k, i, n;

	for (k = 0; k < RS_SETS; k++)
		for (i = 0; f->set[k] != NULL && i < f->set[k]->first[f->set[k]->count]; i++)
			if (f->set[k]->hits[i].rule == rule)
				return true;
	for (k = 0; k < f->nb_probes; k++)
		for (i = 0; i <= f->probes[k].mask; i++)
			for (n = 0; n < f->probes[k].slots[i].n; n++)
				if (f->probes[k].fixed[f->probes[k].slots[i].first + n].rule ==
						rule)
					return true;
	return false;
}

static bool
in_group(const struct rs_group *g, uint32_t rule)
{
	return in_list(&g->packet, rule) || in_list(&g->payload, rule) ||
			in_list(&g->stream, rule) || in_finder(g->find, rule);
}

static bool
wants(const struct gz_sig *s, enum gz_dir dir, uint16_t port)
{
	const struct gz_portset *here = &s->port[dir == GZ_C2S ? 1 : 0];
	const struct gz_portset *there = &s->port[dir == GZ_C2S ? 0 : 1];

	if ((s->flags & GZ_SIG_TO_SERVER) && dir == GZ_S2C)
		return false;
	if ((s->flags & GZ_SIG_TO_CLIENT) && dir == GZ_C2S)
		return false;
	return gz_portset_has(here, port) ||
			((s->flags & GZ_SIG_BOTH_WAYS) && gz_portset_has(there, port));
}

static void
a_port_has_all_the_rules_that_ask_for_it(void **state)
{
	uint32_t round, port, k, dir, n = 0;
	const struct rs_group *g;
	struct gz_ruleset *rs;
	enum rs_l4 l4;

	for (round = 0; round < 20; round++) {
		rs = draw_rules(1 + draw(60));
		for (port = 0; port < 65536; port += port < 70 ? 1 : 997)
			for (dir = 0; dir < 2; dir++)
				for (k = 0; k < rs->nb_rules; k++) {
					l4 = rs_l4_of(rs->sigs[k]->l4[0]);
					g = rs_group_of(rs, l4, dir, (uint16_t)port);
					if (rs->rules[k].flags & GZ_SIG_IP_ONLY)
						assert_false(in_group(g, k));
					else if (wants(rs->sigs[k], dir, (uint16_t)port))
						n += in_group(g, k) ? 1 : (fail(), 0);
					g = rs_group_of(rs, l4 == RS_TCP ? RS_UDP : RS_TCP, dir,
							(uint16_t)port);
					assert_false(in_group(g, k));
				}
		gz_ruleset_destroy(rs);
	}
	assert_true(n > 1000);
}

static void
a_port_with_a_group_of_its_own_has_no_others_rules(void **state)
{
	struct gz_ruleset *rs = toy_rules(
			"alert tcp any any -> any 445 (content:\"abcd\"; sid:1;)\n"
			"alert tcp any any -> any [80,8080] (content:\"efgh\"; sid:2;)\n"
			"alert tcp any any -> any any (content:\"ijkl\"; sid:3;)\n");

	assert_true(in_group(rs_group_of(rs, RS_TCP, GZ_C2S, 445), 0));
	assert_false(in_group(rs_group_of(rs, RS_TCP, GZ_C2S, 445), 1));
	assert_true(in_group(rs_group_of(rs, RS_TCP, GZ_C2S, 8080), 1));
	assert_false(in_group(rs_group_of(rs, RS_TCP, GZ_C2S, 8081), 1));
	assert_true(in_group(rs_group_of(rs, RS_TCP, GZ_C2S, 8081), 2));
	assert_ptr_equal(
			rs_group_of(rs, RS_TCP, GZ_C2S, 80), rs_group_of(rs, RS_TCP, GZ_C2S, 8080));
	/* Rules without a direction are for both: from that port, where a rule says to that port. */
	assert_true(in_group(rs_group_of(rs, RS_TCP, GZ_S2C, 81), 1));
	gz_ruleset_destroy(rs);
}

static void
rules_for_any_protocol_are_everywhere_but_where_there_is_no_ip(void **state)
{
	struct gz_ruleset *rs = toy_rules(
			"alert ip any any -> any any (content:\"abcd\"; sid:1;)\n"
			"alert icmp any any -> any any (content:\"efgh\"; sid:2;)\n"
			"alert pkthdr any any -> any any (sid:3;)\n");
	uint32_t l4;

	for (l4 = 0; l4 < RS_NO_IP; l4++) {
		assert_true(in_group(rs_group_of(rs, l4, GZ_C2S, 7), 0));
		assert_int_equal(in_group(rs_group_of(rs, l4, GZ_C2S, 7), 1),
				l4 == RS_ICMP4 || l4 == RS_ICMP6);
		assert_true(in_group(rs_group_of(rs, l4, GZ_C2S, 7), 2));
	}
	assert_false(in_group(rs_group_of(rs, RS_NO_IP, GZ_C2S, 0), 0));
	assert_true(in_group(rs_group_of(rs, RS_NO_IP, GZ_C2S, 0), 2));
	gz_ruleset_destroy(rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_has_all_the_rules_that_ask_for_it),
		cmocka_unit_test(a_port_with_a_group_of_its_own_has_no_others_rules),
		cmocka_unit_test(rules_for_any_protocol_are_everywhere_but_where_there_is_no_ip),
	};

	return cmocka_run_group_tests(tests, toy_begin, toy_end);
}
