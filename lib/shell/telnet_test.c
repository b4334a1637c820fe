/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "telnet.h"

struct taken {
	char keys[256];
	size_t nb_keys;
	uint8_t answers[256];
	size_t nb_answers;
};

static void
take(struct telnet *t, const void *bytes, size_t len, struct taken *k)
{
	const uint8_t *p = bytes;
	size_t n;
	int key;

	for (size_t i = 0; i < len; i++) {
		key = telnet_byte(t, p[i], k->answers + k->nb_answers, &n);
		k->nb_answers += n;
		if (key >= 0)
			k->keys[k->nb_keys++] = (char)key;
	}
}

#define TAKE(t, literal, k) take((t), (literal), sizeof(literal) - 1, (k))

static void
assert_keys(const struct taken *k, const char *keys)
{
	assert_int_equal(k->nb_keys, strlen(keys));
	assert_memory_equal(k->keys, keys, k->nb_keys);
}

static void
plain_bytes_are_keys(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "show\t?\x1b[A\x03", &k);
	assert_keys(&k, "show\t?\x1b[A\x03");
	assert_int_equal(k.nb_answers, 0);
}

static void
every_end_of_line_is_one_return(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "a\r\nb\r\0c\nd\re\r\r\n\n", &k);
	assert_keys(&k, "a\rb\rc\rd\re\r\r\r");
}

static void
an_end_of_line_may_be_cut_in_two(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "a\r", &k);
	assert_keys(&k, "a\r");
	TAKE(&t, "\nb", &k);
	assert_keys(&k, "a\rb");
}

static void
options_of_the_hello_need_no_answer(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "\xff\xfd\x01\xff\xfd\x03\xff\xfb\x1f\xff\xfb\x03\xff\xfc\x22", &k);
	assert_int_equal(k.nb_keys, 0);
	assert_int_equal(k.nb_answers, 0);
}

static void
other_options_are_refused(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "\xff\xfd\x06\xff\xfb\x18", &k);
	assert_int_equal(k.nb_answers, 6);
	assert_memory_equal(k.answers, "\xff\xfc\x06\xff\xfe\x18", 6);
}

static void
refusals_are_not_answered(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "\xff\xfe\x18\xff\xfc\x06", &k);
	assert_int_equal(k.nb_answers, 0);
}

static void
the_window_is_told_by_naws(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "x\xff\xfa\x1f\x00\x84\x00\x32\xff\xf0y", &k);
	assert_keys(&k, "xy");
	assert_int_equal(t.cols, 132);
	assert_int_equal(t.rows, 50);
}

static void
a_window_may_be_cut_anywhere(void **state)
{
	static const char bytes[] = "\xff\xfa\x1f\x01\xff\xff\x00\x19\xff\xf0";

	for (size_t cut = 0; cut < sizeof(bytes) - 1; cut++) {
		struct telnet t = { 0 };
		struct taken k = { 0 };

		take(&t, bytes, cut, &k);
		take(&t, bytes + cut, sizeof(bytes) - 1 - cut, &k);
		assert_int_equal(t.cols, 0x1ff);
		assert_int_equal(t.rows, 25);
		assert_int_equal(k.nb_keys, 0);
	}
}

static void
what_telnet_window_writes_is_understood(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };
	uint8_t bytes[16];

	take(&t, bytes, telnet_window(255, 0xffff, bytes), &k);
	assert_int_equal(t.rows, 255);
	assert_int_equal(t.cols, 0xffff);
	assert_int_equal(k.nb_keys, 0);
}

static void
a_subnegotiation_of_wrong_length_is_ignored(void **state)
{
	struct telnet t = { .rows = 10, .cols = 20 };
	struct taken k = { 0 };

	TAKE(&t, "\xff\xfa\x1f\x00\x84\xff\xf0", &k);
	TAKE(&t, "\xff\xfa\x1f\x00\x84\x00\x32\x00\x00\xff\xf0", &k);
	TAKE(&t, "\xff\xfa\x18\x00\x84\x00\x32\xff\xf0", &k);
	assert_int_equal(t.rows, 10);
	assert_int_equal(t.cols, 20);
}

static void
interrupts_are_control_c(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "ab\xff\xf4\xff\xfd\x06", &k);
	assert_keys(&k, "ab\x03");
	assert_memory_equal(k.answers, "\xff\xfc\x06", 3);
}

static void
a_doubled_iac_is_a_key(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t,
			"a\xff\xff"
			"b",
			&k);
	assert_keys(&k,
			"a\xff"
			"b");
}

static void
are_you_there_is_answered(void **state)
{
	struct telnet t = { 0 };
	struct taken k = { 0 };

	TAKE(&t, "\xff\xf6", &k);
	assert_int_equal(k.nb_keys, 0);
	assert_memory_equal(k.answers, "[yes]", 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_bytes_are_keys),
		cmocka_unit_test(every_end_of_line_is_one_return),
		cmocka_unit_test(an_end_of_line_may_be_cut_in_two),
		cmocka_unit_test(options_of_the_hello_need_no_answer),
		cmocka_unit_test(other_options_are_refused),
		cmocka_unit_test(refusals_are_not_answered),
		cmocka_unit_test(the_window_is_told_by_naws),
		cmocka_unit_test(a_window_may_be_cut_anywhere),
		cmocka_unit_test(what_telnet_window_writes_is_understood),
		cmocka_unit_test(a_subnegotiation_of_wrong_length_is_ignored),
		cmocka_unit_test(interrupts_are_control_c),
		cmocka_unit_test(a_doubled_iac_is_a_key),
		cmocka_unit_test(are_you_there_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
