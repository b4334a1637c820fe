/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_registry.h"

struct fruit {
	struct gz_reg reg;
	int weight_g;
};

static GZ_REGISTRY(fruits, "fruit");
static struct fruit pear = { .reg = { .name = "pear" }, .weight_g = 180 };
static struct fruit apple = { .reg = { .name = "apple" }, .weight_g = 150 };
static struct fruit quince = { .reg = { .name = "quince" }, .weight_g = 300 };
GZ_REGISTER(fruits, pear)
GZ_REGISTER(fruits, apple)
GZ_REGISTER(fruits, quince)

static void
what_is_registered_is_numbered_by_name(void **state)
{
	gz_registry_seal(&fruits);
	gz_registry_seal(&fruits);
	assert_int_equal(fruits.count, 3);
	assert_int_equal(apple.reg.id, 0);
	assert_int_equal(pear.reg.id, 1);
	assert_int_equal(quince.reg.id, 2);
	assert_ptr_equal(fruits.by_name[1], &pear.reg);
}

static void
a_name_finds_its_thing(void **state)
{
	gz_registry_seal(&fruits);
	assert_ptr_equal(gz_registry_find(&fruits, "pear"), &pear.reg);
	assert_null(gz_registry_find(&fruits, "pea"));
	assert_null(gz_registry_find(&fruits, ""));
	assert_string_equal(gz_registry_nearest(&fruits, "quinze"), "quince");
	assert_null(gz_registry_nearest(&fruits, "melon"));
}

static void
an_empty_registry_finds_nothing(void **state)
{
	static GZ_REGISTRY(empty, "nothing");

	gz_registry_seal(&empty);
	assert_null(gz_registry_find(&empty, "pear"));
	assert_null(gz_registry_nearest(&empty, "pear"));
}

static void
a_double_name_stops_the_start(void **state)
{
	static GZ_REGISTRY(twins, "twin");
	static struct fruit one = { .reg = { .name = "same" } };
	static struct fruit two = { .reg = { .name = "same" } };
	int status;
	pid_t child;

	gz_registry_add(&twins, &one.reg);
	gz_registry_add(&twins, &two.reg);
	child = fork();
	if (child == 0) {
		fclose(stderr);
		signal(SIGABRT, SIG_DFL);
		gz_registry_seal(&twins);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_registered_is_numbered_by_name),
		cmocka_unit_test(a_name_finds_its_thing),
		cmocka_unit_test(an_empty_registry_finds_nothing),
		cmocka_unit_test(a_double_name_stops_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
