/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DETECT_TOY_H
#define DETECT_TOY_H

/* For tests: a worker's detection with packets, flows and transactions made by hand. */

#include "detect_internal.h"
#include "ruleset_toy.h"

enum {
	TOY_ALERTS = 64,
	TOY_TCP = 6,
	TOY_UDP = 17,
};

static struct {
	struct gz_mem *mem;
	struct gz_event_ring *ring;
	struct gz_detect *detect;
	struct gz_ruleset *rs;
	struct gz_policy *policy;
	struct gz_flow flow;
	struct gz_app app;
	struct gz_pkt pkt;
	uint8_t frame[4096];
	uint8_t stream[64 * 1024]; /* what chunk() sent, one after the other */
	uint64_t sent;
	uint32_t window; /* bytes before a chunk that are still there */
	/* events since the last forget() */
	uint32_t nb_alerts;
	uint32_t sid[TOY_ALERTS];
	bool blocked[TOY_ALERTS];
	uint64_t tx_id[TOY_ALERTS];
	char text[TOY_ALERTS][2048];
} w;

static inline void
toy_event(void *arg, const struct gz_event *e)
{
	uint32_t i = w.nb_alerts++;

	assert_int_equal(e->type, detect_alert_event.reg.id);
	assert_true(i < TOY_ALERTS);
	w.sid[i] = e->sid;
	w.blocked[i] = e->blocked;
	w.tx_id[i] = e->tx_id;
	snprintf(w.text[i], sizeof(w.text[i]), "%.*s", (int)e->text_len, e->text);
}

static inline void
toy_drain(void)
{
	gz_event_drain(w.ring, toy_event, NULL, UINT32_MAX);
}

static inline void
forget(void)
{
	toy_drain();
	w.nb_alerts = 0;
}

/** How often has the rule alerted? */
static inline uint32_t
alerts(uint32_t sid)
{
	uint32_t i, n = 0;

	toy_drain();
	for (i = 0; i < w.nb_alerts; i++)
		n += w.sid[i] == sid;
	return n;
}

static inline void
use_policy(const char *mode)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();
	char text[64];

	snprintf(text, sizeof(text), "policy.mode=%s", mode);
	assert_int_equal(gz_conf_set(conf, text, &errors), 0);
	w.policy = gz_policy_build(conf, NULL, 0, &errors);
	assert_non_null(w.policy);
	gz_policy_destroy(gz_policy_publish(w.policy));
	gz_conf_destroy(conf);
	gz_detect_turn(w.detect);
}

static inline void
use_rules(const char *text)
{
	w.rs = toy_rules(text);
	gz_ruleset_destroy(gz_ruleset_publish(w.rs));
	gz_detect_turn(w.detect);
}

static inline void
new_flow(uint8_t proto)
{
	struct gz_prefix client, server;

	gz_detect_flow_end(w.detect, &w.flow);
	gz_prefix_parse("192.0.2.1", &client);
	gz_prefix_parse("10.0.0.1", &server);
	memset(&w.flow, 0, sizeof(w.flow));
	w.flow.proto = proto;
	w.flow.addr[0] = client.addr;
	w.flow.addr[1] = server.addr;
	w.flow.port[0] = 40000;
	w.flow.port[1] = 8000;
	w.flow.id = 7;
	w.flow.server = GZ_SERVER_NONE;
	w.sent = 0;
	w.window = sizeof(w.stream);
}

static inline int
toy_start(void **state)
{
	toy_begin(state);
	gz_registry_seal(&gz_event_types);
	gz_stat_block_use(gz_stat_block_create("test"));
	w.mem = gz_mem_create(NULL, 1);
	w.ring = gz_event_ring_create(1 << 20);
	w.detect = gz_detect_create(NULL, w.mem, w.ring, 0, 1);
	assert_true(w.mem != NULL && w.ring != NULL && w.detect != NULL);
	return 0;
}

static inline int
toy_stop(void **state)
{
	gz_detect_destroy(w.detect);
	gz_ruleset_destroy(gz_ruleset_publish(NULL));
	gz_policy_destroy(gz_policy_publish(NULL));
	gz_event_ring_destroy(w.ring);
	gz_mem_destroy(w.mem);
	return toy_end(state);
}

/** Before each test: prevent mode, a new flow, nothing alerted. */
static inline int
toy_fresh(void **state)
{
	new_flow(TOY_TCP);
	use_policy("prevent");
	forget();
	return 0;
}

/** After each: nothing is remembered of the flow. */
static inline int
toy_clean(void **state)
{
	struct gz_mem_use use;
	const struct gz_mem_purpose *p = NULL;

	gz_detect_flow_end(w.detect, &w.flow);
	while ((p = gz_mem_purpose_next(p)) != NULL)
		if (strncmp(p->name, "detect", 6) == 0) {
			gz_mem_usage(w.mem, p, &use);
			assert_int_equal(use.used, 0);
		}
	return 0;
}

/** A packet of the flow with this payload, ready to be judged. */
static inline struct gz_pkt *
packet(enum gz_dir dir, struct gz_span payload)
{
	struct gz_pkt *p = &w.pkt;
	enum gz_dir to = gz_dir_other(dir);

	assert_true(payload.len <= sizeof(w.frame) - 54);
	memset(p, 0, sizeof(*p));
	if (payload.len > 0)
		memcpy(w.frame + 54, payload.p, payload.len);
	p->data = w.frame;
	p->len = 54 + payload.len;
	p->l3_off = 14;
	p->l4_off = 34;
	p->payload_off = 54;
	p->payload_len = payload.len;
	p->flags = GZ_PKT_IPV4 | GZ_PKT_ESTABLISHED |
			(w.flow.proto == TOY_TCP ? GZ_PKT_TCP : GZ_PKT_UDP);
	p->proto = w.flow.proto;
	p->src = w.flow.addr[dir];
	p->dst = w.flow.addr[to];
	p->sport = w.flow.port[dir];
	p->dport = w.flow.port[to];
	p->dir = (uint8_t)dir;
	p->flow = &w.flow;
	p->time_us = 1700000000000000;
	p->number = 1;
	return p;
}

/** Judge a packet by its headers and its own payload. */
static inline struct gz_pkt *
judge(enum gz_dir dir, const char *payload)
{
	struct gz_pkt *p = packet(dir, gz_span_str(payload));

	if (gz_detect_flow(w.detect, p)) {
		gz_detect_packet(w.detect, p);
		gz_detect_finish(w.detect, p);
	}
	return p;
}

/** Judge the next bytes of the stream to the server, and the packet that brings them. */
static inline enum gz_verdict
chunk(struct gz_span bytes)
{
	struct gz_pkt *p = packet(GZ_C2S, gz_span(NULL, 0));
	enum gz_verdict verdict = GZ_PASS;
	struct gz_chunk c = {
		.data = w.stream + w.sent,
		.len = bytes.len,
		.offset = w.sent,
		.before = (uint32_t)RTE_MIN(w.sent, w.window),
		.dir = GZ_C2S,
	};

	assert_true(w.sent + bytes.len <= sizeof(w.stream));
	memcpy(w.stream + w.sent, bytes.p, bytes.len);
	w.sent += bytes.len;
	/* As it does for packets whose stream is followed. */
	w.flow.tcp = (struct gz_tcp_conn *)(uintptr_t)1;
	if (gz_detect_flow(w.detect, p)) {
		verdict = gz_detect_chunk(w.detect, p, &c);
		gz_detect_finish(w.detect, p);
	}
	return verdict;
}

/** A new transaction of the toy protocol in the flow. */
static inline struct gz_tx *
new_tx(void)
{
	struct gz_tx *tx = calloc(1, sizeof(*tx) + sizeof(struct toy));

	if (w.flow.app == NULL) {
		memset(&w.app, 0, sizeof(w.app));
		TAILQ_INIT(&w.app.txs);
		w.app.flow = &w.flow;
		w.app.proto = &toy;
		w.flow.app = &w.app;
	}
	tx->app = &w.app;
	tx->proto = &toy;
	tx->id = w.app.next_tx_id++;
	TAILQ_INSERT_TAIL(&w.app.txs, tx, link);
	return tx;
}

static inline void
end_tx(struct gz_tx *tx)
{
	gz_detect_tx_end(w.detect, tx);
	TAILQ_REMOVE(&w.app.txs, tx, link);
	free(tx);
}

/** Judge the flow's transactions, @p tx having come to @p progress in @p dir. */
static inline struct gz_pkt *
judge_tx_dir(struct gz_tx *tx, enum gz_dir dir, uint8_t progress, bool complete)
{
	struct gz_pkt *p = packet(dir, gz_span(NULL, 0));

	tx->progress[dir] = progress;
	tx->complete[dir] = complete;
	tx->changed[dir] = true;
	if (gz_detect_flow(w.detect, p)) {
		gz_detect_tx(w.detect, p, dir);
		gz_detect_finish(w.detect, p);
	}
	tx->changed[dir] = false;
	return p;
}

#define JUDGED(test) cmocka_unit_test_setup_teardown(test, toy_fresh, toy_clean)

#endif /* DETECT_TOY_H */
