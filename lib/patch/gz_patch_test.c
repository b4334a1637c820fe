/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "patch_internal.h"

/* Settings of rooms that patch does not stand on. */
static const struct gz_setting wire_settings[] = {
	{ "wires", GZ_SETTING_LIST, .help = "wires" },
	{ "wires[].name", GZ_SETTING_STRING, .required = true, .help = "name" },
};
GZ_CONF_REGISTER(wire_settings)

enum {
	SECOND = 1000000,
};

struct world {
	struct gz_conf *conf;
	struct gz_assets *assets;
	struct gz_event_ring *ring;
	struct gz_patches *patches;
	uint64_t now_us;
};

static const char *const settings[] = {
	"asset.database=/tmp/gauze-patch-test.db",
	"servers[0].name=web",
	"servers[0].address=10.0.0.1",
	"servers[1].name=shop",
	"servers[1].address=10.0.0.2",
	"patch.stage-for=10 s",
	"patch.stage-for-exploited=2 s",
	"patch.stage-transactions=5",
	"patch.fixed-for=3 s",
	"patch.shadow-for=4 s",
	"patch.review-after=1 h",
};

static void
open_world(struct world *w)
{
	struct gz_errors e = GZ_ERRORS_INIT;

	w->conf = gz_conf_create();
	for (size_t i = 0; i < RTE_DIM(settings); i++)
		assert_int_equal(gz_conf_set(w->conf, settings[i], &e), 0);
	w->ring = gz_event_ring_create(1 << 20);
	w->assets = gz_assets_open(w->conf, "rules", &e);
	gz_errors_print(&e, stderr);
	assert_non_null(w->assets);
	w->patches = gz_patches_open(w->conf, "rules", w->assets, w->ring, &e);
	gz_errors_print(&e, stderr);
	assert_non_null(w->patches);
}

static void
close_world(struct world *w)
{
	gz_patches_close(w->patches);
	gz_assets_close(w->assets);
	gz_event_ring_destroy(w->ring);
	gz_conf_destroy(w->conf);
}

static int
set_up(void **state)
{
	static struct world w;

	unlink("/tmp/gauze-patch-test.db");
	gz_registry_seal(&gz_event_types);
	w = (struct world){ .now_us = 1000 * (uint64_t)SECOND };
	open_world(&w);
	*state = &w;
	return 0;
}

static int
tear_down(void **state)
{
	close_world(*state);
	unlink("/tmp/gauze-patch-test.db");
	return 0;
}

static void
see(struct world *w, const char *server, const char *product, const char *version, uint64_t count)
{
	struct gz_fact fact = { .port = 80, .confidence = 80, .count = count };

	strcpy(fact.server, server);
	strcpy(fact.product, product);
	strcpy(fact.version, version);
	snprintf(fact.value, sizeof(fact.value), "%s %s", product, version);
	gz_patches_learn(w->patches, &fact, w->now_us);
}

static enum gz_patch_state
state_of(struct world *w, const char *server, const char *cve)
{
	struct patch *x = patch_find(w->patches, server, cve);

	assert_non_null(x);
	return x->state;
}

/** As a tick would without rules to look for: from recommended on. */
static void
stage(struct world *w, const char *server, const char *cve)
{
	assert_int_equal(gz_patches_order(w->patches, server, cve, GZ_PATCH_STAGED, w->now_us), 1);
	patch_find(w->patches, server, cve)->ordered = false;
}

static void
pass(struct world *w, uint32_t seconds)
{
	w->now_us += (uint64_t)seconds * SECOND;
	gz_patches_tick(w->patches, NULL, w->now_us);
}

static const char cve[] = "CVE-2021-41773";

static void
an_affected_version_calls_for_a_patch_and_others_do_not(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	see(w, "shop", "apache:http_server", "2.4.57", 1);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_RECOMMENDED);
	assert_int_equal(state_of(w, "web", "CVE-2021-42013"), GZ_PATCH_RECOMMENDED);
	assert_null(patch_find(w->patches, "shop", cve));
	assert_null(patch_find(w->patches, "web", "CVE-2021-40438"));
}

static void
without_its_rules_a_patch_waits(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	pass(w, 100);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_RECOMMENDED);
	assert_true(patch_find(w->patches, "web", cve)->held);
}

static void
a_staged_patch_prevents_after_its_time_and_enough_traffic(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	stage(w, "web", cve);
	pass(w, 3);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_STAGED);
	see(w, "web", "apache:http_server", "2.4.49", 5);
	pass(w, 0);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
}

static void
a_patch_that_hits_too_much_waits_for_its_owner(void **state)
{
	struct gz_event hit = { .gid = 1, .sid = 9100003, .server = 0 };
	struct world *w = *state;

	hit.sid = pack_find_cve(w->patches->pack, cve)->sids[0];
	see(w, "web", "apache:http_server", "2.4.49", 1);
	stage(w, "web", cve);
	see(w, "web", "apache:http_server", "2.4.49", 10);
	for (int i = 0; i < 3; i++)
		gz_patches_hit(w->patches, w->conf, &hit);
	pass(w, 3);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_STAGED);
	assert_true(patch_find(w->patches, "web", cve)->held);
	assert_int_equal(gz_patches_order(w->patches, "web", cve, GZ_PATCH_ENFORCED, w->now_us), 1);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
}

static void
a_seen_fix_leads_through_the_shadow_away(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "web", cve, GZ_PATCH_ENFORCED, w->now_us);
	pass(w, 1);
	see(w, "web", "apache:http_server", "2.4.51", 1);
	pass(w, 1);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
	see(w, "web", "apache:http_server", "2.4.51", 1);
	pass(w, 2);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_SHADOW);
	pass(w, 3);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_SHADOW);
	pass(w, 1);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_REMOVED);
}

static void
a_second_server_behind_the_address_keeps_the_patch(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "web", cve, GZ_PATCH_ENFORCED, w->now_us);
	for (int i = 0; i < 10; i++) {
		see(w, "web", "apache:http_server", "2.4.51", 1);
		pass(w, 1);
		see(w, "web", "apache:http_server", "2.4.49", 1);
		pass(w, 1);
	}
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
}

static void
a_rollback_brings_the_patch_back_from_the_shadow(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "web", cve, GZ_PATCH_ENFORCED, w->now_us);
	see(w, "web", "apache:http_server", "2.4.51", 1);
	pass(w, 2);
	see(w, "web", "apache:http_server", "2.4.51", 1);
	pass(w, 2);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_SHADOW);
	see(w, "web", "apache:http_server", "2.4.49", 1);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
}

static void
what_its_owner_removed_stays_away(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "web", cve, GZ_PATCH_REMOVED, w->now_us);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_REJECTED);
	see(w, "web", "apache:http_server", "2.4.49", 9);
	pass(w, 1000);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_REJECTED);
	assert_int_equal(gz_patches_order(w->patches, "nobody", "CVE-1", GZ_PATCH_STAGED, 0),
			-ENOENT);
}

static void
a_distribution_leaves_it_unproven_unless_its_package_tells(void **state)
{
	struct gz_fact fact = {
		.product = "openbsd:openssh", .version = "9.2p1", .distro = "debian"
	};
	const struct pack_vuln *v;
	struct world *w = *state;

	v = pack_find_cve(w->patches->pack, "CVE-2024-6387");
	assert_int_equal(pack_judge(v, &fact), VERDICT_UNPROVEN);
	strcpy(fact.package, "1:9.2p1-2+deb12u2");
	assert_int_equal(pack_judge(v, &fact), VERDICT_VULNERABLE);
	strcpy(fact.package, "1:9.2p1-2+deb12u3");
	assert_int_equal(pack_judge(v, &fact), VERDICT_FIXED);
	strcpy(fact.package, "1:9.2p1-2~bpo11+1");
	assert_int_equal(pack_judge(v, &fact), VERDICT_UNPROVEN);
}

static void
libraries_of_a_family_are_patched_where_they_are_exploited(void **state)
{
	struct gz_fact fact = { .server = "shop",
		.product = "eclipse:jetty",
		.version = "9.4.50",
		.family = "family:java",
		.value = "Jetty(9.4.50)",
		.confidence = 80 };
	struct world *w = *state;

	gz_patches_learn(w->patches, &fact, w->now_us);
	assert_int_equal(state_of(w, "shop", "CVE-2021-44228"), GZ_PATCH_RECOMMENDED);
	assert_null(patch_find(w->patches, "shop", "CVE-2021-34429"));
}

static void
a_restart_forgets_nothing(void **state)
{
	struct world *w = *state;

	see(w, "web", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "web", cve, GZ_PATCH_ENFORCED, w->now_us);
	close_world(w);
	open_world(w);
	assert_int_equal(state_of(w, "web", cve), GZ_PATCH_ENFORCED);
	assert_int_equal(state_of(w, "web", "CVE-2021-42013"), GZ_PATCH_RECOMMENDED);
	assert_true(patch_find(w->patches, "web", cve)->ordered);
}

static void
the_policy_gets_every_rule_off_but_where_it_is_in_force(void **state)
{
	struct gz_rule_state *rows;
	uint32_t off = 0, prevent = 0, detect = 0;
	struct world *w = *state;
	int n;

	see(w, "shop", "apache:http_server", "2.4.49", 1);
	gz_patches_order(w->patches, "shop", cve, GZ_PATCH_ENFORCED, w->now_us);
	gz_patches_order(w->patches, "shop", "CVE-2021-42013", GZ_PATCH_STAGED, w->now_us);
	n = gz_patches_states(w->patches, w->conf, &rows);
	for (int i = 0; i < n; i++) {
		assert_true(rows[i].mode == GZ_MODE_OFF || rows[i].server == 1);
		off += rows[i].mode == GZ_MODE_OFF && rows[i].server == GZ_SERVER_NONE;
		prevent += rows[i].mode == GZ_MODE_PREVENT;
		detect += rows[i].mode == GZ_MODE_DETECT;
	}
	assert_true(off >= 39);
	assert_int_equal(prevent, 1);
	assert_int_equal(detect, 2);
	free(rows);
}

#define LIFE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(an_affected_version_calls_for_a_patch_and_others_do_not),
		LIFE_TEST(without_its_rules_a_patch_waits),
		LIFE_TEST(a_staged_patch_prevents_after_its_time_and_enough_traffic),
		LIFE_TEST(a_patch_that_hits_too_much_waits_for_its_owner),
		LIFE_TEST(a_seen_fix_leads_through_the_shadow_away),
		LIFE_TEST(a_second_server_behind_the_address_keeps_the_patch),
		LIFE_TEST(a_rollback_brings_the_patch_back_from_the_shadow),
		LIFE_TEST(what_its_owner_removed_stays_away),
		LIFE_TEST(a_distribution_leaves_it_unproven_unless_its_package_tells),
		LIFE_TEST(libraries_of_a_family_are_patched_where_they_are_exploited),
		LIFE_TEST(a_restart_forgets_nothing),
		LIFE_TEST(the_policy_gets_every_rule_off_but_where_it_is_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
