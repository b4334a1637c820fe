/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef WORKER_INTERNAL_H
#define WORKER_INTERNAL_H

#include <rte_ring.h>

#include "gz_act.h"
#include "gz_asset.h"
#include "gz_defrag.h"
#include "gz_detect.h"
#include "gz_flow.h"
#include "gz_frame.h"
#include "gz_mem.h"
#include "gz_proto.h"
#include "gz_stat.h"
#include "gz_tcp.h"
#include "gz_wheel.h"
#include "gz_worker.h"

/** The packets of one turn, in the order they came. */
struct gz_burst {
	struct gz_pkt *v[GZ_BURST];
	uint32_t n;
};

#define gz_burst_foreach(p, b) \
	for (uint32_t p##_i = 0; p##_i < (b)->n && ((p) = (b)->v[p##_i], true); p##_i++)

enum {
	WORKER_STAGES = 8,
	WORKER_MAILBOX = 64, /* letters */
};

struct stage_counter {
	uint64_t packets, bursts, cycles;
};

struct worker_trace {
	struct gz_filter filter;
	uint32_t id;
	uint32_t left; /* packets still to be followed */
};

struct trace_ring;

struct gz_worker {
	/* the turn */
	struct gz_port_worker *port;
	struct gz_epoch *epoch;
	struct gz_wheel *wheel;
	struct gz_burst burst;
	struct gz_burst ahead; /* replay: of a later time, for the next turn */
	struct gz_burst later; /* waits at the flow stage for those before it to be judged */
	uint32_t steered; /* at the end of the burst: decoded by another worker */
	uint32_t id;
	uint64_t now_us; /* of the packet source; never runs backwards */
	bool replay;
	uint32_t ruleset_gen; /* whose needs the parsers know; UINT32_MAX: nobody's */
	bool tells_frames; /* events about them are wanted */
	bool steers; /* more than one worker */
	bool observe; /* the policy's mode for what no server is around is not prevent */

	/* the rooms that the stages call */
	struct gz_flow_table *flows;
	struct gz_defrag *defrag;
	struct gz_tcp *tcp;
	struct gz_proto_ctx *proto;
	struct gz_detect *detect;
	struct gz_asset_tap *tap; /* NULL in replay */
	struct gz_act *act;
	struct gz_event_ring *ring;
	struct gz_mem *mem;
	struct gz_decode_opts decode;
	struct gz_exceptions exceptions;

	/* the packet in hand */
	const struct gz_flow *judged; /* whose rules were looked up */
	bool looks; /* a rule could apply to it */
	const struct gz_flow *subject; /* the flow that events are about, or NULL */

	struct stage_counter stages[WORKER_STAGES];
	struct worker_trace traces[GZ_TRACES_MOST];
	uint32_t nb_traces;
	struct trace_ring *trace_ring;

	/* idleness */
	bool sleeps; /* worker.idle is adaptive */
	uint32_t empty_turns;

	bool anomaly_decode, anomaly_stream;
	struct gz_stat_block *stat;
	struct rte_ring *mailbox; /* control puts, worker gets */
	struct gz_mail *letter; /* not done yet */
	atomic_ulong turns; /* worker: wo, control: ro */
	atomic_bool stop; /* worker: ro, control: wo */
};

/* receive.c */
void worker_receive(struct gz_worker *w);

/* pipeline.c */
void worker_pipeline(struct gz_worker *w);

/** Settle @p p as the exception table says when its headers or checksums are wrong. */
void worker_headers(struct gz_worker *w, struct gz_pkt *p);
/** A datagram put together is judged: its fragments go on, or not. */
void worker_whole_done(struct gz_worker *w, struct gz_pkt *whole);

/* inspect.c */
void worker_inspect(struct gz_worker *w, struct gz_pkt *p);
/** A fragment on its way out. */
void worker_fragment(struct gz_worker *w, struct gz_pkt *p);
enum gz_verdict
worker_chunk(void *arg, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *chunk);
/** Set OBSERVE as the policy's mode for the flow of @p p says. */
void worker_observe(struct gz_worker *w, struct gz_pkt *p);

/* arp.c */
void worker_arp(struct gz_worker *w, const struct gz_pkt *p);

/* vars.c */
void worker_vars_init(struct gz_worker *w, const struct gz_conf *conf);
/** Tell and forget what rules keep of @p p, of which all else is told. */
void worker_vars(struct gz_worker *w, const struct gz_pkt *p);

/* replace.c */
/** Change the bytes that rules replace in @p p, which detection has finished. */
void worker_replace(struct gz_worker *w, struct gz_pkt *p);

/* tunnel.c */

/** Judge the packet that @p carrier carries before the carrier itself. */
void worker_tunnel(struct gz_worker *w, struct gz_pkt *carrier);
/**
 * Is there a fragment in the tunnel @p carrier? Then it is held, with its carrier.
 *
 * @return @p carrier when there is none; else the datagram that became whole, or NULL.
 */
struct gz_pkt *worker_tunnel_defrag(struct gz_worker *w, struct gz_pkt *carrier);
/** Defragmentation has done with a fragment (GZ_PKT_CARRIED): its carrier goes on, or not. */
void worker_carried(struct gz_worker *w, struct gz_pkt *fragment);

/* flow_end.c */
void worker_flow_end(void *arg, struct gz_flow *f, enum gz_flow_end why);
void worker_fill_flow_event(struct gz_event *e, const struct gz_flow *f);
/** "syn": true and so on, for the flags seen. */
void worker_tell_tcp_flags(struct gz_json *j, uint8_t flags);

/* netflow.c */
/** Tell what each direction of @p f carried. */
void worker_netflow(struct gz_worker *w, const struct gz_flow *f);

/** No byte of its connection can follow: judge and tell what is unfinished, free what parsers hold. */
void worker_flow_over(struct gz_worker *w, struct gz_flow *f);

/* anomaly.c */
void worker_anomaly_decode(struct gz_worker *w, const struct gz_pkt *p);
void worker_anomaly_stream(
		struct gz_worker *w, const struct gz_pkt *p, const uint8_t *events, uint32_t n);

/* mail.c */
int worker_mail_init(struct gz_worker *w);
void worker_mail_fini(struct gz_worker *w);
void worker_mail_read(struct gz_worker *w);

/* trace.c */
int worker_trace_init(struct gz_worker *w);
void worker_trace_fini(struct gz_worker *w);
/** Mark the packets of the burst that somebody follows. */
void worker_trace_mark(struct gz_worker *w, const struct gz_burst *b);
/** Tell of the marked packets that have just left @p stage. */
void worker_trace_tell(
		struct gz_worker *w, const struct gz_burst *b, const char *stage, uint64_t cycles);

/* idle.c */
void worker_idle(struct gz_worker *w, uint32_t received);

#endif /* WORKER_INTERNAL_H */
