/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto_internal.h"
#include "transfer.h"

enum {
	PIECES = 64, /* that may wait */
	STEP = 8, /* from one to the next */
	LEN = 4,
};

struct bench {
	struct gz_proto_ctx ctx;
	struct gz_app app;
	struct transfer t;
};

static int
bench_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->ctx.mem = gz_mem_create(NULL, 1);
	b->app.ctx = &b->ctx;
	*state = b;
	return b->ctx.mem == NULL ? -1 : 0;
}

static int
bench_close(void **state)
{
	struct bench *b = *state;

	transfer_drop(&b->app, &b->t);
	gz_mem_destroy(b->ctx.mem);
	free(b);
	return 0;
}

static enum transfer_fit
take(struct bench *b, uint64_t at)
{
	return transfer_take(&b->app, &b->t, at, gz_span("abcd", LEN));
}

static void
pieces_wait_for_what_is_missing(void **state)
{
	struct bench *b = *state;

	assert_int_equal(take(b, LEN), TRANSFER_FITS);
	assert_int_equal(take(b, 3 * LEN), TRANSFER_FITS);
	assert_int_equal(b->t.at, 0);
	assert_int_equal(take(b, 0), TRANSFER_FITS);
	assert_int_equal(b->t.at, 2 * LEN);
	assert_int_equal(b->t.nb_ahead, 1);
	assert_int_equal(take(b, 2 * LEN), TRANSFER_FITS);
	assert_int_equal(b->t.at, 4 * LEN);
	assert_int_equal(b->t.nb_ahead, 0);
	assert_int_equal(b->t.ahead_bytes, 0);
}

/* What was given up as missing may still come: it is looked at, and what follows does not wait. */
static void
a_late_piece_takes_nothing_back(void **state)
{
	struct bench *b = *state;
	uint64_t end = 100 + (PIECES - 1) * STEP + LEN;
	uint32_t i;

	for (i = 0; i < PIECES; i++)
		assert_int_equal(take(b, 100 + i * STEP), TRANSFER_FITS);
	assert_int_equal(take(b, 2 * LEN), TRANSFER_TOO_MANY);
	assert_int_equal(b->t.at, end);
	assert_int_equal(b->t.nb_ahead, 0);
	assert_int_equal(take(b, 3 * LEN), TRANSFER_FITS);
	assert_int_equal(b->t.at, end);
	assert_int_equal(take(b, end), TRANSFER_FITS);
	assert_int_equal(b->t.at, end + LEN);
	assert_int_equal(b->t.nb_ahead, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				pieces_wait_for_what_is_missing, bench_open, bench_close),
		cmocka_unit_test_setup_teardown(
				a_late_piece_takes_nothing_back, bench_open, bench_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
