/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_TEST_H
#define TCP_TEST_H

/* Send segments over a wire to test on, and look at what came of them. */

#include "tcp_test_wire.h"

/** Send it; the packet as it came out is w->p. @return its verdict. */
static inline enum gz_verdict
say(struct wire *w, struct say y)
{
	static const struct gz_decode_opts opts = { .verify_checksums = true };
	uint32_t len = y.len != 0 || y.text == NULL ? y.len : (uint32_t)strlen(y.text);

	w->p = (struct gz_pkt){
		.data = w->frame,
		.len = put_frame(w->frame, w->client_port, &y, len),
		.link = GZ_LINK_RAW,
		.time_us = w->now_us,
	};
	gz_pkt_decode(&w->p, &opts);
	w->p.flags |= w->refuse ? GZ_PKT_REFUSED : 0;
	gz_flow_find(w->flows, &w->p);
	if (w->p.flow != NULL)
		gz_flow_count(&w->p);
	w->refused = gz_tcp_push(w->tcp, &w->p, !w->detect_only);
	if (w->refused == GZ_DROP)
		gz_pkt_settle(&w->p, GZ_DROP, GZ_WHY_RULE);
	w->flow = w->p.flow;
	return (enum gz_verdict)w->p.verdict;
}

#define SAY(w, ...) say(w, (struct say){ __VA_ARGS__ })

/** The payload of the last packet, as it leaves, with its sums verified. */
static inline void
assert_leaves(struct wire *w, const char *text)
{
	static const struct gz_decode_opts opts = { .verify_checksums = true };
	struct gz_pkt q = { .data = w->frame, .len = w->p.len, .link = GZ_LINK_RAW };

	assert_int_equal(w->p.verdict, GZ_PASS);
	gz_pkt_decode(&q, &opts);
	assert_false(q.flags & (GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM));
	assert_int_equal(q.payload_len, strlen(text));
	assert_memory_equal(gz_pkt_payload(&q), text, q.payload_len);
}

/** All that was handed on in a direction. */
static inline void
assert_stream(struct wire *w, enum gz_dir dir, const char *text)
{
	assert_int_equal(w->len[dir], strlen(text));
	assert_memory_equal(w->stream[dir], text, w->len[dir]);
}

static inline void
assert_event(struct wire *w, enum gz_tcp_event event)
{
	const uint8_t *events;
	uint32_t n = gz_tcp_events(w->tcp, &events);

	for (uint32_t i = 0; i < n; i++)
		if (events[i] == event)
			return;
	fail_msg("no event %s", gz_tcp_event_name(event));
}

static inline void
assert_state(struct wire *w, const char *name)
{
	assert_string_equal(gz_tcp_state_name(w->flow), name);
}

/** Three steps. */
static inline void
shake_hands(struct wire *w)
{
	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_state(w, "established");
}

/** With window scale 7 and timestamps, the client's from 100 on, the server's from 200. */
static inline void
shake_hands_with_options(struct wire *w)
{
	SAY(w, GZ_C2S, TCP_SYN, C, .wscale = 7 + 1, .tsval = 100);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .wscale = 7 + 1, .tsval = 200, .tsecr = 100);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, .tsval = 101, .tsecr = 200);
	assert_state(w, "established");
}

#endif /* TCP_TEST_H */
