/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_WORKER_H
#define GZ_WORKER_H

/*
 * The run-to-completion loop of one core: a burst of packets through the table
 * of stages in pipeline.c, then timers, mail from control, and a quiescent point.
 *
 * A worker owns all that its packets touch: memory, flows, connections,
 * fragments, what detection remembers. Control speaks to it by mail and hears
 * from it by its ring of events.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "gz_epoch.h"
#include "gz_event.h"
#include "gz_filter.h"
#include "gz_port.h"
#include "gz_store.h"

struct gz_worker;
struct gz_out;

struct gz_worker_opts {
	const struct gz_conf *conf;
	struct gz_ports *ports;
	struct gz_epoch *epoch;
	struct gz_store *store; /* NULL: no files are kept */
	uint32_t id;
	uint32_t nb_workers;
	bool replay; /* the clock is the capture's, and no event is lost */
};

/** Control: all that a worker needs, reserved. NULL with rte_errno. */
struct gz_worker *gz_worker_create(const struct gz_worker_opts *opts);
/** Control, after gz_worker_finish(). */
void gz_worker_destroy(struct gz_worker *w);

/** On the worker's thread: before its first turn. */
void gz_worker_begin(struct gz_worker *w);
/** On the worker's thread: one turn. @return packets received. */
uint32_t gz_worker_turn(struct gz_worker *w);
/** On the worker's thread: end held fragments and all flows, go offline. */
void gz_worker_finish(struct gz_worker *w);
/** On the worker's thread: begin, turn until stopped or the capture is done, finish. */
void gz_worker_run(struct gz_worker *w);

/** Any thread: end gz_worker_run() soon. */
void gz_worker_stop(struct gz_worker *w);
/** Replay: is nothing left for it to do? */
bool gz_worker_is_done(const struct gz_worker *w);
/** Any thread: turns so far, sleeps counted too: who makes none hangs. */
uint64_t gz_worker_turns(const struct gz_worker *w);

uint32_t gz_worker_id(const struct gz_worker *w);
struct gz_event_ring *gz_worker_ring(const struct gz_worker *w);
struct gz_mem *gz_worker_mem(const struct gz_worker *w);
const struct gz_stat_block *gz_worker_stat(const struct gz_worker *w);

/* ---- mail ---- */

struct gz_mail;

/**
 * What a letter asks for, on the worker's thread between two turns.
 *
 * @return false: there is more to do, after the next turn.
 */
typedef bool (*gz_mail_fn)(struct gz_worker *w, struct gz_mail *m);

/** A letter: embedded in what it asks about, and the sender's until it is done. */
struct gz_mail {
	gz_mail_fn fn;
	atomic_bool done; /* worker: wo, control: ro */
};

/** Control (one thread): send. @return false when the box is full. */
bool gz_worker_post(struct gz_worker *w, struct gz_mail *m);

/* ---- what letters ask for ---- */

enum {
	GZ_FLOW_ROWS = 1000, /* flows in one answer */
};

/** `show flows`: flows that @p filter selects, by value. */
struct gz_flows_mail {
	struct gz_mail mail;
	struct gz_filter filter;
	uint32_t most; /* rows wanted, up to GZ_FLOW_ROWS */
	uint32_t nb_rows;
	uint64_t matched; /* of them more than were wanted */
	uint32_t at; /* how far the worker is */
	struct gz_flow_row *rows; /* room for @p most, the sender's */
};

struct gz_flow_row {
	struct gz_addr addr[2];
	uint16_t port[2];
	uint8_t proto;
	uint8_t nb_vlan;
	uint16_t vlan;
	uint16_t wire;
	uint32_t flags; /* GZ_FLOW_* */
	uint32_t age_s, idle_s;
	uint64_t pkts[2], bytes[2];
	const char *state; /* of static life, as are the next two */
	const char *tcp_state; /* NULL: not TCP */
	const char *app;
	uint64_t id;
	uint32_t worker;
};

/** Fill in @p m->mail and send. */
bool gz_worker_ask_flows(struct gz_worker *w, struct gz_flows_mail *m);

enum {
	GZ_TRACES_MOST = 8, /* filters at a time */
};

/** Follow the next @p most packets that @p filter selects through the stages (`trace add`). */
struct gz_trace_mail {
	struct gz_mail mail;
	struct gz_filter filter;
	uint32_t id; /* 0: with remove, all */
	uint32_t most;
	bool remove; /* forget it instead */
	bool taken; /* the answer: there was room for it; there was something to remove */
};

bool gz_worker_ask_trace(struct gz_worker *w, struct gz_trace_mail *m);

/** A step of a packet on its path. */
struct gz_trace_step {
	uint64_t time_us;
	uint64_t number; /* of the packet: in its capture, or of those traced */
	const char *stage;
	struct gz_addr src, dst;
	uint16_t sport, dport;
	uint32_t len;
	uint32_t flags; /* GZ_PKT_* */
	uint64_t flow_id;
	uint16_t wire;
	uint8_t proto, tcp_flags, verdict, why;
	uint32_t cycles; /* of the whole burst in that stage */
	uint16_t burst; /* its packets */
};

/** Control: take the next step told, in order. @return false: none. */
bool gz_worker_trace_next(struct gz_worker *w, struct gz_trace_step *step);

/* ---- the pipeline's own counters ---- */

struct gz_stage_count {
	const char *name;
	const char *help;
	uint64_t packets, bursts, cycles;
};

/** The stages' counts of @p w, at most slightly old. @return stages; @p counts has room for @p most. */
uint32_t gz_worker_stages(const struct gz_worker *w, struct gz_stage_count *counts, uint32_t most);

#endif /* GZ_WORKER_H */
