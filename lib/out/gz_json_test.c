/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_json.h"

static char room[4096];

static void
assert_json(struct gz_json *j, const char *text)
{
	assert_false(gz_json_full(j));
	j->buf[j->len] = '\0';
	assert_string_equal(j->buf, text);
}

static void
members_nest_with_commas_between(void **state)
{
	struct gz_json j;

	gz_json_init(&j, room, sizeof(room));
	gz_json_object(&j, NULL);
	gz_json_u64(&j, "a", 1);
	gz_json_object(&j, "b");
	gz_json_object_end(&j);
	gz_json_array(&j, "c");
	gz_json_i64(&j, NULL, -5);
	gz_json_array(&j, NULL);
	gz_json_array_end(&j);
	gz_json_object(&j, NULL);
	gz_json_bool(&j, "d", true);
	gz_json_null(&j, "e");
	gz_json_object_end(&j);
	gz_json_array_end(&j);
	gz_json_raw(&j, "\"f\":2", 5);
	gz_json_raw(&j, "", 0);
	gz_json_pair(&j, GZ_SPAN("g\n"), GZ_SPAN("h"));
	gz_json_object_end(&j);
	assert_json(&j, "{\"a\":1,\"b\":{},\"c\":[-5,[],{\"d\":true,\"e\":null}],\"f\":2,\"g\\n\":\"h\"}");
}

static void
numbers_are_written_whole(void **state)
{
	struct gz_json j;

	gz_json_init(&j, room, sizeof(room));
	gz_json_u64(&j, NULL, 0);
	gz_json_u64(&j, NULL, UINT64_MAX);
	gz_json_i64(&j, NULL, INT64_MIN);
	gz_json_i64(&j, NULL, INT64_MAX);
	gz_json_double(&j, NULL, 0.1);
	gz_json_double(&j, NULL, -1.5e300);
	gz_json_double(&j, NULL, 0.1 + 0.2);
	gz_json_double(&j, NULL, (double)NAN);
	gz_json_double(&j, NULL, (double)INFINITY);
	assert_json(&j,
			"0,18446744073709551615,-9223372036854775808,9223372036854775807,"
			"0.1,-1.5e+300,0.30000000000000004,null,null");
}

static void
assert_escaped(const char *bytes, uint32_t len, const char *text)
{
	struct gz_json j;

	gz_json_init(&j, room, sizeof(room));
	gz_json_bytes(&j, NULL, gz_span(bytes, len));
	assert_json(&j, text);
}

#define ASSERT_ESCAPED(literal, text) assert_escaped(literal, sizeof(literal) - 1, text)

static void
control_characters_are_escaped(void **state)
{
	ASSERT_ESCAPED("", "\"\"");
	ASSERT_ESCAPED("/\1\b\t\x0b\f\r\n\x1b\x7f\"\\/'",
			"\"/\\u0001\\b\\t\\u000b\\f\\r\\n\\u001b\x7f\\\"\\\\/'\"");
	ASSERT_ESCAPED("nul\0in", "\"nul\\u0000in\"");
	ASSERT_ESCAPED("a longer plain text \" with a quote and a \\ somewhere",
			"\"a longer plain text \\\" with a quote and a \\\\ somewhere\"");
	ASSERT_ESCAPED("0123456\n", "\"0123456\\n\"");
	ASSERT_ESCAPED("01234567\"", "\"01234567\\\"\"");
}

static void
well_formed_utf8_stays(void **state)
{
	ASSERT_ESCAPED("/caf\xc3\xa9\x01\x7f\"\\", "\"/caf\xc3\xa9\\u0001\x7f\\\"\\\\\"");
	ASSERT_ESCAPED("\xf0\x9f\x98\x80 and plain text", "\"\xf0\x9f\x98\x80 and plain text\"");
	ASSERT_ESCAPED("\xc2\x80\xe2\x80\xa8\xed\x9f\xbf\xf4\x8f\xbf\xbf",
			"\"\xc2\x80\xe2\x80\xa8\xed\x9f\xbf\xf4\x8f\xbf\xbf\"");
}

static void
each_high_byte_of_other_text_is_written_by_number(void **state)
{
	ASSERT_ESCAPED("/bad\xff\x01\"\\\t\x7f", "\"/bad\\\\xff\\u0001\\\"\\\\\\t\x7f\"");
	ASSERT_ESCAPED("/caf\xc3\xa9\xff", "\"/caf\\\\xc3\\\\xa9\\\\xff\"");
	ASSERT_ESCAPED("/\xed\xa0\x80x", "\"/\\\\xed\\\\xa0\\\\x80x\""); /* a surrogate */
	ASSERT_ESCAPED("\xf4\x90\x80\x80", "\"\\\\xf4\\\\x90\\\\x80\\\\x80\""); /* too high */
	ASSERT_ESCAPED("\xc0\xaf", "\"\\\\xc0\\\\xaf\""); /* longer than needed */
	ASSERT_ESCAPED("\xe0\x9f\xbf", "\"\\\\xe0\\\\x9f\\\\xbf\"");
	ASSERT_ESCAPED("\xf0\x8f\xbf\xbf", "\"\\\\xf0\\\\x8f\\\\xbf\\\\xbf\"");
	ASSERT_ESCAPED("cut short \xe2\x82", "\"cut short \\\\xe2\\\\x82\"");
	ASSERT_ESCAPED("\x80", "\"\\\\x80\"");
}

/* The model: one byte after the other, and UTF-8 by what its characters are worth. */

static bool
plain_utf8(const uint8_t *p, uint32_t len)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t i, k, more, c;

	for (i = 0; i < len; i += more + 1) {
		more = p[i] < 0x80                ? 0
				: p[i] >> 5 == 6  ? 1
				: p[i] >> 4 == 14 ? 2
				: p[i] >> 3 == 30 ? 3
						  : 4;
		if (more > 3 || i + more >= len)
			return false;
		c = more == 0 ? p[i] : p[i] & (0x3f >> more);
		for (k = 1; k <= more; k++) {
			if (p[i + k] >> 6 != 2)
				return false;
			c = c << 6 | (p[i + k] & 0x3f);
		}
		if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return false;
	}
	return true;
}

static void
plain_escape(const uint8_t *p, uint32_t len, char *to)
{
	static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	bool utf8 = plain_utf8(p, len);
	const char *s;
	uint32_t i;

	*to++ = '"';
	for (i = 0; i < len; i++) {
		for (s = shorts; *s != '\0' && *s != (char)p[i]; s += 2)
			;
		if (*s != '\0')
			to += sprintf(to, "\\%c", s[1]);
		else if (p[i] < 0x20)
			to += sprintf(to, "\\u%04x", p[i]);
		else if (p[i] >= 0x80 && !utf8)
			to += sprintf(to, "\\\\x%02x", p[i]);
		else
			*to++ = (char)p[i];
	}
	strcpy(to, "\"");
}

static uint32_t
random_text(uint8_t *p, uint32_t most)
{
	static const char *const pieces[] = { "abcdefghij", "x", "\"", "\\", "\n", "\xc3\xa9",
		"\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xee\x80\x80" };
	uint32_t len = 0, n = (uint32_t)rand() % most;
	const char *piece;

	while (len + 10 < n) {
		piece = pieces[rand() % (int)RTE_DIM(pieces)];
		memcpy(p + len, piece, strlen(piece));
		len += (uint32_t)strlen(piece);
	}
	/* One text in two has a byte that may be anything. */
	if (len > 0 && rand() % 2 == 0)
		p[(uint32_t)rand() % len] = (uint8_t)rand();
	return len;
}

static void
any_text_is_escaped_as_byte_after_byte(void **state)
{
	static char expected[1024];
	uint8_t text[128];
	uint32_t len;
	int i;

	srand(3);
	for (i = 0; i < 100000; i++) {
		len = random_text(text, sizeof(text));
		plain_escape(text, len, expected);
		assert_escaped((const char *)text, len, expected);
	}
}

static void
bytes_become_hex_and_base64(void **state)
{
	struct gz_json j;

	gz_json_init(&j, room, sizeof(room));
	gz_json_hex(&j, "a", GZ_SPAN("\x00\x9f\xff"), ':');
	gz_json_hex_u64(&j, "n", 0);
	gz_json_hex_u64(&j, "m", UINT64_C(0xfedcba9876543210));
	gz_json_hex(&j, "b", GZ_SPAN("\x12\xab"), '\0');
	gz_json_hex(&j, "c", GZ_SPAN(""), ':');
	gz_json_base64(&j, "d", GZ_SPAN(""));
	gz_json_base64(&j, "e", GZ_SPAN("f"));
	gz_json_base64(&j, "f", GZ_SPAN("fo"));
	gz_json_base64(&j, "g", GZ_SPAN("foo"));
	gz_json_base64(&j, "h", GZ_SPAN("\xff\xfe\xfd\xfc"));
	assert_json(&j,
			"\"a\":\"00:9f:ff\",\"n\":\"0\",\"m\":\"fedcba9876543210\",\"b\":\"12ab\","
			"\"c\":\"\",\"d\":\"\",\"e\":\"Zg==\","
			"\"f\":\"Zm8=\",\"g\":\"Zm9v\",\"h\":\"//79/A==\"");
}

static void
bytes_for_people_are_ascii(void **state)
{
	struct gz_json j;

	gz_json_init(&j, room, sizeof(room));
	gz_json_printable(&j, "a", GZ_SPAN("\0a\r\n\t\"\\~\x7f\xc3\xa4"));
	gz_json_printable(&j, "b", GZ_SPAN(""));
	assert_json(&j, "\"a\":\".a\\r\\n.\\\"\\\\~...\",\"b\":\"\"");
}

static void
write_sample(struct gz_json *j)
{
	gz_json_object(j, NULL);
	gz_json_str(j, "text", "one \"two\" \xff three");
	gz_json_fmt(j, "fmt", "%d-%s", 7, "x");
	gz_json_u64(j, "n", 1234567);
	gz_json_hex(j, "hex", GZ_SPAN("\1\2\3"), ':');
	gz_json_base64(j, "b64", GZ_SPAN("\1\2\3\4"));
	gz_json_double(j, "d", 2.5);
	gz_json_array(j, "v");
	gz_json_bool(j, NULL, false);
	gz_json_array_end(j);
	gz_json_object_end(j);
}

static void
a_buffer_too_small_by_any_number_of_bytes_is_full_and_not_overrun(void **state)
{
	struct gz_json j;
	uint32_t whole, size;

	gz_json_init(&j, room, sizeof(room));
	write_sample(&j);
	whole = j.len;
	for (size = 0; size < whole; size++) {
		memset(room, '~', sizeof(room));
		gz_json_init(&j, room, size);
		write_sample(&j);
		assert_true(gz_json_full(&j));
		assert_true(j.len <= size);
		assert_int_equal(room[size], '~');
	}
	gz_json_init(&j, room, whole);
	write_sample(&j);
	assert_false(gz_json_full(&j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_nest_with_commas_between),
		cmocka_unit_test(numbers_are_written_whole),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(well_formed_utf8_stays),
		cmocka_unit_test(each_high_byte_of_other_text_is_written_by_number),
		cmocka_unit_test(any_text_is_escaped_as_byte_after_byte),
		cmocka_unit_test(bytes_become_hex_and_base64),
		cmocka_unit_test(bytes_for_people_are_ascii),
		cmocka_unit_test(a_buffer_too_small_by_any_number_of_bytes_is_full_and_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
