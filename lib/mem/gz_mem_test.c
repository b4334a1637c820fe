/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_mem.h"

#include "mem_internal.h"
#include "mem_poison.h"

GZ_MEM_PURPOSE(apples, "apples", 50, "what lies in the cellar")
GZ_MEM_PURPOSE(pears, "pears", 100, "what lies above")

enum {
	MIB = 1 << 20,
};

static struct gz_conf *
conf_with(const char *one, const char *two)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_int_equal(gz_conf_set(c, one, &e), 0);
	assert_int_equal(gz_conf_set(c, two, &e), 0);
	return c;
}

/** A region of 16 MiB in which pears may take all. */
static struct gz_mem *
small_mem(void)
{
	struct gz_conf *c = conf_with("memory.workers=16M", "memory.apples=1M");
	struct gz_mem *m = gz_mem_create(c, 1);

	assert_non_null(m);
	gz_conf_destroy(c);
	return m;
}

static struct gz_mem_use
use_of(const struct gz_mem *m, const struct gz_mem_purpose *p)
{
	struct gz_mem_use u;

	gz_mem_usage(m, p, &u);
	return u;
}

static void
a_class_is_no_smaller_and_hardly_larger_than_what_is_asked(void **state)
{
	size_t size, fits, last = 0;

	for (size = 1; size <= GZ_MEM_MOST; size++) {
		fits = gz_mem_fits(size);
		assert_true(fits >= size);
		assert_true(fits >= last);
		assert_int_equal(fits % 16, 0);
		assert_int_equal(gz_mem_fits(fits), fits);
		if (size > 64 && size <= 8192)
			assert_true(fits <= size + size / 4 + 16);
		else
			assert_true(fits <= 2 * size + 16);
		last = fits;
	}
	assert_int_equal(last, GZ_MEM_MOST);
}

static void
budgets_are_shares_until_set_and_split_among_workers(void **state)
{
	struct gz_conf *c = conf_with("memory.workers=64M", "memory.pears=6M");
	struct gz_mem *m = gz_mem_create(c, 2);

	assert_int_equal(use_of(m, &apples).budget, 64 * MIB / 2 / 2);
	assert_int_equal(use_of(m, &pears).budget, 3 * MIB);
	gz_mem_destroy(m);
	gz_conf_destroy(c);

	m = gz_mem_create(NULL, 4);
	assert_int_equal(use_of(m, &apples).budget, (1 << 30) / 2 / 4);
	gz_mem_destroy(m);
}

static void
a_spent_budget_refuses_until_something_is_given_back(void **state)
{
	struct gz_mem *m = small_mem();
	void *p[16];
	size_t i;

	for (i = 0; i < RTE_DIM(p); i++) {
		p[i] = gz_mem_get(m, &apples, 64 * 1024);
		assert_non_null(p[i]);
	}
	assert_null(gz_mem_get(m, &apples, 1));
	assert_int_equal(use_of(m, &apples).used, MIB);
	assert_int_equal(use_of(m, &apples).refused, 1);
	assert_int_equal(use_of(m, &pears).refused, 0);
	gz_mem_put(m, &apples, p[0], 64 * 1024);
	assert_non_null(gz_mem_get(m, &apples, 1));
	assert_int_equal(use_of(m, &apples).used, MIB - 64 * 1024 + 16);
	assert_int_equal(use_of(m, &apples).peak, MIB);
	gz_mem_destroy(m);
}

static void
sizes_out_of_range_are_refused(void **state)
{
	struct gz_mem *m = small_mem();

	assert_null(gz_mem_get(m, &pears, GZ_MEM_MOST + 1));
	assert_null(gz_mem_get(m, &pears, SIZE_MAX));
	assert_null(gz_mem_grow(m, &pears, NULL, 0, 0, SIZE_MAX));
	assert_int_equal(use_of(m, &pears).used, 0);
	gz_mem_put(m, &pears, NULL, 5);
	gz_mem_destroy(m);
}

static uint32_t
fill(struct gz_mem *m, size_t size, void **pieces, uint32_t most)
{
	uint32_t n = 0;

	while (n < most && (pieces[n] = gz_mem_get(m, &pears, size)) != NULL)
		n++;
	return n;
}

static void
memory_given_back_serves_every_other_size(void **state)
{
	static const size_t sizes[] = { 16, 48, 256, 1000, 5000, 9000, 20000, 32768, 40000, 200000,
		MIB };
	struct gz_mem *m = small_mem();
	void **pieces = calloc(MIB, sizeof(*pieces));
	uint32_t i, n;
	size_t k;

	for (k = 0; k < RTE_DIM(sizes); k++) {
		n = fill(m, sizes[k], pieces, MIB);
		/* All of the region but the rests of units. */
		assert_true(n * gz_mem_fits(sizes[k]) >= 15 * (size_t)MIB);
		for (i = 0; i < n; i++)
			gz_mem_put(m, &pears, pieces[i], sizes[k]);
		assert_int_equal(use_of(m, &pears).used, 0);
	}
	assert_true(gz_mem_resident(m) <= 16 * MIB);
	free(pieces);
	gz_mem_destroy(m);
}

static void
zeroed_memory_is_zero_after_use(void **state)
{
	struct gz_mem *m = small_mem();
	uint8_t *p = gz_mem_get(m, &pears, 100);
	int i;

	memset(p, 0xff, 100);
	gz_mem_put(m, &pears, p, 100);
	p = gz_mem_zero(m, &pears, 100);
	for (i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	gz_mem_destroy(m);
}

static void
what_grows_keeps_what_matters(void **state)
{
	struct gz_mem *m = small_mem();
	char *p = gz_mem_grow(m, &apples, NULL, 0, 0, 20), *wider;

	strcpy(p, "to keep");
	wider = gz_mem_grow(m, &apples, p, 20, 8, 30); /* there is room for it anyway */
	assert_ptr_equal(wider, p);
	wider = gz_mem_grow(m, &apples, p, 30, 8, 100000);
	assert_string_equal(wider, "to keep");
	assert_int_equal(use_of(m, &apples).used, 128 * 1024);
	assert_null(gz_mem_grow(m, &apples, wider, 100000, 8, MIB));
	assert_string_equal(wider, "to keep");
	gz_mem_put(m, &apples, wider, 100000);
	assert_int_equal(use_of(m, &apples).used, 0);
	gz_mem_destroy(m);
}

#ifdef MEM_HAS_ASAN
static void
what_is_not_handed_out_is_poisoned(void **state)
{
	struct gz_mem *m = small_mem();
	char *p = gz_mem_get(m, &pears, 100);

	assert_false(__asan_address_is_poisoned(p + 99));
	assert_true(__asan_address_is_poisoned(p + 104));
	gz_mem_put(m, &pears, p, 100);
	assert_true(__asan_address_is_poisoned(p));
	assert_true(__asan_address_is_poisoned(p + 99));
	gz_mem_destroy(m);
}
#else
static void
the_heap_is_told_by_jemalloc(void **state)
{
	uint64_t before, allocated, resident, mapped;
	void *p;

	gz_mem_heap(&before, &resident, &mapped);
	p = malloc(MIB);
	assert_non_null(p);
	gz_mem_heap(&allocated, &resident, &mapped);
	/* Unmoved where another allocator stands in its place, as under valgrind. */
	assert_true(allocated == before || allocated - before >= MIB);
	free(p);
}
#endif

/* The model: what each piece should hold, and the bytes that should be charged. */
enum {
	MODEL_PIECES = 2000,
	MODEL_STEPS = 300000,
};

struct piece {
	uint8_t *p;
	uint32_t size;
	uint8_t mark;
};

static struct piece pieces[MODEL_PIECES];

static void
check_piece(const struct piece *x)
{
	/* The ends are enough to see another piece overlap. */
	assert_int_equal(x->p[0], x->mark);
	assert_int_equal(x->p[x->size / 2], x->mark);
	assert_int_equal(x->p[x->size - 1], x->mark);
	assert_int_equal((uintptr_t)x->p % 16, 0);
}

static uint32_t
random_size(void)
{
	uint32_t bits = (uint32_t)rand() % 100;

	return 1 +
			(uint32_t)rand() %
			(bits < 70                                  ? 512
							: bits < 95 ? 20000
							: bits < 99 ? 100000
								    : MIB);
}

static void
model_get(struct gz_mem *m, struct piece *x, uint64_t *charged)
{
	x->size = random_size();
	x->p = gz_mem_get(m, &pears, x->size);
	if (x->p == NULL)
		return;
	x->mark = (uint8_t)rand();
	memset(x->p, x->mark, x->size);
	*charged += gz_mem_fits(x->size);
}

static void
model_grow(struct gz_mem *m, struct piece *x, uint64_t *charged)
{
	uint32_t size = random_size();
	uint8_t *p = gz_mem_grow(m, &pears, x->p, x->size, x->size, size);

	if (p == NULL) {
		check_piece(x);
		return;
	}
	*charged += gz_mem_fits(size) - gz_mem_fits(x->size);
	check_piece(&(struct piece){ p, RTE_MIN(size, x->size), x->mark });
	x->p = p;
	x->size = size;
	memset(x->p, x->mark, x->size);
}

static void
pieces_never_overlap_and_every_byte_is_charged(void **state)
{
	struct gz_mem *m = small_mem();
	uint64_t charged = 0;
	struct piece *x;
	int step;

	srand(2);
	for (step = 0; step < MODEL_STEPS; step++) {
		x = &pieces[rand() % MODEL_PIECES];
		if (x->p == NULL) {
			model_get(m, x, &charged);
		} else if (rand() % 8 == 0) {
			check_piece(x);
			model_grow(m, x, &charged);
		} else {
			check_piece(x);
			gz_mem_put(m, &pears, x->p, x->size);
			charged -= gz_mem_fits(x->size);
			x->p = NULL;
		}
		assert_int_equal(use_of(m, &pears).used, charged);
	}
	for (x = pieces; x < pieces + MODEL_PIECES; x++) {
		if (x->p != NULL)
			check_piece(x);
		gz_mem_put(m, &pears, x->p, x->size);
	}
	assert_int_equal(use_of(m, &pears).used, 0);
	gz_mem_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_is_no_smaller_and_hardly_larger_than_what_is_asked),
		cmocka_unit_test(budgets_are_shares_until_set_and_split_among_workers),
		cmocka_unit_test(a_spent_budget_refuses_until_something_is_given_back),
		cmocka_unit_test(sizes_out_of_range_are_refused),
		cmocka_unit_test(memory_given_back_serves_every_other_size),
		cmocka_unit_test(zeroed_memory_is_zero_after_use),
		cmocka_unit_test(what_grows_keeps_what_matters),
#ifdef MEM_HAS_ASAN
		cmocka_unit_test(what_is_not_handed_out_is_poisoned),
#else
		cmocka_unit_test(the_heap_is_told_by_jemalloc),
#endif
		cmocka_unit_test(pieces_never_overlap_and_every_byte_is_charged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
