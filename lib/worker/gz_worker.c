/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_errno.h>

#include "worker_internal.h"

enum {
	WHEEL_TICK_MS = 100,
	WHEEL_SPAN_MS = 2 * 3600 * 1000,
	TIMERS_A_TURN = 512,

	RING_LEAST = 64 * 1024,
	RING_REPLAY = 1 << 20,
	RING_LIVE = 16 << 20,

	IDLE_BUSY = 0, /* words of worker.idle */
	IDLE_ADAPTIVE = 1,
	IDLE_AUTO = 2,
	AUTO_CORES = 4,
};

static const char *const idle_words[] = {
	[IDLE_BUSY] = "busy",
	[IDLE_ADAPTIVE] = "adaptive",
	[IDLE_AUTO] = "auto",
	NULL,
};

static const char *const checksum_words[] = { "ignore", "verify", NULL };

static const struct gz_setting worker_settings[] = {
	{ "decode.checksums", GZ_SETTING_WORD, "verify", .words = checksum_words,
			.help = "verify IP and layer 4 checksums, or take all as good" },
	{ "worker.idle", GZ_SETTING_WORD, "auto", .words = idle_words,
			.help = "what a worker does while nothing comes: poll on (busy), sleep for "
				"moments (adaptive), or sleep on machines with fewer than 4 cores "
				"(auto)" },
	{ "worker.events", GZ_SETTING_UINT, "0", .min = 0, .max = 1 << 30, .unit = "bytes",
			.help = "room for events that wait to be written, for each worker; 0: 16M, "
				"or 1M in a replay, where writing keeps up" },
};
GZ_CONF_REGISTER(worker_settings)

static bool
is_sleepy(const struct gz_conf *conf)
{
	switch (gz_conf_word(conf, "worker.idle")) {
	case IDLE_BUSY:
		return false;
	case IDLE_ADAPTIVE:
		return true;
	default:
		return sysconf(_SC_NPROCESSORS_ONLN) < AUTO_CORES;
	}
}

/* What was held will not be a datagram: out with it, as settled. */
static void
fragments_done(void *arg, struct gz_pkt *fragments)
{
	struct gz_worker *w = arg;
	struct gz_pkt *p, *next;

	for (p = fragments; p != NULL; p = next) {
		next = p->next;
		worker_fragment(w, p);
	}
}

static void
drop_rule(void *arg, const struct gz_pkt *p, struct gz_json *j)
{
	const struct gz_ruleset *rs = gz_ruleset_live();
	struct gz_worker *w = arg;
	const struct gz_sig *s;

	w->subject = p->flow;
	if (p->rule == 0 || rs == NULL || p->rule > gz_ruleset_count(rs))
		return;
	s = gz_ruleset_sig(rs, p->rule - 1);
	gz_json_object(j, "alert");
	gz_json_str(j, "action", "blocked");
	gz_json_raw(j, s->eve, s->eve_len);
	gz_json_object_end(j);
}

static int
make_rooms(struct gz_worker *w, const struct gz_worker_opts *o)
{
	const struct gz_act_opts act = {
		.conf = o->conf,
		.port = w->port,
		.ring = w->ring,
		.tell = drop_rule,
		.tell_arg = w,
	};

	w->act = gz_act_create(&act);
	w->flows = gz_flow_table_create(o->conf, w->mem, w->wheel, o->id, o->nb_workers,
			&w->exceptions, worker_flow_end, w);
	if (w->act == NULL || w->flows == NULL)
		return -ENOMEM;
	w->defrag = gz_defrag_create(o->conf, w->mem, w->wheel, &w->exceptions, fragments_done, w);
	w->tcp = gz_tcp_create(o->conf, w->mem, w->flows, &w->exceptions, worker_chunk, w);
	w->proto = gz_proto_ctx_create(o->conf, w->mem, w->flows);
	w->detect = gz_detect_create(o->conf, w->mem, w->ring, o->id, o->nb_workers);
	if (w->defrag == NULL || w->tcp == NULL || w->proto == NULL || w->detect == NULL)
		return -ENOMEM;
	if (!w->replay && (w->tap = gz_asset_tap_create(o->conf, w->ring)) == NULL)
		return -ENOMEM;
	gz_proto_keeps_files(w->proto, gz_store_desk(o->store, o->id));
	gz_proto_on_tx_end(w->proto, gz_detect_tx_end, w->detect);
	worker_vars_init(w, o->conf);
	return 0;
}

static uint32_t
ring_bytes(const struct gz_worker_opts *o)
{
	uint32_t bytes = (uint32_t)gz_conf_uint(o->conf, "worker.events");

	if (bytes > 0)
		return RTE_MAX(bytes, (uint32_t)RING_LEAST);
	return o->replay ? RING_REPLAY : RING_LIVE;
}

static int
make_ground(struct gz_worker *w, const struct gz_worker_opts *o)
{
	char name[16];

	snprintf(name, sizeof(name), "worker%u", o->id);
	w->stat = gz_stat_block_create(name);
	w->mem = gz_mem_create(o->conf, o->nb_workers);
	w->wheel = gz_wheel_create(WHEEL_TICK_MS, WHEEL_SPAN_MS, w);
	w->ring = gz_event_ring_create(ring_bytes(o));
	if (w->stat == NULL || w->mem == NULL || w->wheel == NULL || w->ring == NULL)
		return -ENOMEM;
	if (worker_mail_init(w) < 0 || worker_trace_init(w) < 0)
		return -ENOMEM;
	return 0;
}

static void
read_conf(struct gz_worker *w, const struct gz_conf *conf)
{
	w->decode.verify_checksums = gz_conf_word(conf, "decode.checksums") == 1;
	gz_tunnel_ports_init(&w->decode.tunnels, conf);
	w->anomaly_decode = gz_conf_bool(conf, "anomaly.decode");
	w->anomaly_stream = gz_conf_bool(conf, "anomaly.stream");
	w->sleeps = !w->replay && is_sleepy(conf);
	gz_exceptions_init(&w->exceptions, conf);
}

struct gz_worker *
gz_worker_create(const struct gz_worker_opts *o)
{
	struct gz_worker *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	w->id = o->id;
	w->ruleset_gen = UINT32_MAX;
	w->epoch = o->epoch;
	w->port = gz_port_worker(o->ports, o->id);
	w->steers = o->nb_workers > 1;
	w->replay = o->replay;
	read_conf(w, o->conf);
	if (make_ground(w, o) == 0 && make_rooms(w, o) == 0)
		return w;
	gz_worker_destroy(w);
	rte_errno = ENOMEM;
	return NULL;
}

static void
destroy_rooms(struct gz_worker *w)
{
	if (w->flows != NULL)
		gz_flow_table_destroy(w->flows);
	if (w->detect != NULL)
		gz_detect_destroy(w->detect);
	if (w->tap != NULL)
		gz_asset_tap_destroy(w->tap);
	if (w->proto != NULL)
		gz_proto_ctx_destroy(w->proto);
	if (w->tcp != NULL)
		gz_tcp_destroy(w->tcp);
	if (w->defrag != NULL)
		gz_defrag_destroy(w->defrag);
	gz_act_destroy(w->act);
	w->flows = NULL;
	w->detect = NULL;
	w->tap = NULL;
	w->proto = NULL;
	w->tcp = NULL;
	w->defrag = NULL;
	w->act = NULL;
}

void
gz_worker_destroy(struct gz_worker *w)
{
	if (w == NULL)
		return;
	destroy_rooms(w);
	worker_trace_fini(w);
	worker_mail_fini(w);
	if (w->ring != NULL)
		gz_event_ring_destroy(w->ring);
	if (w->wheel != NULL)
		gz_wheel_destroy(w->wheel);
	if (w->mem != NULL)
		gz_mem_destroy(w->mem);
	if (w->stat != NULL)
		gz_stat_block_destroy(w->stat);
	free(w);
}

void
gz_worker_begin(struct gz_worker *w)
{
	gz_stat_block_use(w->stat);
	gz_epoch_online(w->epoch, w->id);
}

void
gz_worker_finish(struct gz_worker *w)
{
	gz_detect_turn(w->detect);
	gz_defrag_destroy(w->defrag);
	w->defrag = NULL;
	gz_flow_table_destroy(w->flows);
	w->flows = NULL;
	gz_port_flush(w->port);
	gz_epoch_offline(w->epoch, w->id);
}

/* Other rules, or other sinks, may ask parsers for other things. */
static void
follow_rules(struct gz_worker *w)
{
	const struct gz_ruleset *rs = gz_ruleset_live();
	uint32_t generation = rs != NULL ? gz_ruleset_generation(rs) : 0;
	bool frames = gz_frames_are_told(w->ring);
	uint32_t needs = 0;

	gz_detect_turn(w->detect);
	if (likely(generation == w->ruleset_gen && frames == w->tells_frames))
		return;
	w->ruleset_gen = generation;
	w->tells_frames = frames;
	if (rs != NULL)
		needs = gz_ruleset_needs(rs);
	if (frames)
		needs |= GZ_NEEDS_FRAMES | GZ_NEEDS_STREAMS;
	gz_tcp_look_back(w->tcp, frames || (rs != NULL && gz_ruleset_count(rs) > 0));
	gz_proto_needs(w->proto, needs);
}

uint32_t
gz_worker_turn(struct gz_worker *w)
{
	const struct gz_policy *policy = gz_policy_live();
	uint32_t n;

	worker_receive(w);
	n = w->burst.n;
	w->observe = gz_policy_mode(policy, GZ_SERVER_NONE) != GZ_MODE_PREVENT;
	follow_rules(w);
	gz_wheel_turn(w->wheel, w->now_us / 1000, TIMERS_A_TURN);
	if (n > 0)
		worker_pipeline(w);
	gz_port_flush(w->port);
	worker_mail_read(w);
	gz_epoch_pass(w->epoch, w->id);
	atomic_store_explicit(&w->turns, w->turns + 1, memory_order_relaxed);
	return n;
}

void
gz_worker_run(struct gz_worker *w)
{
	gz_worker_begin(w);
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed) && !gz_worker_is_done(w))
		worker_idle(w, gz_worker_turn(w));
	gz_worker_finish(w);
}

void
gz_worker_stop(struct gz_worker *w)
{
	atomic_store_explicit(&w->stop, true, memory_order_relaxed);
}

bool
gz_worker_is_done(const struct gz_worker *w)
{
	return w->replay && w->ahead.n == 0 && gz_port_is_done(w->port);
}

uint64_t
gz_worker_turns(const struct gz_worker *w)
{
	return atomic_load_explicit(&w->turns, memory_order_relaxed);
}

uint32_t
gz_worker_id(const struct gz_worker *w)
{
	return w->id;
}

struct gz_event_ring *
gz_worker_ring(const struct gz_worker *w)
{
	return w->ring;
}

struct gz_mem *
gz_worker_mem(const struct gz_worker *w)
{
	return w->mem;
}

const struct gz_stat_block *
gz_worker_stat(const struct gz_worker *w)
{
	return w->stat;
}
