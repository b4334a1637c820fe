/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gz_field.h"
#include "gz_registry.h"

static bool
get_nothing(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return false;
}

static bool
get_nothing_pkt(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return false;
}

/* Two protocols that share a field; only their registrations count here. */
struct gz_proto {
	struct gz_reg reg;
};
static const struct gz_proto plum = { { .name = "plum" } }, cherry = { { .name = "cherry" } };

static const struct gz_field_row plum_rows[] = {
	{ .name = "stone", .alias = "stone_data", .flags = GZ_FIELD_C2S, .get = get_nothing },
	{ .name = "plum.skin", .modifier = "plum_skin", .get = get_nothing },
};
static const struct gz_field_row cherry_rows[] = {
	{ .name = "stone", .alias = "stone_data", .flags = GZ_FIELD_S2C, .get = get_nothing },
};
static const struct gz_field_row basket_rows[] = {
	{ .name = "basket.hdr", .get_pkt = get_nothing_pkt },
};
static struct gz_field_set plum_set = { &plum, plum_rows, RTE_DIM(plum_rows), { NULL } };
static struct gz_field_set cherry_set = { &cherry, cherry_rows, RTE_DIM(cherry_rows), { NULL } };
GZ_FIELDS_REGISTER(basket_rows)

static int
seal(void **state)
{
	gz_field_register(&plum_set);
	gz_field_register(&cherry_set);
	gz_fields_seal();
	gz_fields_seal();
	return 0;
}

static void
fields_are_numbered_in_order_of_names(void **state)
{
	uint32_t i;

	assert_true(gz_fields_count() >= 3);
	for (i = 0; i < gz_fields_count(); i++) {
		assert_int_equal(gz_field(i)->id, i);
		if (i > 0)
			assert_true(strcmp(gz_field(i - 1)->name, gz_field(i)->name) < 0);
	}
	assert_null(gz_field(gz_fields_count()));
}

static void
rows_of_one_name_are_one_field(void **state)
{
	const struct gz_field *f = gz_field_find("stone");

	assert_non_null(f);
	assert_int_equal(f->nb_rows, 2);
	assert_ptr_equal(f->rows[0].proto, &cherry); /* sorted by name, not by who came first */
	assert_int_equal(f->flags, GZ_FIELD_C2S | GZ_FIELD_S2C);
	assert_ptr_equal(gz_field_row(f, &plum), &plum_rows[0]);
	assert_ptr_equal(gz_field_row(f, &cherry), &cherry_rows[0]);
	assert_null(gz_field_row(f, NULL));
}

static void
a_field_is_found_by_name_and_alias(void **state)
{
	assert_ptr_equal(gz_field_find("stone_data"), gz_field_find("stone"));
	assert_null(gz_field_find("ston"));
	assert_null(gz_field_find("plum_skin"));
	assert_ptr_equal(gz_field_row(gz_field_find("basket.hdr"), NULL), &basket_rows[0]);
}

static void
a_field_is_found_by_its_modifier(void **state)
{
	assert_ptr_equal(gz_field_find_modifier("plum_skin"), gz_field_find("plum.skin"));
	assert_null(gz_field_find_modifier("plum.skin"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_numbered_in_order_of_names),
		cmocka_unit_test(rows_of_one_name_are_one_field),
		cmocka_unit_test(a_field_is_found_by_name_and_alias),
		cmocka_unit_test(a_field_is_found_by_its_modifier),
	};

	return cmocka_run_group_tests(tests, seal, NULL);
}
