/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_regex.h"
#include "gz_transform.h"

static struct gz_regex_work *regex;

static int
setup(void **state)
{
	gz_registry_seal(&gz_transforms);
	regex = gz_regex_work_create();
	return regex == NULL;
}

static int
teardown(void **state)
{
	gz_regex_work_destroy(regex);
	return 0;
}

static const struct gz_transform *
find(const char *name)
{
	struct gz_reg *reg = gz_registry_find(&gz_transforms, name);

	assert_non_null(reg);
	return (const struct gz_transform *)reg;
}

static void
assert_becomes(const char *name, const char *option, struct gz_span in, struct gz_span out)
{
	const struct gz_transform *t = find(name);
	void *arg = NULL;
	uint32_t room, len;
	uint8_t *buf, *copy;

	if (t->parse != NULL)
		assert_null(t->parse(option, &arg));
	room = t->room(arg, in.len);
	buf = malloc(room + 1);
	copy = malloc(in.len + 1); /* a sanitizer sees what is read beyond */
	memcpy(copy, in.p, in.len);
	copy = realloc(copy, in.len == 0 ? 1 : in.len);
	len = t->apply(arg, gz_span(copy, in.len), buf, regex);
	assert_true(len <= room);
	if (len != out.len || memcmp(buf, out.p, len) != 0)
		fail_msg("%s of \"%.*s\" is \"%.*s\"", name, (int)in.len, (const char *)in.p,
				(int)len, (const char *)buf);
	free(copy);
	free(buf);
	if (t->free != NULL)
		t->free(arg);
}

#define DEFLATED "\x0b\xc9\xc8\x2c\x56\0\xa2\xe4\xfc\xdc\x82\xa2\xd4\xe2\xe2\xd4\x14\0"
#define GZIPPED "\x1f\x8b\x08\0\0\0\0\0\x02\x03" DEFLATED "\xfa\x48\xe5\x7b\x12\0\0\0"
static const struct {
	const char *name, *option;
	struct gz_span in, out;
} made[] = {
	{ "dotprefix", "", GZ_SPAN("example.org"), GZ_SPAN(".example.org") },
	{ "dotprefix", "", GZ_SPAN(""), GZ_SPAN(".") },
	{ "domain", "", GZ_SPAN("www.Example.CO.uk"), GZ_SPAN("Example.CO.uk") },
	{ "domain", "", GZ_SPAN("a.b.example.org."), GZ_SPAN("example.org") },
	{ "domain", "", GZ_SPAN("a.b.nobody-has-this"), GZ_SPAN("b.nobody-has-this") },
	{ "domain", "", GZ_SPAN("co.uk"), GZ_SPAN("") },
	{ "domain", "", GZ_SPAN(""), GZ_SPAN("") },
	{ "domain", "", GZ_SPAN("."), GZ_SPAN("") },
	{ "domain", "", GZ_SPAN("a\0b.example.org"), GZ_SPAN("") },
	{ "domain", "", GZ_SPAN("\xff\xfe.example.org"), GZ_SPAN("example.org") },
	{ "tld", "", GZ_SPAN("www.Example.CO.uk"), GZ_SPAN("CO.uk") },
	{ "tld", "", GZ_SPAN("localhost"), GZ_SPAN("localhost") },
	{ "subslice", "1", GZ_SPAN("This is Suricata"), GZ_SPAN("his is Suricata") },
	{ "subslice", "0, 13", GZ_SPAN("This is Suricata"), GZ_SPAN("This is Suric") },
	{ "subslice", "-3", GZ_SPAN("This is Suricata"), GZ_SPAN("ata") },
	{ "subslice", "-10,3", GZ_SPAN("curl/7.64.1"), GZ_SPAN("url") },
	{ "subslice", "5,-9", GZ_SPAN("This is Suricata"), GZ_SPAN("is") },
	{ "subslice", "10,-9", GZ_SPAN("This is Suricata"), GZ_SPAN("") },
	{ "subslice", "2,9", GZ_SPAN("abcd"), GZ_SPAN("") },
	{ "subslice", "2,9, truncate", GZ_SPAN("abcd"), GZ_SPAN("cd") },
	{ "subslice", "9", GZ_SPAN("abcd"), GZ_SPAN("") },
	{ "subslice", "-9", GZ_SPAN("abcd"), GZ_SPAN("") },
	{ "subslice", "-9,truncate", GZ_SPAN("abcd"), GZ_SPAN("abcd") },
	{ "subslice", "0,-9,truncate", GZ_SPAN("abcd"), GZ_SPAN("") },
	{ "strip_whitespace", "", GZ_SPAN(" a\t b\r\nc "), GZ_SPAN("abc") },
	{ "strip_whitespace", "", GZ_SPAN(" \n"), GZ_SPAN("") },
	{ "compress_whitespace", "", GZ_SPAN("  a\t b\r\n"), GZ_SPAN(" a\tb\r") },
	{ "to_lowercase", "", GZ_SPAN("AbC-\xc0"), GZ_SPAN("abc-\xc0") },
	{ "to_uppercase", "", GZ_SPAN("AbC-\xe0"), GZ_SPAN("ABC-\xe0") },
	{ "header_lowercase", "", GZ_SPAN("Host: A\r\nX-Y: B:C\r\n"),
			GZ_SPAN("host: A\r\nx-y: B:C\r\n") },
	{ "strip_pseudo_headers", "", GZ_SPAN(":path: /\nhost: a\n:x\n"), GZ_SPAN("host: a\n") },
	{ "strip_pseudo_headers", "", GZ_SPAN("a: b\nc: d"), GZ_SPAN("a: b\nc: d") },
	{ "url_decode", "", GZ_SPAN("a%20b+c%2f"), GZ_SPAN("a b c/") },
	{ "url_decode", "", GZ_SPAN("%zz%4"), GZ_SPAN("%zz%4") },
	{ "url_decode", "", GZ_SPAN("%%41"), GZ_SPAN("%A") },
	{ "gunzip", "", GZ_SPAN(GZIPPED), GZ_SPAN("This is compressed") },
	{ "gunzip", "max-size 8", GZ_SPAN(GZIPPED), GZ_SPAN("This is ") },
	{ "gunzip", "", GZ_SPAN("plain"), GZ_SPAN("") },
	{ "zlib_deflate", "", GZ_SPAN("\x78\x9c" DEFLATED "\x3f\x3d\x06\xea"),
			GZ_SPAN("This is compressed") },
	{ "zlib_deflate", "max-size 3", GZ_SPAN("\x78\x9c" DEFLATED), GZ_SPAN("Thi") },
	{ "xor", "20", GZ_SPAN("aBc"), GZ_SPAN("AbC") },
	{ "xor", "0020", GZ_SPAN("aBcD"), GZ_SPAN("abcd") },
	{ "xor", "offset 1,20", GZ_SPAN("aBc"), GZ_SPAN("abC") },
	{ "xor", "offset 2,extract 2 0",
			GZ_SPAN("\x20\x01"
				"ABCD"),
			GZ_SPAN("\x20\x01"
				"aCcE") },
	{ "xor", "extract 4 3", GZ_SPAN("abcd"), GZ_SPAN("abcd") },
	{ "pcrexform", "id=([0-9]+)", GZ_SPAN("x&id=42&y"), GZ_SPAN("42") },
	{ "pcrexform", "id=([0-9]+)", GZ_SPAN("none"), GZ_SPAN("none") },
	{ "to_md5", "", GZ_SPAN(""),
			GZ_SPAN("\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42"
				"\x7e") },
	{ "to_sha1", "", GZ_SPAN("abc"),
			GZ_SPAN("\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2"
				"\x6c\x9c\xd0\xd8\x9d") },
	{ "to_sha256", "", GZ_SPAN("abc"),
			GZ_SPAN("\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22"
				"\x23\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00"
				"\x15\xad") },
	{ "from_base64", "", GZ_SPAN("aGVsbG8="), GZ_SPAN("hello") },
	{ "from_base64", "", GZ_SPAN("aGVsbG8!xx"), GZ_SPAN("hello") },
	{ "from_base64", "mode rfc2045", GZ_SPAN("aGV\nsbG8="), GZ_SPAN("hello") },
	{ "from_base64", "mode strict", GZ_SPAN("aGV\nsbG8="), GZ_SPAN("aGV\nsbG8=") },
	{ "from_base64", "mode strict", GZ_SPAN("aGVsbG8="), GZ_SPAN("hello") },
	{ "from_base64", "offset 2, bytes 4", GZ_SPAN("!!aGVsbG8="), GZ_SPAN("hel") },
	{ "from_base64", "offset 90", GZ_SPAN("aGVs"), GZ_SPAN("aGVs") },
	{ "from_base64", "", GZ_SPAN("!"), GZ_SPAN("!") },
};

static void
a_transform_makes_of_bytes_what_its_name_says(void **state)
{
	for (uint32_t i = 0; i < RTE_DIM(made); i++)
		assert_becomes(made[i].name, made[i].option, made[i].in, made[i].out);
}

static void
a_bad_option_is_refused(void **state)
{
	static const struct {
		const char *name, *option, *error;
	} cases[] = {
		{ "xor", "0",
				"expected pairs of hexadecimal digits, or extract <bytes> <offset>, perhaps "
				"behind offset <n>" },
		{ "xor", "0g",
				"expected pairs of hexadecimal digits, or extract <bytes> <offset>, perhaps "
				"behind offset <n>" },
		{ "xor", "extract 0 1",
				"expected pairs of hexadecimal digits, or extract <bytes> <offset>, perhaps "
				"behind offset <n>" },
		{ "xor", "offset 4", "expected a key of pairs of hexadecimal digits" },
		{ "xor", "", "expected a key of pairs of hexadecimal digits" },
		{ "pcrexform", "abc", "expected an expression with one group" },
		{ "pcrexform", "a(b)(c)", "expected an expression with one group" },
		{ "subslice", "", "expected offset[,nbytes][,truncate]" },
		{ "subslice", "1,", "expected offset[,nbytes][,truncate]" },
		{ "subslice", "1,2,3", "expected offset[,nbytes][,truncate]" },
		{ "subslice", "1,truncate,2", "expected offset[,nbytes][,truncate]" },
		{ "subslice", "99999999999", "expected offset[,nbytes][,truncate]" },
		{ "from_base64", "mode x",
				"expected bytes <n>, offset <n> or mode rfc4648|rfc2045|strict" },
		{ "from_base64", "bytes 0",
				"expected bytes <n>, offset <n> or mode rfc4648|rfc2045|strict" },
	};
	void *arg;
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++)
		assert_string_equal(
				find(cases[i].name)->parse(cases[i].option, &arg), cases[i].error);
	assert_non_null(find("pcrexform")->parse("a(", &arg));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transform_makes_of_bytes_what_its_name_says),
		cmocka_unit_test(a_bad_option_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
