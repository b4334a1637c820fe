/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The property that all the rest is for: whatever a client sends, what the
 * server's application reads was judged before, byte for byte. A client that
 * knows the server's state by heart sends segments at random: SYNs, decoys that
 * the server ignores or never gets, copies with other bytes, urgent marks, ends.
 * GZ_TEST_STEPS in the environment asks for more rounds than usual.
 */

#include "tcp_test_server.h"

enum {
	ROUNDS = 2000,
	SEGMENTS = 80,
	SERVER_ISN_STEP = 1 << 24,
};

struct round {
	struct wire *w;
	struct server v;
	uint32_t isn[3]; /* that the client's SYNs begin with */
	uint32_t ts;
	uint32_t sent;
	uint64_t read; /* bytes that applications got, in all rounds */
};

static uint64_t seed;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

static bool
one_in(uint32_t n)
{
	return draw(n) == 0;
}

/** The server says something; it leaves by the same wire. */
static void
reply(struct round *r, uint8_t flags, uint32_t seq, const char *text)
{
	SAY(r->w, GZ_S2C, flags, seq, server_next(&r->v), .text = text, .tsval = r->v.ts ? 500 : 0,
			.tsecr = r->v.ts ? r->v.ts_recent : 0, .win = SERVER_WIN);
}

static void
take_when_half_open(struct round *r, struct tcp_seg *s)
{
	struct server *v = &r->v;

	if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN) {
		if (s->seq != v->cisn && !v->cookies) {
			reply(r, TCP_ACK, v->snd_nxt, NULL);
			return;
		}
		if (s->seq != v->cisn) {
			v->got = 0;
			memset(v->have, 0, sizeof(v->have));
			server_begin(v, s, v->sisn + SERVER_ISN_STEP + draw(1000));
		}
		reply(r, TCP_SYN | TCP_ACK, v->sisn, NULL);
	} else if ((s->flags & TCP_RST) != 0) {
		if (s->seq == server_next(v))
			server_reset(v);
	} else if (server_take_third(v, s)) {
		server_take(v, s);
		reply(r, TCP_ACK, v->snd_nxt, NULL);
	}
}

static void
arrive(struct round *r, struct tcp_seg *s)
{
	struct server *v = &r->v;

	switch (v->state) {
	case SERVER_LISTENS:
		if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN) {
			server_begin(v, s, draw(UINT32_MAX));
			reply(r, TCP_SYN | TCP_ACK, v->sisn, NULL);
		}
		break;
	case SERVER_HALF_OPEN:
		take_when_half_open(r, s);
		break;
	case SERVER_OPEN:
		server_take(v, s);
		if (v->state == SERVER_OPEN)
			reply(r, TCP_ACK, v->snd_nxt, NULL);
		break;
	}
}

/** What the application has must be the beginning of what was judged. */
static void
check(struct round *r)
{
	struct wire *w = r->w;

	if (r->v.out_len > w->len[GZ_C2S])
		fail_msg("the application has %u bytes, %u were judged (round %u, segment %u)",
				r->v.out_len, w->len[GZ_C2S], w->client_port, r->sent);
	for (uint32_t i = 0; i < r->v.out_len; i++)
		if (r->v.out[i] != w->stream[GZ_C2S][i])
			fail_msg("byte %u was read as %c and judged as %c (round %u, segment %u)",
					i, r->v.out[i], w->stream[GZ_C2S][i], w->client_port,
					r->sent);
}

/** Over the wire, and if it leaves it and survives, to the server. */
static void
post(struct round *r, const struct say *y)
{
	struct tcp_seg s = { .p = &r->w->p };
	bool lost = y->bad_sum || one_in(20) || (y->ttl != 0 && y->ttl < HOPS);

	r->sent++;
	say(r->w, *y);
	if (gz_pkt_is_stopped(&r->w->p) || lost)
		return;
	tcp_segment_read(&s);
	if (s.o.is_signed)
		return;
	arrive(r, &s);
	if (one_in(2))
		server_read(&r->v);
	check(r);
}

static uint32_t
draw_seq(struct round *r)
{
	uint32_t next = server_next(&r->v);

	switch (draw(10)) {
	case 0:
		return next + draw(8);
	case 1:
		return next - draw(12);
	case 2:
		return next + draw(40);
	case 3:
		return r->isn[draw(3)] + draw(3);
	case 4:
		return next + SERVER_WIN - 2 + draw(6);
	default:
		return next;
	}
}

static uint32_t
draw_ack(struct round *r)
{
	uint32_t first = r->v.nb_pairs > 0 ? r->v.pair[draw(r->v.nb_pairs)].s + 1 : draw(1000);

	switch (draw(12)) {
	case 0:
		return r->v.snd_nxt + 1 + draw(5);
	case 1:
		return r->v.snd_nxt - WIN - draw(5);
	case 2:
		return first;
	default:
		return r->v.state == SERVER_OPEN ? r->v.snd_nxt : first;
	}
}

static uint32_t
draw_ts(struct round *r)
{
	r->ts += draw(3);
	switch (draw(12)) {
	case 0:
		return r->ts - 20;
	case 1:
		return r->ts + 1000;
	case 2:
		return 0;
	default:
		return r->ts;
	}
}

static uint8_t
draw_flags(void)
{
	switch (draw(40)) {
	case 0:
		return TCP_RST;
	case 1:
		return TCP_RST | TCP_ACK;
	case 2:
		return TCP_FIN | TCP_ACK;
	case 3:
		return 0x08;
	case 4:
		return TCP_FIN | TCP_SYN;
	case 5:
		return TCP_SYN | TCP_ACK;
	case 6:
	case 7:
	case 8:
		return TCP_ACK | TCP_URG;
	default:
		return TCP_ACK;
	}
}

static void
send_syn(struct round *r)
{
	char text[8] = "";

	for (uint32_t i = 0; one_in(3) && i < 6; i++)
		text[i] = (char)('A' + draw(4));
	post(r,
			&(struct say){ GZ_C2S, TCP_SYN, r->isn[draw(3)], one_in(4) ? draw(1000) : 0,
					text, .tsval = one_in(3) ? 0 : draw_ts(r),
					.fast_open = one_in(3), .md5 = one_in(15),
					.ttl = one_in(8) ? 2 : 0 });
}

static void
send_segment(struct round *r)
{
	char text[16];
	uint32_t len = draw(10);

	for (uint32_t i = 0; i < len; i++)
		text[i] = (char)('a' + draw(4));
	post(r,
			&(struct say){ GZ_C2S, draw_flags(), draw_seq(r), draw_ack(r), text, len,
					.urg = (uint16_t)draw(12),
					.tsval = r->v.ts ? draw_ts(r) : 0,
					.ttl = one_in(12) ? 2 : 0, .md5 = one_in(15),
					.bad_sum = one_in(15) });
}

static void
play(struct round *r)
{
	memset(&r->v, 0, sizeof(r->v));
	r->v.fast_open = one_in(3);
	r->v.cookies = !r->v.fast_open && one_in(2);
	r->v.newest_wins = one_in(2);
	r->v.lax = one_in(4);
	r->isn[0] = draw(UINT32_MAX);
	r->isn[1] = one_in(2) ? r->isn[0] + draw(30) : draw(UINT32_MAX);
	r->isn[2] = draw(UINT32_MAX);
	r->ts = 1000 + draw(1000);
	r->sent = 0;
	while (r->sent < SEGMENTS && r->v.got < ROOM / 2) {
		if (one_in(r->v.state == SERVER_OPEN ? 25 : 3))
			send_syn(r);
		else
			send_segment(r);
		if (r->v.state == SERVER_OPEN && one_in(15)) {
			reply(r, TCP_ACK, r->v.snd_nxt, "reply");
			r->v.snd_nxt += 5;
		}
	}
	server_read(&r->v);
	check(r);
	r->read += r->v.out_len;
}

static void
nothing_reaches_the_application_that_was_not_judged(void **state)
{
	const char *wanted = getenv("GZ_TEST_STEPS");
	uint32_t rounds = wanted != NULL ? (uint32_t)atoi(wanted) : ROUNDS;
	struct round *r = calloc(1, sizeof(*r));

	seed = wanted != NULL && getenv("GZ_TEST_SEED") != NULL
			? strtoull(getenv("GZ_TEST_SEED"), NULL, 0)
			: 0x9e3779b97f4a7c15;
	for (uint32_t i = 0; i < rounds; i++) {
		if (i % 50 == 0) {
			if (r->w != NULL)
				wire_close(r->w);
			r->w = wire_new();
		}
		r->w->client_port = (uint16_t)(1000 + i);
		r->w->now_us += UINT64_C(700) * SECOND;
		/* a timer that fired early is armed again, and fires at the next turn */
		gz_wheel_turn(r->w->wheel, r->w->now_us / 1000, UINT32_MAX);
		gz_wheel_turn(r->w->wheel, r->w->now_us / 1000 + 200, UINT32_MAX);
		assert_int_equal(gz_flow_table_count(r->w->flows), 0);
		r->w->len[0] = r->w->len[1] = r->w->ends[0] = r->w->ends[1] = 0;
		play(r);
	}
	wire_close(r->w);
	/* else nothing was tried */
	assert_true(r->read > rounds * 5);
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_reaches_the_application_that_was_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
