/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Each normaliser in each of its modes: enforce acts and counts, observe counts the same and changes
 * no bit, off does neither.
 */

#include "tcp_test.h"

enum prelude {
	PLAIN,
	WITH_OPTIONS,
	HALF_OPEN,
	WITH_FIN,
	WITH_DATA, /* "first", not acknowledged */
	WITH_URGENT,
};

static const struct normaliser {
	const char *setting;
	const char *enforce, *off; /* their words; NULL: has none */
	const char *counter;
	enum gz_why why; /* of the drop; NONE: it rewrites */
	enum prelude prelude;
	struct say odd;
} normalisers[] = {
	{ "tcp.flags", "enforce", "off", "tcp.invalid.flags", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, 0x08, C + 1, 0, "decoy" } },
	{ "tcp.handshake", "enforce", "off", "tcp.invalid.handshake", GZ_WHY_TCP_INVALID, HALF_OPEN,
			{ GZ_C2S, TCP_ACK, C + 1, S + 77, "decoy" } },
	{ "tcp.window", "enforce", "off", "tcp.invalid.window", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, TCP_ACK, C + 2 + WIN, S + 1, "decoy" } },
	{ "tcp.ack", "enforce", "off", "tcp.invalid.ack", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, TCP_ACK, C + 1, S + 2, "decoy" } },
	{ "tcp.timestamp", "enforce", "off", "tcp.invalid.timestamp", GZ_WHY_TCP_INVALID,
			WITH_OPTIONS,
			{ GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .tsval = 5, .tsecr = 200 } },
	{ "tcp.signature", "enforce", "off", "tcp.invalid.signature", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .md5 = true } },
	{ "tcp.ttl", "enforce", "off", "tcp.invalid.ttl", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .ttl = 2 } },
	{ "tcp.close", "enforce", "off", "tcp.invalid.close", GZ_WHY_TCP_INVALID, WITH_FIN,
			{ GZ_C2S, TCP_ACK, C + 2, S + 1, "decoy" } },
	{ "tcp.reset", "enforce", "off", "tcp.invalid.reset", GZ_WHY_TCP_INVALID, PLAIN,
			{ GZ_C2S, TCP_RST, C + 50 } },
	{ "tcp.overlap", "rewrite", "off", "tcp.overlap_diff_data", GZ_WHY_NONE, WITH_DATA,
			{ GZ_C2S, TCP_ACK, C + 1, S + 1, "other" } },
	{ "tcp.overlap", "drop", "off", "tcp.overlap_diff_data", GZ_WHY_TCP_REWRITE, WITH_DATA,
			{ GZ_C2S, TCP_ACK, C + 1, S + 1, "other" } },
	{ "tcp.urgent", "oob", NULL, "tcp.urgent_rewritten", GZ_WHY_NONE, WITH_URGENT,
			{ GZ_C2S, TCP_ACK | TCP_URG, C + 4, S + 1, "cYd", .urg = 2 } },
};

static void
say_prelude(struct wire *w, enum prelude prelude)
{
	if (prelude == WITH_OPTIONS) {
		shake_hands_with_options(w);
		return;
	}
	if (prelude == HALF_OPEN) {
		SAY(w, GZ_C2S, TCP_SYN, C);
		SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
		return;
	}
	shake_hands(w);
	if (prelude == WITH_FIN)
		SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1);
	if (prelude == WITH_DATA)
		SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "first");
	if (prelude == WITH_URGENT)
		SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "aXb", .urg = 2);
}

/** What came of the odd segment. */
struct outcome {
	enum gz_verdict verdict;
	enum gz_why why;
	bool changed;
	uint64_t counted, observed, dropped;
};

static uint64_t
sum(const char *name)
{
	int row = gz_stat_find(name);

	assert_true(row >= 0);
	return gz_stat_sum((uint32_t)row);
}

static struct outcome
run(const struct normaliser *n, const char *word)
{
	struct wire *w = wire_open();
	uint8_t as_sent[FRAME];
	struct outcome o;
	char text[64];
	uint32_t len;

	snprintf(text, sizeof(text), "%s=%s", n->setting, word);
	wire_set(w, text);
	wire_start(w);
	say_prelude(w, n->prelude);
	o.counted = sum(n->counter);
	o.observed = sum("observed.tcp-invalid");
	o.dropped = sum("drop.tcp-invalid") + sum("drop.tcp-retransmit-differs");
	len = n->odd.text == NULL ? 0 : (uint32_t)strlen(n->odd.text);
	len = put_frame(as_sent, w->client_port, &n->odd, len);
	say(w, n->odd);
	o.verdict = (enum gz_verdict)w->p.verdict;
	o.why = (enum gz_why)w->p.why;
	o.changed = w->p.len != len || memcmp(w->frame, as_sent, len) != 0;
	o.counted = sum(n->counter) - o.counted;
	o.observed = sum("observed.tcp-invalid") - o.observed;
	o.dropped = sum("drop.tcp-invalid") + sum("drop.tcp-retransmit-differs") - o.dropped;
	wire_close(w);
	return o;
}

static void
enforcing_acts_and_counts(void **state)
{
	for (uint32_t i = 0; i < RTE_DIM(normalisers); i++) {
		const struct normaliser *n = &normalisers[i];
		struct outcome o = run(n, n->enforce);

		print_message("%s = %s\n", n->setting, n->enforce);
		assert_int_equal(o.counted, 1);
		assert_int_equal(o.observed, 0);
		assert_int_equal(o.verdict, n->why == GZ_WHY_NONE ? GZ_PASS : GZ_DROP);
		assert_int_equal(o.why, n->why);
		assert_int_equal(o.dropped, n->why != GZ_WHY_NONE);
		assert_int_equal(o.changed, n->why == GZ_WHY_NONE);
	}
}

static void
observing_counts_the_same_and_changes_no_bit(void **state)
{
	for (uint32_t i = 0; i < RTE_DIM(normalisers); i++) {
		const struct normaliser *n = &normalisers[i];
		struct outcome o = run(n, "observe");

		print_message("%s = observe\n", n->setting);
		assert_int_equal(o.counted, 1);
		assert_int_equal(o.observed, n->why == GZ_WHY_TCP_INVALID);
		assert_int_equal(o.verdict, GZ_PASS);
		assert_int_equal(o.dropped, 0);
		assert_false(o.changed);
	}
}

static void
off_does_neither(void **state)
{
	for (uint32_t i = 0; i < RTE_DIM(normalisers); i++) {
		const struct normaliser *n = &normalisers[i];
		struct outcome o;

		if (n->off == NULL)
			continue;
		o = run(n, n->off);
		print_message("%s = %s\n", n->setting, n->off);
		assert_int_equal(o.counted, 0);
		assert_int_equal(o.observed, 0);
		assert_int_equal(o.verdict, GZ_PASS);
		assert_int_equal(o.dropped, 0);
		assert_false(o.changed);
	}
}

static void
no_normaliser_is_missing_here(void **state)
{
	static const char *const settings[] = {
#define NAME(id, name, value, help) "tcp." name,
		TCP_NORMS(NAME)
#undef NAME
	};
	uint32_t i, j;

	for (i = 0; i < RTE_DIM(settings); i++) {
		for (j = 0; j < RTE_DIM(normalisers); j++)
			if (strcmp(settings[i], normalisers[j].setting) == 0)
				break;
		assert_true(j < RTE_DIM(normalisers));
	}
}

static int
count_here(void **state)
{
	gz_stat_block_use(gz_stat_block_create("test"));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enforcing_acts_and_counts),
		cmocka_unit_test(observing_counts_the_same_and_changes_no_bit),
		cmocka_unit_test(off_does_neither),
		cmocka_unit_test(no_normaliser_is_missing_here),
	};

	return cmocka_run_group_tests(tests, count_here, NULL);
}
