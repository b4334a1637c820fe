/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gz_shell_client.h"

#include "shell_internal.h"

enum {
	LOCKOUT_MS = 60000,
};

static void
a_password_is_known_by_its_hash(void **state)
{
	char hash[GZ_SHELL_HASH];

	assert_int_equal(gz_shell_hash_password("open sesame", hash), 0);
	assert_memory_equal(hash, "$y$", 3);
	assert_true(gz_password_is("open sesame", hash));
	assert_false(gz_password_is("open sesam", hash));
	assert_false(gz_password_is("", hash));
}

static void
two_hashes_of_a_password_differ(void **state)
{
	char a[GZ_SHELL_HASH], b[GZ_SHELL_HASH];

	assert_int_equal(gz_shell_hash_password("open sesame", a), 0);
	assert_int_equal(gz_shell_hash_password("open sesame", b), 0);
	assert_string_not_equal(a, b);
}

static void
what_is_no_hash_takes_no_password(void **state)
{
	assert_false(gz_password_is("open sesame", "open sesame"));
	assert_false(gz_password_is("", ""));
	assert_false(gz_password_is("*0", "*0"));
}

static void
delays_grow_with_each_failure(void **state)
{
	struct gz_guard g;

	gz_guard_init(&g, LOCKOUT_MS);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 1000), 1000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 2000), 2000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 3000), 4000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 4000), 8000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 5000), 8000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.2", 5000), 1000);
	gz_guard_fini(&g);
}

static void
too_many_failures_lock_an_address_out_for_a_while(void **state)
{
	struct gz_guard g;

	gz_guard_init(&g, LOCKOUT_MS);
	for (int i = 0; i < GZ_GUARD_LOCKOUT; i++) {
		assert_false(gz_guard_is_locked_out(&g, "10.0.0.1", 1000));
		gz_guard_failed(&g, "10.0.0.1", 1000);
	}
	assert_true(gz_guard_is_locked_out(&g, "10.0.0.1", 1001));
	assert_false(gz_guard_is_locked_out(&g, "10.0.0.2", 1001));
	assert_true(gz_guard_is_locked_out(&g, "10.0.0.1", 1000 + LOCKOUT_MS - 1));
	assert_false(gz_guard_is_locked_out(&g, "10.0.0.1", 1000 + LOCKOUT_MS));
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 1000 + LOCKOUT_MS), 1000);
	gz_guard_fini(&g);
}

static void
a_right_password_forgets_the_failures(void **state)
{
	struct gz_guard g;

	gz_guard_init(&g, LOCKOUT_MS);
	gz_guard_failed(&g, "10.0.0.1", 1000);
	gz_guard_failed(&g, "10.0.0.1", 2000);
	gz_guard_passed(&g, "10.0.0.1");
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 3000), 1000);
	gz_guard_fini(&g);
}

static void
the_table_forgets_who_failed_longest_ago(void **state)
{
	struct gz_guard g;
	char peer[32];

	gz_guard_init(&g, LOCKOUT_MS);
	for (uint32_t i = 0; i <= RTE_DIM(g.rows); i++) {
		snprintf(peer, sizeof(peer), "10.0.0.%u", i);
		gz_guard_failed(&g, peer, 1000 + i);
	}
	assert_int_equal(gz_guard_failed(&g, "10.0.0.1", 2000), 2000);
	assert_int_equal(gz_guard_failed(&g, "10.0.0.0", 2000), 1000);
	gz_guard_fini(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_known_by_its_hash),
		cmocka_unit_test(two_hashes_of_a_password_differ),
		cmocka_unit_test(what_is_no_hash_takes_no_password),
		cmocka_unit_test(delays_grow_with_each_failure),
		cmocka_unit_test(too_many_failures_lock_an_address_out_for_a_while),
		cmocka_unit_test(a_right_password_forgets_the_failures),
		cmocka_unit_test(the_table_forgets_who_failed_longest_ago),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
