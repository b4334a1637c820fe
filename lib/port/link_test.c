/* SPDX-License-Identifier: BSD-3-Clause */

/* Link loss on a wire whose ports only pretend. */

#include <errno.h>

#include "gz_stat.h"

#include "port_test.h"

static bool cable[2]; /* is there a link, by side */
static bool admin[2]; /* is the port up, by side */
static bool may_set = true;

static void
fake_poll(struct port *p)
{
	if (!p->link.is_forced)
		atomic_store(&p->link.up, cable[p->side] && admin[p->side]);
}

static int
fake_set_up(struct port *p, bool up)
{
	if (!may_set)
		return -ENOTSUP;
	admin[p->side] = up;
	return 0;
}

static const struct port_ops fake_ops = {
	.kind = "fake",
	.poll = fake_poll,
	.set_up = fake_set_up,
};

static struct wire wire;
static struct gz_ports ports;
static struct port_spec spec = { .name = "fake" };

static int
set_up(void **state)
{
	uint32_t i;
	struct port *p;

	memset(&wire, 0, sizeof(wire));
	ports = (struct gz_ports){ .wires = &wire, .nb_wires = 1, .nb_ports = 2 };
	wire.propagate = true;
	for (i = 0; i < 2; i++) {
		p = &wire.port[i];
		p->ops = &fake_ops;
		p->spec = &spec;
		p->side = (uint8_t)i;
		p->peer = &wire.port[i ^ 1];
		p->link.is_known = true;
		p->link.can_set = true;
		cable[i] = admin[i] = true;
		atomic_init(&p->link.up, true);
	}
	may_set = true;
	return 0;
}

static void
a_link_lost_on_one_side_is_lost_on_the_other_and_comes_back(void **state)
{
	link_poll(&ports);
	assert_true(admin[GZ_INSIDE]);
	cable[GZ_OUTSIDE] = false;
	link_poll(&ports);
	assert_false(admin[GZ_INSIDE]);
	assert_true(admin[GZ_OUTSIDE]);
	link_poll(&ports);
	assert_false(admin[GZ_INSIDE]);
	cable[GZ_OUTSIDE] = true;
	link_poll(&ports);
	assert_true(admin[GZ_INSIDE]);
}

static void
the_other_direction_is_the_same(void **state)
{
	cable[GZ_INSIDE] = false;
	link_poll(&ports);
	assert_false(admin[GZ_OUTSIDE]);
	cable[GZ_INSIDE] = true;
	link_poll(&ports);
	assert_true(admin[GZ_OUTSIDE]);
}

/* A port that was taken down must not take the faulty one down: none would ever come up again. */
static void
two_faults_do_not_lock_each_other(void **state)
{
	cable[GZ_OUTSIDE] = cable[GZ_INSIDE] = false;
	link_poll(&ports);
	link_poll(&ports);
	assert_true(admin[GZ_OUTSIDE] || admin[GZ_INSIDE]);
	cable[GZ_OUTSIDE] = cable[GZ_INSIDE] = true;
	link_poll(&ports);
	link_poll(&ports);
	assert_true(admin[GZ_OUTSIDE]);
	assert_true(admin[GZ_INSIDE]);
}

static void
a_wire_may_be_told_to_keep_them_apart(void **state)
{
	wire.propagate = false;
	cable[GZ_OUTSIDE] = false;
	link_poll(&ports);
	assert_true(admin[GZ_INSIDE]);
}

static void
a_port_that_cannot_is_asked_once(void **state)
{
	may_set = false;
	cable[GZ_OUTSIDE] = false;
	link_poll(&ports);
	assert_false(wire.port[GZ_INSIDE].link.can_set);
	assert_false(wire.port[GZ_INSIDE].link.is_forced);
	assert_true(admin[GZ_INSIDE]);
}

static void
the_end_leaves_ports_as_they_were(void **state)
{
	cable[GZ_OUTSIDE] = false;
	link_poll(&ports);
	assert_false(admin[GZ_INSIDE]);
	link_restore(&ports);
	assert_true(admin[GZ_INSIDE]);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_lost_on_one_side_is_lost_on_the_other_and_comes_back),
		TEST(the_other_direction_is_the_same),
		TEST(two_faults_do_not_lock_each_other),
		TEST(a_wire_may_be_told_to_keep_them_apart),
		TEST(a_port_that_cannot_is_asked_once),
		TEST(the_end_leaves_ports_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
