/* SPDX-License-Identifier: BSD-3-Clause */
#include "ruleset_toy.h"

static uint64_t seed = 3;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

/* Few bits, so that sets meet each other; both families. */
static void
draw_prefix(char *text, size_t size)
{
	if (draw(4) == 0)
		snprintf(text, size, "2001:db8:%x::/%u", draw(4) << 8, 33 + draw(20));
	else
		snprintf(text, size, "%u.%u.%u.0/%u", draw(3) * 127, draw(2) * 255, draw(256),
				1 + draw(32));
}

static void
draw_set(char *text, size_t size)
{
	uint32_t n = 1 + draw(5), i;
	char prefix[64];

	snprintf(text, size, "[");
	for (i = 0; i < n; i++) {
		draw_prefix(prefix, sizeof(prefix));
		snprintf(text + strlen(text), size - strlen(text), "%s%s%s", i == 0 ? "" : ",",
				i > 0 && draw(4) == 0 ? "!" : "", prefix);
	}
	snprintf(text + strlen(text), size - strlen(text), "]");
}

static struct gz_addr
draw_addr(void)
{
	char text[64];
	struct gz_prefix p;

	if (draw(4) == 0)
		snprintf(text, sizeof(text), "2001:db8:%x:%x::%u", draw(4) << 8, draw(65536),
				draw(3));
	else
		snprintf(text, sizeof(text), "%u.%u.%u.%u", draw(3) * 127, draw(2) * 255, draw(256),
				draw(256));
	assert_true(gz_prefix_parse(text, &p));
	return p.addr;
}

static char text[64 * 1024];

static struct gz_ruleset *
draw_rules(uint32_t n)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	char from[400], to[400];
	struct gz_ruleset *rs;
	uint32_t i;

	text[0] = '\0';
	for (i = 1; i <= n; i++) {
		snprintf(from, sizeof(from), "any");
		snprintf(to, sizeof(to), "any");
		if (draw(4) != 0)
			draw_set(from, sizeof(from));
		if (draw(3) == 0)
			draw_set(to, sizeof(to));
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
				"alert ip %s any %s %s any (sid:%u;)\n", from,
				draw(4) == 0 ? "<>" : "->", to, i);
	}
	/* Sets may come out empty: such rules are refused, which is not the question here. */
	rs = toy_try(text, NULL, &report, &errors);
	gz_errors_clear(&errors);
	assert_non_null(rs);
	return rs;
}

static void
a_class_is_in_the_sets_that_its_addresses_are_in(void **state)
{
	struct gz_ruleset *rs;
	uint32_t round, i, k, side, class;
	struct gz_addr a;

	for (round = 0; round < 30; round++) {
		rs = draw_rules(1 + draw(40));
		for (i = 0; i < 300; i++) {
			a = draw_addr();
			class = rs_addr_class(&rs->addrs, &a);
			assert_true(class < rs->addrs.nb_classes);
			for (k = 0; k < rs->nb_rules; k++)
				for (side = 0; side < 2; side++)
					assert_int_equal(rs_class_in(&rs->addrs, class,
									 rs->rules[k].addr[side]),
							gz_addrset_has(&rs->sigs[k]->addr[side],
									&a));
		}
		gz_ruleset_destroy(rs);
	}
}

static bool
is_in(const struct rs_list *l, uint32_t rule)
{
	uint32_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i] == rule)
			return true;
	return false;
}

static bool
goes(const struct gz_sig *s, const struct gz_addr *from, const struct gz_addr *to)
{
	return gz_addrset_has(&s->addr[0], from) && gz_addrset_has(&s->addr[1], to);
}

static void
rules_about_addresses_are_found_by_class(void **state)
{
	struct gz_ruleset *rs = draw_rules(60);
	struct gz_addr from, to;
	uint32_t i, k, c[2];
	bool found, wanted;

	for (i = 0; i < 2000; i++) {
		from = draw_addr();
		to = draw_addr();
		c[0] = rs_addr_class(&rs->addrs, &from);
		c[1] = rs_addr_class(&rs->addrs, &to);
		for (k = 0; k < rs->nb_rules; k++) {
			assert_true(rs->rules[k].flags & GZ_SIG_IP_ONLY);
			wanted = goes(rs->sigs[k], &from, &to) ||
					((rs->sigs[k]->flags & GZ_SIG_BOTH_WAYS) &&
							goes(rs->sigs[k], &to, &from));
			found = is_in(&rs->addrs.only[0][c[0]], k) ||
					is_in(&rs->addrs.only[1][c[1]], k) ||
					is_in(&rs->addrs.only_any, k);
			assert_true(found || !wanted);
		}
	}
	gz_ruleset_destroy(rs);
}

static void
equal_sets_are_one(void **state)
{
	struct gz_ruleset *rs = toy_rules(
			"alert ip [10.0.0.0/8,10.1.0.0/16] any -> any any (sid:1;)\n"
			"alert ip [10.0.0.0/9,10.128.0.0/9] any -> 10.0.0.0/8 any (sid:2;)\n");
	struct gz_prefix p;

	assert_int_equal(rs->addrs.nb_sets, 1);
	assert_int_equal(rs->addrs.nb_classes, 2);
	gz_prefix_parse("10.255.255.255", &p);
	assert_true(rs_class_in(&rs->addrs, rs_addr_class(&rs->addrs, &p.addr), 0));
	gz_prefix_parse("11.0.0.0", &p);
	assert_false(rs_class_in(&rs->addrs, rs_addr_class(&rs->addrs, &p.addr), 0));
	gz_ruleset_destroy(rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_is_in_the_sets_that_its_addresses_are_in),
		cmocka_unit_test(rules_about_addresses_are_found_by_class),
		cmocka_unit_test(equal_sets_are_one),
	};

	return cmocka_run_group_tests(tests, toy_begin, toy_end);
}
