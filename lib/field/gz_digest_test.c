/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gz_digest.h"

/* The test vectors of RFC 1321 and RFC 6234. */
static void
the_digests_of_abc_are_those_of_the_rfcs(void **state)
{
	char hex[2 * GZ_DIGEST_MOST];

	assert_int_equal(gz_digest_hex(GZ_DIGEST_MD5, GZ_SPAN("abc"), hex), 32);
	assert_memory_equal(hex, "900150983cd24fb0d6963f7d28e17f72", 32);
	assert_int_equal(gz_digest_hex(GZ_DIGEST_SHA1, GZ_SPAN("abc"), hex), 40);
	assert_memory_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d", 40);
	assert_int_equal(gz_digest_hex(GZ_DIGEST_SHA256, GZ_SPAN("abc"), hex), 64);
	assert_memory_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			64);
}

static void
bytes_may_come_in_pieces(void **state)
{
	uint8_t whole[GZ_DIGEST_MOST], pieces[GZ_DIGEST_MOST];

	for (enum gz_digest_kind k = GZ_DIGEST_MD5; k <= GZ_DIGEST_SHA256; k++) {
		struct gz_digest d, between;
		uint32_t n = gz_digest(k, GZ_SPAN("a message of some length"), whole);

		gz_digest_init(&d, k);
		gz_digest_add(&d, GZ_SPAN("a message"));
		between = d;
		gz_digest_finish(&between, pieces);
		gz_digest_add(&d, GZ_SPAN(""));
		gz_digest_add(&d, GZ_SPAN(" of some length"));
		assert_int_equal(gz_digest_finish(&d, pieces), n);
		assert_memory_equal(whole, pieces, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digests_of_abc_are_those_of_the_rfcs),
		cmocka_unit_test(bytes_may_come_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
