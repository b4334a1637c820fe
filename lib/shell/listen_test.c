/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "shell_internal.h"

/* These settings do not let a shell open, for one reason. */
static void
refuse(const char *const *settings, const char *why)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();

	gz_conf_set(conf, "shell.socket=", &errors);
	for (; *settings != NULL; settings++)
		assert_int_equal(gz_conf_set(conf, *settings, &errors), 0);
	assert_null(gz_shell_open(conf, NULL, &errors));
	assert_int_equal(errors.count, 1);
	assert_non_null(strstr(errors.v[0].text, why));
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
}

static void
listening_beyond_loopback_must_be_meant(void **state)
{
	refuse((const char *const[]){ "shell.address=0.0.0.0", NULL }, "shell.remote = true");
	refuse((const char *const[]){ "shell.address=::", NULL }, "shell.remote = true");
	refuse((const char *const[]){ "shell.address=126.0.0.1", NULL }, "shell.remote = true");
}

static void
listening_beyond_loopback_asks_for_a_password(void **state)
{
	refuse((const char *const[]){ "shell.address=0.0.0.0", "shell.remote=true", NULL },
			"shell.password-hash");
}

static void
an_address_or_hash_that_is_none_is_refused(void **state)
{
	refuse((const char *const[]){ "shell.address=here", NULL }, "no IP address");
	refuse((const char *const[]){ "shell.password-hash=secret", NULL }, "no hash");
}

static void
a_socket_that_cannot_be_made_is_refused(void **state)
{
	refuse((const char *const[]){ "shell.socket=/nowhere/at/all/x.sock", NULL },
			"/nowhere/at/all/x.sock");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listening_beyond_loopback_must_be_meant),
		cmocka_unit_test(listening_beyond_loopback_asks_for_a_password),
		cmocka_unit_test(an_address_or_hash_that_is_none_is_refused),
		cmocka_unit_test(a_socket_that_cannot_be_made_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
