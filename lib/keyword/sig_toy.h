/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SIG_TOY_H
#define SIG_TOY_H

#include <unistd.h>

#include "gz_frame.h"

#include "keyword_test.h"

/* How a rule becomes a signature: with two protocols of this test's own. */

static bool
no_value(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return false;
}

static const struct gz_field_row one_fields[] = {
	{ .name = "one.ask",
			.modifier = "one_ask",
			.help = "x",
			.flags = GZ_FIELD_C2S,
			.get = no_value },
	{ .name = "one.answer",
			.alias = "one_answer_old",
			.help = "x",
			.flags = GZ_FIELD_S2C,
			.get = no_value },
	{ .name = "one.many",
			.help = "x",
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			.get = no_value },
	{ .name = "one.low",
			.help = "x",
			.flags = GZ_FIELD_C2S | GZ_FIELD_NOCASE,
			.get = no_value },
	{ .name = "both.data", .help = "x", .flags = GZ_FIELD_C2S | GZ_FIELD_S2C, .get = no_value },
};

static const struct gz_field_row one_frames[] = { GZ_FRAME("one.pdu", "x") };

static struct gz_proto one_proto = {
	.reg.name = "one",
	.help = "x",
	.l4 = GZ_L4_TCP,
	.frames = one_frames,
	.nb_frames = RTE_DIM(one_frames),
	.fields = one_fields,
	.nb_fields = RTE_DIM(one_fields),
};
GZ_PROTO_REGISTER(one_proto)

static uint64_t counts[3];
static uint32_t nb_counts;

static bool
get_count(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = index < nb_counts ? counts[index] : 0;
	return index < nb_counts;
}

static const struct gz_field_word count_words[] = {
	{ "few", 2 },
	{ "many", 100 },
	{ NULL, 0 },
};

static const struct gz_field_word bit_words[] = {
	{ "low", 1 },
	{ "high", 0x80 },
	{ NULL, 0 },
};

static const struct gz_field_row two_fields[] = {
	{ .name = "two.count",
			.alias = "two_count",
			.help = "x",
			.flags = GZ_FIELD_C2S,
			.get_number = get_count,
			.words = count_words },
	{ .name = "two.counts",
			.help = "x",
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			.get_number = get_count,
			.words = count_words },
	{ .name = "two.bits",
			.help = "x",
			.flags = GZ_FIELD_C2S | GZ_FIELD_BITS,
			.get_number = get_count,
			.words = bit_words },
	{ .name = "two.name", .help = "x", .flags = GZ_FIELD_C2S, .get = no_value },
	{ .name = "two.any", .help = "x", .get = no_value },
	{ .name = "both.data", .help = "x", .flags = GZ_FIELD_S2C, .get = no_value },
};

static const char *const two_events[] = { "odd_name", "too_long" };

static struct gz_proto two_proto = {
	.reg.name = "two",
	.help = "x",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.fields = two_fields,
	.nb_fields = RTE_DIM(two_fields),
	.events = two_events,
	.nb_events = RTE_DIM(two_events),
};
GZ_PROTO_REGISTER(two_proto)

static void
assert_rule_refused(const char *rule, const char *line, const char *reason)
{
	struct built b = build_rule(rule);
	char said[512];

	if (b.sig != NULL)
		fail_msg("not refused: %s", rule);
	gz_error_format(&b.errors.v[0], said, sizeof(said));
	assert_string_equal(said, line);
	assert_string_equal(b.errors.v[0].reason, reason);
	gz_errors_clear(&b.errors);
}

#endif /* SIG_TOY_H */
