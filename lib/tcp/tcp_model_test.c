/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Random segments against a plain array: overlapping, again with the same or
 * with other bytes, in any order, over the wrap of sequence numbers. What is
 * handed on is the first version of each byte, and what leaves never holds
 * another one, unless the receiver has acknowledged it. GZ_TEST_STEPS in the
 * environment asks for more than the usual number.
 */

#include "tcp_test.h"

enum {
	STREAM_BYTES = 200 * 1000, /* of a connection, then the next begins */
	SEGMENT = 300,
	REACH = 3000, /* how far beyond the gap segments lie */
	STEPS = 100 * 1000,
};

/** The plain array. */
struct model {
	uint8_t first[STREAM_BYTES + REACH + SEGMENT]; /* the first version of each byte */
	bool known[STREAM_BYTES + REACH + SEGMENT];
	uint32_t next; /* everything before is known */
	uint32_t acked; /* everything before was acknowledged */
	uint32_t isn;
	bool same; /* the sender repeats itself truly */
};

static uint64_t seed = 0x2545f4914f6cdd1d;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

/** Where a segment begins: mostly at the gap, or soon after, or again. */
static uint32_t
draw_start(const struct model *m)
{
	uint32_t back = RTE_MIN(m->next, (uint32_t)SEGMENT);

	switch (draw(8)) {
	case 0:
	case 1:
		return m->next;
	case 2:
		return m->next - back + draw(back + 1);
	case 3:
		return m->acked - RTE_MIN(m->acked, draw(SEGMENT));
	default:
		return m->next + draw(REACH);
	}
}

static uint8_t
byte_at(const struct model *m, uint32_t i)
{
	/* a truthful sender's bytes depend on their place alone */
	return m->same ? (uint8_t)((i ^ m->isn) * 2654435761u >> 24) : (uint8_t)draw(4);
}

static void
check_left(struct wire *w, struct model *m, uint32_t from, const uint8_t *sent, uint32_t len)
{
	const uint8_t *left = gz_pkt_payload(&w->p);

	assert_int_equal(w->p.verdict, GZ_PASS);
	for (uint32_t i = 0; i < len; i++) {
		if (from + i < m->acked) {
			assert_int_equal(left[i], sent[i]);
			continue;
		}
		if (!m->known[from + i])
			m->first[from + i] = sent[i];
		m->known[from + i] = true;
		assert_int_equal(left[i], m->first[from + i]);
	}
	while (m->known[m->next])
		m->next++;
	assert_int_equal(w->len[GZ_C2S], m->next);
}

static void
send_some(struct wire *w, struct model *m)
{
	uint32_t from = draw_start(m), len = 1 + draw(draw(4) == 0 ? SEGMENT : 20);
	uint8_t sent[SEGMENT];

	for (uint32_t i = 0; i < len; i++)
		sent[i] = byte_at(m, from + i);
	SAY(w, GZ_C2S, TCP_ACK, m->isn + 1 + from, S + 1, .text = (const char *)sent, .len = len);
	check_left(w, m, from, sent, len);
	if (m->same)
		assert_false(w->p.flags & GZ_PKT_CHANGED);
}

static void
acknowledge_some(struct wire *w, struct model *m)
{
	m->acked += draw(m->next - m->acked + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, m->isn + 1 + m->acked);
}

static void
check_stream(struct wire *w, const struct model *m)
{
	assert_memory_equal(w->stream[GZ_C2S], m->first, m->next);
}

static void
begin(struct wire *w, struct model *m, bool same)
{
	memset(m, 0, sizeof(*m));
	m->same = same;
	m->isn = UINT32_MAX - draw(STREAM_BYTES);
	w->client_port++;
	/* the one before was reset and is forgotten */
	w->now_us += UINT64_C(100) * SECOND;
	gz_wheel_turn(w->wheel, w->now_us / 1000, UINT32_MAX);
	assert_int_equal(gz_flow_table_count(w->flows), 0);
	w->len[GZ_C2S] = w->len[GZ_S2C] = 0;
	SAY(w, GZ_C2S, TCP_SYN, m->isn);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, m->isn + 1);
	SAY(w, GZ_C2S, TCP_ACK, m->isn + 1, S + 1);
}

static void
run(bool same)
{
	const char *wanted = getenv("GZ_TEST_STEPS");
	uint32_t steps = wanted != NULL ? (uint32_t)atoi(wanted) : STEPS;
	struct model *m = malloc(sizeof(*m));
	struct wire *w = wire_open();

	wire_set(w, same ? "stream.window=100" : "stream.window=0");
	wire_start(w);
	begin(w, m, same);
	for (uint32_t i = 0; i < steps; i++) {
		if (m->next >= STREAM_BYTES) {
			check_stream(w, m);
			SAY(w, GZ_S2C, TCP_RST, S + 1);
			begin(w, m, same);
		}
		if (draw(6) == 0)
			acknowledge_some(w, m);
		else
			send_some(w, m);
	}
	check_stream(w, m);
	wire_close(w);
	free(m);
}

static void
a_truthful_sender_is_handed_on_whole_and_left_untouched(void **state)
{
	run(true);
}

static void
of_a_liar_only_the_first_version_is_handed_on_and_leaves(void **state)
{
	run(false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_truthful_sender_is_handed_on_whole_and_left_untouched),
		cmocka_unit_test(of_a_liar_only_the_first_version_is_handed_on_and_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
