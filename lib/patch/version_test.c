/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_patch.h"

static void
assert_rising(const char *how, const char *const *versions)
{
	for (int i = 0; versions[i] != NULL; i++)
		for (int k = 0; versions[k] != NULL; k++) {
			int order = gz_version_compare(how, versions[i], versions[k]);

			if ((order < 0) != (i < k) || (order > 0) != (i > k))
				fail_msg("%s: %s against %s gives %d", how, versions[i],
						versions[k], order);
		}
}

static void
dotted_versions_rise_by_number_letter_and_patch_level(void **state)
{
	static const char *const apache[] = { "2.2.34", "2.4", "2.4.9", "2.4.49", "2.4.50",
		"2.10.1", NULL };
	static const char *const openssl[] = { "1.0.1", "1.0.1a", "1.0.1f", "1.0.1g", "1.0.1za",
		"1.0.2", NULL };
	static const char *const openssh[] = { "8.5p1", "9.2", "9.2p1", "9.7p1", "9.8p1", NULL };
	static const char *const early[] = { "5.0-alpha1", "5.0-beta2", "5.0-rc1", "5.0-rc2", "5.0",
		"5.0.1", NULL };

	assert_rising("dotted", apache);
	assert_rising("openssl", openssl);
	assert_rising("openssh", openssh);
	assert_rising("dotted", early);
	assert_int_equal(gz_version_compare("dotted", "2.04", "2.4"), 0);
}

static void
debian_versions_rise_as_dpkg_says(void **state)
{
	static const char *const versions[] = { "1.0~rc1-1", "1.0-1", "1.0-1+deb12u1",
		"1.0-1+deb12u3", "1.0-2", "1.0a-1", "1.0+dfsg-1", "1:0.5-1", NULL };
	static const char *const openssh[] = { "9.2p1-2", "9.2p1-2+deb12u2", "9.2p1-2+deb12u3",
		"9.2p1-2+deb12u10", NULL };

	assert_rising("debian", versions);
	assert_rising("debian", openssh);
}

static void
intervals_are_open_or_closed_at_each_end(void **state)
{
	assert_true(gz_version_in("dotted", "2.4.49", "[2.4.49,2.4.51)"));
	assert_true(gz_version_in("dotted", "2.4.50", "[2.4.49,2.4.51)"));
	assert_false(gz_version_in("dotted", "2.4.51", "[2.4.49,2.4.51)"));
	assert_false(gz_version_in("dotted", "2.4.48", "[2.4.49,2.4.51)"));
	assert_true(gz_version_in("dotted", "1.2", "[,1.2]"));
	assert_false(gz_version_in("dotted", "1.2", "(1.2,]"));
	assert_true(gz_version_in("dotted", "2.3.4", "[2.3.4]"));
	assert_false(gz_version_in("dotted", "2.3.5", "[2.3.4]"));
	assert_true(gz_version_in("dotted", "9.1", "[1,2); [9,10)"));
	assert_false(gz_version_in("dotted", "5", "[1,2);[9,10)"));
	assert_true(gz_version_in("dotted", "anything", "[*]"));
}

static void
a_malformed_interval_is_told(void **state)
{
	assert_null(gz_version_check("[1,2);[3]"));
	assert_non_null(gz_version_check(""));
	assert_non_null(gz_version_check("1.2"));
	assert_non_null(gz_version_check("[1,2"));
	assert_non_null(gz_version_check("[]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dotted_versions_rise_by_number_letter_and_patch_level),
		cmocka_unit_test(debian_versions_rise_as_dpkg_says),
		cmocka_unit_test(intervals_are_open_or_closed_at_each_end),
		cmocka_unit_test(a_malformed_interval_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
