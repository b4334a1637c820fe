/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "gz_hpack.h"

static struct gz_mem *mem;

static int
setup(void **state)
{
	mem = gz_mem_create(NULL, 1);
	return mem == NULL;
}

static int
teardown(void **state)
{
	gz_mem_destroy(mem);
	return 0;
}

/** A block in pieces of @p step: "name=value;" for each header, "#size;" for sizes, "." at its end. */
static void
read_block(struct gz_hpack *h, struct gz_span block, uint32_t step, char *text, size_t size)
{
	enum gz_hpack_got got = GZ_HPACK_MORE;
	struct gz_hpack_out o;
	size_t n = 0;

	while (got == GZ_HPACK_MORE) {
		uint32_t len = RTE_MIN(step, block.len);
		struct gz_span in = gz_span(block.p, len);

		block = gz_span(block.p + len, block.len - len);
		do {
			got = gz_hpack_feed(h, &in, block.len == 0, &o);
			if (got == GZ_HPACK_HEADER)
				n += (size_t)snprintf(text + n, size - n, "%.*s=%.*s;",
						(int)o.name.len, (const char *)o.name.p,
						(int)o.value.len, (const char *)o.value.p);
			if (got == GZ_HPACK_SIZE)
				n += (size_t)snprintf(text + n, size - n, "#%u;", o.size);
		} while (got == GZ_HPACK_HEADER || got == GZ_HPACK_SIZE);
		if (block.len == 0)
			assert_int_not_equal(got, GZ_HPACK_MORE);
	}
	snprintf(text + n, size - n, "%s", got == GZ_HPACK_END ? "." : "broken");
}

static void
assert_all_used(void)
{
	const struct gz_mem_purpose *p = NULL;
	struct gz_mem_use use;

	while ((p = gz_mem_purpose_next(p)) != NULL) {
		gz_mem_usage(mem, p, &use);
		assert_int_equal(use.used, 0);
	}
}

/* RFC 7541 appendix C.4: three requests, Huffman coded, that fill the table one after another. */
static void
blocks_are_read_however_they_are_cut(void **state)
{
	static const struct {
		struct gz_span block;
		const char *text;
	} v[] = {
		{ GZ_SPAN("\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff"),
				":method=GET;:scheme=http;:path=/;:authority=www.example.com;." },
		{ GZ_SPAN("\x82\x86\x84\xbe\x58\x86\xa8\xeb\x10\x64\x9c\xbf"),
				":method=GET;:scheme=http;:path=/;:authority=www.example.com;"
				"cache-control=no-cache;." },
		{ GZ_SPAN("\x82\x87\x85\xbf\x40\x88\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f\x89\x25"
			  "\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf"),
				":method=GET;:scheme=https;:path=/index.html;"
				":authority=www.example.com;custom-key=custom-value;." },
	};
	uint32_t step, i;
	char text[512];

	for (step = 1; step < 30; step++) {
		struct gz_hpack *h = gz_hpack_create(mem);

		assert_non_null(h);
		for (i = 0; i < RTE_DIM(v); i++) {
			read_block(h, v[i].block, step, text, sizeof(text));
			assert_string_equal(text, v[i].text);
		}
		gz_hpack_destroy(h);
	}
	assert_all_used();
}

static void
sizes_of_the_table_are_told(void **state)
{
	uint32_t step;
	char text[512];

	for (step = 1; step < 8; step++) {
		struct gz_hpack *h = gz_hpack_create(mem);

		/* to nothing, then to 4,096 */
		read_block(h, GZ_SPAN("\x20\x3f\xe1\x1f\x82"), step, text, sizeof(text));
		assert_string_equal(text, "#0;#4096;:method=GET;.");
		read_block(h, GZ_SPAN("\x3f\xe1\x1f"), step, text, sizeof(text));
		assert_string_equal(text, "#4096;.");
		gz_hpack_destroy(h);
	}
}

static void
what_cannot_be_read_stays_broken(void **state)
{
	static const struct gz_span bad[] = {
		GZ_SPAN("\x80"), /* index 0 */
		GZ_SPAN("\xff\x7f"), /* beyond the table */
		GZ_SPAN("\x3f\xe2\xff\x03"), /* a table greater than the bound */
		GZ_SPAN("\x82\x20"), /* a size behind a field */
		GZ_SPAN("\x41\x8c\xf1"), /* cut off */
		GZ_SPAN("\x3f\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), /* no number is so long */
	};
	uint32_t i;
	char text[512];

	for (i = 0; i < RTE_DIM(bad); i++) {
		struct gz_hpack *h = gz_hpack_create(mem);

		read_block(h, bad[i], 100, text, sizeof(text));
		if (strstr(text, "broken") == NULL)
			fail_msg("block %u: %s", i, text);
		read_block(h, GZ_SPAN("\x82"), 100, text, sizeof(text));
		assert_string_equal(text, "broken");
		gz_hpack_destroy(h);
	}
	assert_all_used();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_read_however_they_are_cut),
		cmocka_unit_test(sizes_of_the_table_are_told),
		cmocka_unit_test(what_cannot_be_read_stays_broken),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
