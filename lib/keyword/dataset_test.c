/* SPDX-License-Identifier: BSD-3-Clause */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset.h"
#include "keyword_test.h"

static const char *
file(const char *name, const char *text)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	write_text(path, text);
	return path;
}

static struct dataset *
get(struct datasets *all, const char *name, enum dataset_type type, const char *load,
		const char *save)
{
	struct dataset_want want = { gz_span_str(name), true, type, load, save, false, 0 };
	char error[256] = "";
	struct dataset *d = datasets_get(all, &want, error, sizeof(error));

	if (d == NULL)
		fail_msg("%s", error);
	return d;
}

static void
a_value_is_in_once_it_was_added(void **state)
{
	struct datasets *all = datasets_create();
	struct dataset *d = get(all, "a", DATASET_STRING, NULL, NULL);

	assert_false(dataset_has(d, GZ_SPAN("x"), NULL));
	assert_true(dataset_add(d, GZ_SPAN("x"), 0));
	assert_false(dataset_add(d, GZ_SPAN("x"), 0));
	assert_true(dataset_has(d, GZ_SPAN("x"), NULL));
	assert_false(dataset_has(d, GZ_SPAN("xy"), NULL));
	assert_true(dataset_remove(d, GZ_SPAN("x")));
	assert_false(dataset_remove(d, GZ_SPAN("x")));
	assert_false(dataset_has(d, GZ_SPAN("x"), NULL));
	assert_true(dataset_add(d, GZ_SPAN("x"), 0));
	assert_true(dataset_add(d, GZ_SPAN(""), 0));
	assert_int_equal(dataset_count(d), 2);
	dataset_put(d);
	datasets_destroy(all);
}

static void
a_full_set_takes_no_more(void **state)
{
	struct dataset_want want = { GZ_SPAN("small"), true, DATASET_STRING, NULL, NULL, false,
		4096 };
	struct datasets *all = datasets_create();
	struct dataset *d;
	char error[256], text[32];
	uint32_t i;

	d = datasets_get(all, &want, error, sizeof(error));
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "value %u", i);
		dataset_add(d, gz_span_str(text), 0);
	}
	assert_in_range(dataset_count(d), 50, 150);
	assert_true(dataset_has(d, GZ_SPAN("value 0"), NULL));
	dataset_put(d);
	datasets_destroy(all);
}

enum {
	THREADS = 4,
	VALUES = 20000,
};

struct adder {
	struct dataset *d;
	uint32_t added;
};

static void *
add_all(void *arg)
{
	struct adder *a = arg;
	uint32_t i;

	for (i = 0; i < VALUES; i++)
		a->added += dataset_add(a->d, gz_span(&i, sizeof(i)), 0);
	return NULL;
}

/* Each value is new to one of the threads that add it at the same time. */
static void
many_threads_add_each_value_once(void **state)
{
	struct datasets *all = datasets_create();
	struct dataset *d = get(all, "t", DATASET_STRING, NULL, NULL);
	struct adder adders[THREADS];
	pthread_t threads[THREADS];
	uint32_t i, sum = 0;

	for (i = 0; i < THREADS; i++) {
		adders[i] = (struct adder){ d, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, add_all, &adders[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += adders[i].added;
	}
	assert_int_equal(sum, VALUES);
	assert_int_equal(dataset_count(d), VALUES);
	dataset_put(d);
	datasets_destroy(all);
}

static void
a_file_gives_values_of_its_type(void **state)
{
	struct datasets *all = datasets_create();
	struct dataset *d;

	d = get(all, "s", DATASET_STRING, file("s.lst", "Z29vZ2xlLmNvbQ==\n\nYQ==\r\n"), NULL);
	assert_true(dataset_has(d, GZ_SPAN("google.com"), NULL));
	assert_true(dataset_has(d, GZ_SPAN("a"), NULL));
	assert_int_equal(dataset_count(d), 2);
	dataset_put(d);
	d = get(all, "m", DATASET_MD5, file("m.lst", "000102030405060708090a0b0c0d0e0f\n"), NULL);
	assert_true(dataset_has(d, GZ_SPAN("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"), NULL));
	dataset_put(d);
	d = get(all, "i", DATASET_IP, file("i.lst", "10.0.0.1\n2001:db8::1\n"), NULL);
	assert_true(dataset_has(d, GZ_SPAN("\12\0\0\1"), NULL));
	assert_true(dataset_has(d, GZ_SPAN("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), NULL));
	dataset_put(d);
	datasets_destroy(all);
}

static void
a_bad_file_is_told_with_its_line(void **state)
{
	static const struct {
		enum dataset_type type;
		const char *text, *error;
	} cases[] = {
		{ DATASET_MD5, "00\n", ":1: no value of type md5" },
		{ DATASET_SHA256, "\n00\n", ":2: no value of type sha256" },
		{ DATASET_IP, "10.0.0.0/8\n", ":1: no value of type ip" },
		{ DATASET_IPV4, "::1\n", ":1: no value of type ipv4" },
	};
	struct datasets *all = datasets_create();
	char error[256];
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		struct dataset_want want = { GZ_SPAN("bad"), true, cases[i].type,
			file("bad.lst", cases[i].text), NULL, false, 0 };

		assert_null(datasets_get(all, &want, error, sizeof(error)));
		assert_string_equal(error + strlen(want.load), cases[i].error);
	}
	datasets_destroy(all);
}

static void
a_changed_file_makes_a_new_set(void **state)
{
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	struct datasets *all = datasets_create();
	struct dataset *old, *same, *new;
	const char *path = file("c.lst", "YQ==\n");

	old = get(all, "c", DATASET_STRING, path, NULL);
	same = get(all, "c", DATASET_STRING, path, NULL);
	assert_ptr_equal(old, same);
	file("c.lst", "Yg==\n");
	utimensat(AT_FDCWD, path, times, 0);
	new = get(all, "c", DATASET_STRING, path, NULL);
	assert_ptr_not_equal(old, new);
	assert_true(dataset_has(old, GZ_SPAN("a"), NULL)); /* its rules still use it */
	assert_true(dataset_has(new, GZ_SPAN("b"), NULL));
	assert_false(dataset_has(new, GZ_SPAN("a"), NULL));
	dataset_put(old);
	dataset_put(same);
	dataset_put(new);
	datasets_destroy(all);
}

static void
a_set_with_state_is_written_and_read_again(void **state)
{
	struct datasets *all = datasets_create();
	struct dataset *d;
	char path[128];

	snprintf(path, sizeof(path), "%s/state.lst", folder);
	d = get(all, "d", DATASET_STRING, path, path);
	dataset_add(d, GZ_SPAN("one"), 0);
	dataset_add(d, GZ_SPAN("four"), 0);
	dataset_add(d, GZ_SPAN("gone"), 0);
	dataset_remove(d, GZ_SPAN("gone"));
	dataset_put(d);
	datasets_destroy(all);
	all = datasets_create();
	d = get(all, "d", DATASET_STRING, path, path);
	assert_int_equal(dataset_count(d), 2);
	assert_true(dataset_has(d, GZ_SPAN("one"), NULL));
	assert_true(dataset_has(d, GZ_SPAN("four"), NULL));
	dataset_put(d);
	datasets_destroy(all);
}

/** Do the options hold for this value of the buffer? */
static bool
holds(const char *options, struct gz_span value)
{
	struct gz_sig *s = build_options(options);
	struct gz_eval e;
	bool yes;

	eval_init(&e, s);
	e.buf = value;
	yes = gz_eval_chain(&e, s->buffers->first);
	gz_sig_destroy(s);
	return yes;
}

static void
rules_ask_and_fill_sets(void **state)
{
	char options[256];

	assert_true(holds("ip.src; dataset:set,seen,type ip;", GZ_SPAN("\12\0\0\1")));
	assert_false(holds("ip.src; dataset:set,seen;", GZ_SPAN("\12\0\0\1"))); /* not new */
	assert_true(holds("ip.src; dataset:isset,seen;", GZ_SPAN("\12\0\0\1")));
	assert_false(holds("ip.src; dataset:isnotset,seen;", GZ_SPAN("\12\0\0\1")));
	assert_true(holds("ip.src; dataset:unset,seen;", GZ_SPAN("\12\0\0\1")));
	assert_true(holds("ip.src; dataset:isnotset,seen;", GZ_SPAN("\12\0\0\1")));
	file("rep.lst", "YQ==,10\nYg==, 200\n");
	snprintf(options, sizeof(options),
			"ip.src; datarep:rep,>,50,load %s/rep.lst,type string,memcap 1mb;", folder);
	assert_true(holds(options, GZ_SPAN("b")));
	assert_false(holds(options, GZ_SPAN("a")));
	assert_false(holds(options, GZ_SPAN("c")));
	assert_true(holds("ip.src; datarep:rep,==,10;", GZ_SPAN("a")));
	assert_true(holds("ip.src; datarep:rep,<,11;", GZ_SPAN("a")));
}

static void
a_wrong_word_is_told_where_it_stands(void **state)
{
	static const struct refusal_case cases[] = {
		{ "dataset:isset,x,type string;", "t:1:39: dataset: follows no sticky buffer" },
		{ "ip.src; dataset:is,x;",
				"t:1:47: dataset: expected set, unset, isset or isnotset" },
		{ "ip.src; dataset:isset;", "t:1:47: dataset: the name is missing" },
		{ "ip.src; dataset:isset,nowhere;",
				"t:1:47: dataset: no dataset \"nowhere\" has been defined before: its "
				"type is missing" },
		{ "ip.src; dataset:isset,x,type foo;",
				"t:1:60: dataset: expected type string, md5, sha256, ip or ipv4" },
		{ "ip.src; dataset:isset,x,type ip,load /nowhere/x;",
				"t:1:47: dataset: cannot read /nowhere/x: No such file or directory" },
		{ "ip.src; dataset:isset,x,type ip,foo bar;",
				"t:1:63: dataset: expected type, load, save, state, memcap or hashsize" },
		{ "ip.src; datarep:x,!,1;",
				"t:1:47: datarep: expected >, < or ==, and a number up to 65535" },
		{ "ip.src; dataset:set,k,type ip; dataset:set,k,type md5;",
				"t:1:70: dataset: a dataset of this name has another type" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_in_once_it_was_added),
		cmocka_unit_test(a_full_set_takes_no_more),
		cmocka_unit_test(many_threads_add_each_value_once),
		cmocka_unit_test(a_file_gives_values_of_its_type),
		cmocka_unit_test(a_bad_file_is_told_with_its_line),
		cmocka_unit_test(a_changed_file_makes_a_new_set),
		cmocka_unit_test(a_set_with_state_is_written_and_read_again),
		cmocka_unit_test(rules_ask_and_fill_sets),
		cmocka_unit_test(a_wrong_word_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
