/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_INTERNAL_H
#define TCP_INTERNAL_H

/* What the files of this room ask of each other. */

#include <rte_branch_prediction.h>

#include "tcp_conn.h"

struct tcp_opts {
	uint32_t tsval, tsecr;
	uint8_t wscale;
	bool has_ts, has_wscale, is_signed, fast_open;
};

/** A segment as read from its packet. */
struct tcp_seg {
	struct gz_pkt *p;
	struct gz_flow *f;
	struct gz_tcp_conn *c;
	struct tcp_half *from, *to; /* the sender's and its peer's */
	uint32_t seq, ack;
	uint32_t len; /* bytes of payload */
	uint16_t win; /* as it stands in the header */
	uint8_t flags;
	bool inline_mode;
	bool rewritten; /* checksums are to be fixed */
	struct tcp_opts o;
};

/** A stretch of a packet and where it belongs. */
struct tcp_piece {
	uint8_t *data;
	int64_t off; /* below 0: before the stream that we know */
	uint32_t len;
};

enum {
	TTL_SHORT = 10, /* fewer hops than honest packets have left */
};

static inline bool
tcp_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool
tcp_after(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a) < 0;
}

/** Which half sends in direction @p d of the flow as it stands. */
static inline uint32_t
tcp_half_of(const struct gz_tcp_conn *c, const struct gz_flow *f, enum gz_dir d)
{
	return (uint32_t)d ^ ((c->flags & CONN_FLIP) != 0) ^ ((f->flags & GZ_FLOW_SWAPPED) != 0);
}

static inline enum gz_dir
tcp_dir_of(const struct gz_tcp_conn *c, const struct gz_flow *f, const struct tcp_half *h)
{
	return (enum gz_dir)tcp_half_of(c, f, (enum gz_dir)(h - c->half));
}

static inline bool
tcp_is_established(const struct gz_tcp_conn *c)
{
	return c->state >= TCP_ESTABLISHED;
}

void tcp_note(struct gz_tcp *t, int event);
bool tcp_can_rewrite(const struct gz_pkt *p);

/* tcp_conf.c */
void tcp_conf_read(struct gz_tcp *t, const struct gz_conf *conf);

/* tcp_segment.c */
void tcp_segment_read(struct tcp_seg *s);

/* tcp_conn.c */
struct gz_tcp_conn *tcp_conn_create(struct gz_tcp *t, struct tcp_seg *s);
void tcp_conn_free_streams(struct gz_tcp *t, struct gz_tcp_conn *c);
void tcp_conn_destroy(struct gz_tcp *t, struct gz_flow *f);
void tcp_set_state(struct tcp_seg *s, enum tcp_state state);

/* tcp_handshake.c, tcp_syns.c */
void tcp_handshake(struct gz_tcp *t, struct tcp_seg *s);
void tcp_open(struct gz_tcp *t, struct tcp_seg *s);
struct tcp_syn *tcp_syn_at(struct tcp_handshake *hs, uint32_t half, uint32_t i);
/** Is the SYN's number one that no stack would send after those seen? Nearly the same ones, whose data
 * would overlap, cannot be told apart by what is acknowledged. */
bool tcp_syn_is_odd(struct gz_tcp_conn *c, const struct tcp_half *h, const struct tcp_seg *s);
/** Remember @p s's SYN. NULL: too many, or no memory. */
struct tcp_syn *tcp_syn_add(struct gz_tcp *t, struct tcp_seg *s);
void tcp_syn_forget_oldest(struct tcp_handshake *hs, uint32_t half);
void tcp_syns_free(struct gz_tcp *t, struct gz_tcp_conn *c);
/** The variant of half @p half that @p ack acknowledges, with up to @p sent bytes; or NULL. */
struct tcp_syn *tcp_syn_acked(struct gz_tcp_conn *c, uint32_t half, uint32_t ack, uint32_t sent);
/** @p syn of half @p opener was answered by @p answer: the connection's numbers are known. */
void tcp_resolve(struct gz_tcp *t, struct gz_tcp_conn *c, uint32_t opener,
		const struct tcp_syn *const pair[2]);

/* tcp_reuse.c: SYNs when the connection is there already */
void tcp_syn_again(struct gz_tcp *t, struct tcp_seg *s);

/* tcp_after.c: connections that were forgotten before they were over */
/** Room for @p places of them. @return 0 or -ENOMEM. */
int tcp_after_create(struct gz_tcp *t, uint32_t places);
void tcp_after_destroy(struct gz_tcp *t);
/** @p f ends: remember its connection, unless it is over. */
void tcp_after_end(struct gz_tcp *t, const struct gz_flow *f);
/** Does a segment bring what can be judged no more? Settles it then. */
bool tcp_after_refuses(struct gz_tcp *t, struct tcp_seg *s);
/** Is it of one of them? Turns the flow the right way round then. */
bool tcp_after_is_known(struct gz_tcp *t, struct tcp_seg *s);
/** It is followed anew: with the ends that it had. */
void tcp_after_resume(struct gz_tcp *t, struct tcp_seg *s);

/* tcp_pickup.c */
void tcp_pick_up(struct gz_tcp *t, struct tcp_seg *s);
/** @return true: a one-way connection was made of it. */
bool tcp_async(struct gz_tcp *t, struct tcp_seg *s);

/* tcp_check.c */
/** Would the receiver ignore it? Settles it then, if it carries anything. */
bool tcp_refuse(struct gz_tcp *t, struct tcp_seg *s, enum tcp_norm norm, int event);
bool tcp_refuses(struct gz_tcp *t, struct tcp_seg *s);

/* tcp_ack.c */
void tcp_take_ack(struct gz_tcp *t, struct tcp_seg *s);
void tcp_take_timestamp(struct tcp_seg *s);

/* tcp_rst.c */
void tcp_rst(struct gz_tcp *t, struct tcp_seg *s);
/** Could who got the SYN @p y have sent this timestamp? */
bool tcp_timestamp_answers(const struct tcp_seg *s, const struct tcp_syn *y);

/* tcp_close.c */
/** Have both ends said that they say no more, one of them by a reset? Then nothing more is judged, and
 * what comes nevertheless is refused. */
bool tcp_is_reset(const struct gz_tcp_conn *c);
/** @return false: what it carries contradicts a FIN; settled. */
bool tcp_close_allows(struct gz_tcp *t, struct tcp_seg *s);
void tcp_take_fin(struct tcp_seg *s);
/** Is @p h's FIN the next thing? Then its stream ends. */
void tcp_close_half(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h);
void tcp_update_state(struct tcp_seg *s);

/* tcp_data.c */
void tcp_take_data(struct gz_tcp *t, struct tcp_seg *s);
/** A piece of the packet: against what is known, then on. @return false: the packet goes no further. */
bool tcp_take_piece(struct gz_tcp *t, struct tcp_seg *s, struct tcp_piece *w);

/* tcp_deliver.c */
/** Hand bytes on that follow what was handed on. @return false: refused; the connection is cut. */
bool
tcp_deliver(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, const struct tcp_piece *w);
/** And what lay beyond and follows now. */
bool tcp_drain(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h);
bool tcp_deliver_end(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h);
/** What the receiver has acknowledged and we have not seen is lost. */
void tcp_fill_gaps(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h);
bool tcp_deliver_gap(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, uint64_t until);
void tcp_cut(struct gz_tcp *t, struct gz_tcp_conn *c);

/* tcp_offset.c: sequence numbers and offsets in the stream */
int64_t tcp_offset(const struct tcp_half *h, uint32_t seq);
void tcp_advance(struct tcp_half *h, uint32_t len);
/** Offset up to which the receiver needs no retransmission; at most h->off. */
uint64_t tcp_acked_offset(const struct gz_tcp_conn *c, const struct tcp_half *h);

/* tcp_kept.c */
/** Copy bytes to the end of what is kept. @return where they are, or NULL: no memory. */
uint8_t *
tcp_keep(struct gz_tcp *t, struct gz_tcp_conn *c, struct tcp_half *h, const struct tcp_piece *w);
uint32_t tcp_kept_before(const struct gz_tcp *t, const struct tcp_half *h, uint32_t len);
void tcp_release(struct gz_tcp *t, struct gz_tcp_conn *c, struct tcp_half *h);
/** The connection is likely over: keep what is still under way, in no more memory than that. */
void tcp_settle(struct gz_tcp *t, struct gz_tcp_conn *c);
void tcp_forget(struct gz_tcp *t, struct tcp_half *h);

/* tcp_ooo.c */
/** Store what of @p w is not stored yet. @return false: no room. */
bool tcp_ooo_store(struct gz_tcp *t, struct tcp_half *h, const struct tcp_piece *w);
/** The nearest run, or NULL. */
struct tcp_run *tcp_ooo_first(const struct tcp_half *h);
void tcp_ooo_pop(struct gz_tcp *t, struct tcp_half *h);
void tcp_ooo_free(struct gz_tcp *t, struct tcp_half *h);
/** The first run that ends after @p off, as an index into v; first + nb: none. */
uint32_t tcp_ooo_find(const struct tcp_ooo *o, uint64_t off);

/* tcp_overlap.c */
/** Make @p w one with what was forwarded before. @return false: the packet is dropped. */
bool tcp_overlap_kept(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w);
bool tcp_overlap_ooo(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w);

/* tcp_urgent.c */
/** Find and mark urgent bytes. @return false: the packet is dropped. */
bool tcp_take_urgent(struct gz_tcp *t, struct tcp_seg *s);

/* tcp_pseudo.c */
struct tcp_pseudo {
	struct gz_pkt p;
	uint8_t frame[64];
};
/** A packet that stands for the one that will not come. */
void tcp_pseudo_make(struct tcp_pseudo *x, struct gz_flow *f, enum gz_dir dir);

#endif /* TCP_INTERNAL_H */
