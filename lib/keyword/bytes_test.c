/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_test.h"

/* byte_test, byte_jump, byte_extract, byte_math, isdataat, pcre, base64 and the chains they stand in. */

static void
byte_test_compares_a_number(void **state)
{
	static const struct payload_case cases[] = {
		{ "byte_test:2,=,0x6162,0;", GZ_SPAN("ab"), true },
		{ "byte_test:2,=,0x6162,0;", GZ_SPAN("a"), false },
		{ "byte_test:2,=,0x6261,0,little;", GZ_SPAN("ab"), true },
		{ "byte_test:2,!=,0x6161,0;", GZ_SPAN("ab"), true },
		{ "byte_test:2,!=,0x6161,1;", GZ_SPAN("ab"), false }, /* not all there */
		{ "byte_test:1,>,0x60,1;", GZ_SPAN("ab"), true },
		{ "byte_test:1,<,0x62,1;", GZ_SPAN("ab"), false },
		{ "byte_test:1,<=,0x62,1;", GZ_SPAN("ab"), true },
		{ "byte_test:1,>=,0x63,1;", GZ_SPAN("ab"), false },
		{ "byte_test:1,!>,0x60,0;", GZ_SPAN("ab"), false },
		{ "byte_test:1,&,0x01,0;", GZ_SPAN("a"), true },
		{ "byte_test:1,&,0x02,0;", GZ_SPAN("a"), false },
		{ "byte_test:1,!&,0x02,0;", GZ_SPAN("a"), true },
		{ "byte_test:1,^,0x61,0;", GZ_SPAN("a"), false },
		{ "byte_test:1,=,6,0,bitmask 0xf0;", GZ_SPAN("a"), true },
		{ "byte_test:3,=,123,1,string,dec;", GZ_SPAN("x123"), true },
		{ "byte_test:5,=,123,0,string,dec;", GZ_SPAN("  123"), true },
		{ "byte_test:4,=,0x1f,0,string,hex;", GZ_SPAN("0x1f"), true },
		{ "byte_test:3,=,8,0,string,oct;", GZ_SPAN("10x"), true },
		{ "byte_test:0,=,12,1,string,dec;", GZ_SPAN("x012z"), true }, /* all digits */
		{ "byte_test:0,=,12,1,string,dec;", GZ_SPAN("x"), false },
		{ "byte_test:0,=,0,0;", GZ_SPAN("a"), true },
		{ "byte_test:2,=,12,0,string,dec,little;", GZ_SPAN("12"), true },
		{ "byte_test:2,>=,0,0,string,dec;", GZ_SPAN("xy"), false },
		{ "byte_test:20,>,0,0,string,dec;", GZ_SPAN("99999999999999999999"), false },
		{ "content:\"a\"; byte_test:1,=,0x63,1,relative;", GZ_SPAN("abc"), true },
		{ "content:\"c\"; byte_test:1,=,0x61,-3,relative;", GZ_SPAN("abc"), true },
		{ "content:\"a\"; byte_test:1,=,0x62,-3,relative;", GZ_SPAN("abc"), false },
		{ "content:\"a\"; byte_test:1,=,0x78,0,relative;", GZ_SPAN("abax"), true },
		{ "byte_test:8,=,0x6162636465666768,0;", GZ_SPAN("abcdefgh"), true },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
byte_jump_goes_on_where_a_number_says(void **state)
{
	static const struct payload_case cases[] = {
		{ "byte_jump:1,0; content:\"x\"; within:1;", GZ_SPAN("\2abx"), true },
		{ "byte_jump:1,0; content:\"x\"; within:1;", GZ_SPAN("\1abx"), false },
		{ "byte_jump:1,0; isdataat:!1,relative;", GZ_SPAN("\3abc"), true },
		{ "byte_jump:1,0;", GZ_SPAN("\4abc"), false }, /* beyond the end */
		{ "byte_jump:1,0,multiplier 2; content:\"x\"; within:1;", GZ_SPAN("\1abx"), true },
		{ "byte_jump:1,0,align; content:\"x\"; within:1;", GZ_SPAN("\1abcdx"), true },
		{ "byte_jump:1,1,from_beginning; content:\"x\"; within:1;", GZ_SPAN("a\3bx"),
				true },
		{ "byte_jump:1,0,post_offset -1; content:\"a\"; within:1;", GZ_SPAN("\1a"), true },
		{ "byte_jump:1,0,post_offset -9; content:\"|00|\"; within:1;", GZ_SPAN("\0a"),
				true }, /* not before the start */
		{ "byte_jump:0,0,from_end,post_offset -1; content:\"b\"; within:1;", GZ_SPAN("ab"),
				true },
		{ "content:\"c\"; byte_jump:0,0,relative,post_offset -3; content:\"a\"; within:1;",
				GZ_SPAN("abc"), true }, /* reads nothing, goes back */
		{ "content:\"a\"; byte_jump:1,0,relative; content:\"x\"; within:1;",
				GZ_SPAN("a\1bx"), true },
		{ "content:\"a\"; byte_jump:1,0,relative,string,dec; content:\"x\"; within:1;",
				GZ_SPAN("a2bcx"), true },
		{ "byte_jump:2,0,little; content:\"x\"; within:1;", GZ_SPAN("\1\0ax"), true },
		{ "byte_jump:1,0,bitmask 0x0f; content:\"x\"; within:1;", GZ_SPAN("\xf1yx"), true },
		{ "byte_jump:8,0; content:\"x\";", GZ_SPAN("\xff\xff\xff\xff\xff\xff\xff\xffx"),
				false },
		{ "content:\"a\"; byte_jump:1,0,relative; content:\"z\"; within:1;",
				GZ_SPAN("a\1xxa\1xz"), true }, /* the second a */
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
variables_carry_numbers_to_other_keywords(void **state)
{
	static const struct payload_case cases[] = {
		{ "byte_extract:1,0,n; content:\"x\"; offset:n;", GZ_SPAN("\3xax"), true },
		{ "byte_extract:1,0,n; content:\"x\"; offset:n;", GZ_SPAN("\3xa"), false },
		{ "byte_extract:1,0,n; content:\"x\"; offset:1; depth:n;", GZ_SPAN("\2ax"), true },
		{ "byte_extract:1,0,n; content:\"x\"; offset:1; depth:n;", GZ_SPAN("\1ax"), false },
		{ "byte_extract:1,0,n; content:\"x\"; distance:n;", GZ_SPAN("\2abx"), true },
		{ "byte_extract:1,0,n; content:\"x\"; distance:n;", GZ_SPAN("\3abx"), false },
		{ "byte_extract:1,0,n; content:\"x\"; within:n;", GZ_SPAN("\3abx"), true },
		{ "byte_extract:1,0,n; content:\"x\"; within:n;", GZ_SPAN("\2abx"), false },
		{ "byte_extract:1,0,n; isdataat:n,relative;", GZ_SPAN("\2ab"), true },
		{ "byte_extract:1,0,n; isdataat:!n,relative;", GZ_SPAN("\3ab"), true },
		{ "byte_extract:1,0,n; byte_test:1,=,n,1;", GZ_SPAN("aa"), true },
		{ "byte_extract:1,0,n; byte_test:1,=,0x78,n;", GZ_SPAN("\2ax"), true },
		{ "byte_extract:1,0,n; byte_jump:n,0,relative; content:\"x\"; within:1;",
				GZ_SPAN("\1\1ax"), true },
		{ "byte_extract:1,0,n,multiplier 2; content:\"x\"; distance:n;", GZ_SPAN("\1abx"),
				true },
		{ "byte_extract:1,0,n,align 4; content:\"x\"; distance:n;", GZ_SPAN("\1abcdx"),
				true },
		{ "byte_extract:2,0,n,string,dec; content:\"x\"; distance:n;", GZ_SPAN("02abx"),
				true },
		{ "byte_math:bytes 1, offset 0, oper +, rvalue 1, result n; content:\"x\"; distance:n;",
				GZ_SPAN("\1abx"), true },
		{ "byte_math:bytes 1, offset 0, oper -, rvalue 1, result n; byte_test:1,=,n,1;",
				GZ_SPAN("ba"), true },
		{ "byte_math:bytes 1, offset 0, oper *, rvalue 2, result n; byte_test:1,=,n,1;",
				GZ_SPAN("\3\6"), true },
		{ "byte_math:bytes 1, offset 0, oper /, rvalue 2, result n; byte_test:1,=,n,1;",
				GZ_SPAN("\7\3"), true },
		{ "byte_math:bytes 1, offset 0, oper <<, rvalue 2, result n; byte_test:1,=,n,1;",
				GZ_SPAN("\1\4"), true },
		{ "byte_math:bytes 1, offset 0, oper >>, rvalue 2, result n; byte_test:1,=,n,1;",
				GZ_SPAN("\4\1"), true },
		{ "byte_extract:1,0,d; byte_math:bytes 1, offset 0, oper /, rvalue d, result n;",
				GZ_SPAN("\0"), false }, /* by nothing */
		{ "byte_math:bytes 2, offset 0, oper +, rvalue 0, result n, endian little; "
		  "byte_test:2,=,n,0,little;",
				GZ_SPAN("ab"), true },
		{ "byte_math:bytes 2, offset 0, oper +, rvalue 1, result n, string dec; "
		  "byte_test:1,=,n,2;",
				GZ_SPAN("09\n"), true },
		/* the variable of each try is its own: the second a fits */
		{ "content:\"a\"; byte_extract:1,0,n,relative; content:\"x\"; offset:n; depth:1;",
				GZ_SPAN("a\1ba\6xx"), true },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
isdataat_asks_for_data_or_its_end(void **state)
{
	static const struct payload_case cases[] = {
		{ "isdataat:2;", GZ_SPAN("abc"), true },
		{ "isdataat:3;", GZ_SPAN("abc"), false },
		{ "isdataat:!3;", GZ_SPAN("abc"), true },
		{ "content:\"a\"; isdataat:2,relative;", GZ_SPAN("abc"), true },
		{ "content:\"a\"; isdataat:3,relative;", GZ_SPAN("abc"), false },
		{ "content:\"c\"; isdataat:!1,relative;", GZ_SPAN("abc"), true },
		{ "content:\"a\"; isdataat:!1,relative;", GZ_SPAN("aba"), true }, /* the last a */
		{ "isdataat:0,rawbytes;", GZ_SPAN(""), false },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
a_number_too_long_for_the_buffer_is_no_match_while_it_grows(void **state)
{
	struct gz_sig *s = build_options("isdataat:!9;");
	struct gz_eval e;

	assert_true(s->buffers->first->flags & GZ_MATCH_NEEDS_END);
	eval_init(&e, s);
	e.buf = GZ_SPAN("abc");
	e.buf_end = false;
	assert_false(gz_eval_chain(&e, s->buffers->first));
	e.buf_end = true;
	assert_true(gz_eval_chain(&e, s->buffers->first));
	e.buf_offset = 7; /* with what went before it is long enough */
	assert_false(gz_eval_chain(&e, s->buffers->first));
	gz_sig_destroy(s);
}

static void
an_expression_takes_part_in_the_chain(void **state)
{
	static const struct payload_case cases[] = {
		{ "pcre:\"/a.c/\";", GZ_SPAN("xabc"), true },
		{ "pcre:\"/A.C/i\";", GZ_SPAN("xabc"), true },
		{ "pcre:\"/a.c/\";", GZ_SPAN("a\nc"), false },
		{ "pcre:\"/a.c/s\";", GZ_SPAN("a\nc"), true },
		{ "pcre:\"/^b/m\";", GZ_SPAN("a\nb"), true },
		{ "pcre:\"/a b/x\";", GZ_SPAN("ab"), true },
		{ "pcre:\"/b/A\";", GZ_SPAN("ab"), false },
		{ "pcre:\"/b$/E\";", GZ_SPAN("b\n"), false },
		{ "pcre:\"/a\\/b/\";", GZ_SPAN("a/b"), true },
		{ "pcre:\"/a\\;\\\"/\";", GZ_SPAN("a;\""), true },
		{ "pcre:/a.c/;", GZ_SPAN("xabc"), true },
		{ "pcre:!/a.c/;", GZ_SPAN("xabc"), false },
		{ "pcre:!\"/a/\";", GZ_SPAN("b"), true },
		{ "pcre:!\"/a/\";", GZ_SPAN("a"), false },
		{ "content:\"x\"; pcre:\"/^a/R\";", GZ_SPAN("xa"), true },
		{ "content:\"x\"; pcre:\"/^a/R\";", GZ_SPAN("axb"), false },
		{ "content:\"x\"; pcre:\"/^a/R\";", GZ_SPAN("xbxa"), true },
		{ "pcre:\"/a+/\"; content:\"b\"; within:1;", GZ_SPAN("aacab"), true },
		{ "pcre:\"/a+/\"; content:\"b\"; within:1;", GZ_SPAN("aacbb"), false },
		{ "content:\"a\"; pcre:!\"/^b/R\"; content:\"c\"; distance:0;", GZ_SPAN("abac"),
				true },
		{ "pcre:\"/x*/\"; content:\"a\"; distance:0;", GZ_SPAN("ba"),
				true }, /* empty match */
		{ "pcre:\"/(a)(b)/B\";", GZ_SPAN("ab"), true },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
base64_is_decoded_and_looked_into(void **state)
{
	static const struct payload_case cases[] = {
		{ "base64_decode; base64_data; content:\"hello\";", GZ_SPAN("aGVsbG8="), true },
		{ "base64_decode; base64_data; content:\"hello\"; endswith;", GZ_SPAN("aGVsbG8!xx"),
				true },
		{ "base64_decode:bytes 4; base64_data; bsize:3;", GZ_SPAN("aGVsbG8="), true },
		{ "base64_decode:offset 2; base64_data; content:\"hello\";", GZ_SPAN("xxaGVsbG8="),
				true },
		{ "content:\"x\"; base64_decode:relative; base64_data; content:\"hello\";",
				GZ_SPAN("xxaGVsbG8="), true }, /* behind the second x */
		{ "base64_decode; base64_data; content:!\"hello\";", GZ_SPAN("!!!"), false },
		{ "base64_decode; base64_data; content:\"he\"; content:\"lo\"; distance:1; within:2; "
		  "pkt_data; content:\"G8\";",
				GZ_SPAN("aGVsbG8="), true },
		{ "base64_decode; base64_data; pcre:\"/l+o/\"; pkt_data; content:\"xyz\";",
				GZ_SPAN("aGVsbG8="), false },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
a_wrong_word_is_told_where_it_stands(void **state)
{
	static const struct refusal_case cases[] = {
		{ "byte_test:1,>,5;",
				"t:1:41: byte_test: expected the number of bytes, an operator, a "
				"value and an offset" },
		{ "byte_test:1,~,5,0;",
				"t:1:43: byte_test: expected < > = <= >= & or ^, perhaps with ! "
				"in front" },
		{ "byte_test:9,>,5,0;", "t:1:41: byte_test: more than 8 bytes to read" },
		{ "byte_test:1,>,5,0,hex;", "t:1:41: byte_test: hex, dec and oct go with string" },
		{ "byte_test:1,>,n,0;",
				"t:1:45: byte_test: no byte_extract or byte_math before has set "
				"\"n\"" },
		{ "byte_test:1,>,5,0,wrong;", "t:1:49: byte_test: unknown word \"wrong\"" },
		{ "byte_test:1,>,5,0,dce;", "t:1:41: byte_test: dce goes with dcerpc.stub_data" },
		{ "dcerpc.stub_data; byte_test:1,>,5,0,dce,little;",
				"t:1:59: byte_test: dce says the byte order itself" },
		{ "byte_jump:1,0,from_end,from_beginning;",
				"t:1:41: byte_jump: a jump is from the beginning or from the end" },
		{ "byte_extract:1,0;",
				"t:1:44: byte_extract: expected the number of bytes, an offset "
				"and a name" },
		{ "byte_extract:1,0,n,align 3;",
				"t:1:56: byte_extract: expected align 2 or align 4" },
		{ "byte_math:bytes 1, offset 0, oper +, rvalue 1;",
				"t:1:41: byte_math: needs bytes, offset, oper, rvalue and result" },
		{ "byte_math:bytes 1, offset 0, oper %, rvalue 1, result n;",
				"t:1:65: byte_math: expected + - * / << or >>" },
		{ "isdataat:x;",
				"t:1:40: isdataat: expected a number up to 65535, or a variable that "
				"was set before" },
		{ "isdataat:1,foo;", "t:1:42: isdataat: expected relative or rawbytes" },
		{ "pcre:\"abc\";", "t:1:37: pcre: expected /expression/ and flags" },
		{ "pcre:\"/abc\";", "t:1:37: pcre: the expression does not end with a slash" },
		{ "pcre:\"/abc/q\";", "t:1:42: pcre: unknown flag \"q\"" },
		{ "pcre:\"/a(b/\";", "t:1:41: pcre: missing closing parenthesis" },
		{ "base64_data;", "t:1:31: base64_data: no base64_decode stands before it" },
		{ "base64_decode:foo;",
				"t:1:45: base64_decode: expected bytes <n>, offset <n> or relative" },
		{ "base64_decode; base64_data; base64_decode;",
				"t:1:59: base64_decode: cannot decode what was decoded" },
		{ "content:\"a\"; bsize:1;", "t:1:50: bsize: follows no sticky buffer" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(byte_test_compares_a_number),
		cmocka_unit_test(byte_jump_goes_on_where_a_number_says),
		cmocka_unit_test(variables_carry_numbers_to_other_keywords),
		cmocka_unit_test(isdataat_asks_for_data_or_its_end),
		cmocka_unit_test(a_number_too_long_for_the_buffer_is_no_match_while_it_grows),
		cmocka_unit_test(an_expression_takes_part_in_the_chain),
		cmocka_unit_test(base64_is_decoded_and_looked_into),
		cmocka_unit_test(a_wrong_word_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
