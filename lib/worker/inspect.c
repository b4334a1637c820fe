/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * One packet, to the end: its connection first, so that what it makes
 * contiguous is judged before it leaves; then its own headers and payload; then
 * the verdict of all that matched.
 */

#include <netinet/in.h>

#include "worker_internal.h"

/* A flow's mode is known once detection has looked at it. */
static void
observe(struct gz_pkt *p, const struct gz_flow *f)
{
	if (f->mode == GZ_MODE_PREVENT)
		p->flags &= ~(uint32_t)GZ_PKT_OBSERVE;
	else
		p->flags |= GZ_PKT_OBSERVE;
}

/* What detection knows of the flow of @p p, asked once for each packet and flow. */
static void
look(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p)
{
	if (w->judged == f)
		return;
	w->judged = f;
	w->looks = gz_detect_flow(w->detect, p);
	observe(p, f);
}

/* Not judged in full: the exception table's word, for this packet and for the flow. */
static enum gz_verdict
not_judged(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p, enum gz_why why)
{
	enum gz_verdict verdict = gz_pkt_except(p, &w->exceptions, why);

	if (verdict == GZ_BYPASS && f != NULL)
		f->flags |= GZ_FLOW_BYPASS;
	return gz_pkt_is_stopped(p) ? GZ_DROP : GZ_PASS;
}

/* What transactions just judged say of a protected server. */
static void
tell_assets(struct gz_worker *w, struct gz_flow *f, enum gz_dir dir)
{
	struct gz_tx *tx;

	if (likely(f->server == GZ_SERVER_NONE) || w->tap == NULL || f->app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->app->txs, link)
		if (tx->changed[dir])
			gz_asset_observe(w->tap, f, tx, dir);
}

/* A piece of a stream, or a datagram: parse it, judge what came of it. */
static enum gz_verdict
judge_bytes(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *c)
{
	enum gz_verdict verdict = GZ_PASS;

	if (!gz_proto_feed(w->proto, f, c))
		verdict = not_judged(w, f, p, GZ_WHY_APP);
	if (unlikely(gz_proto_forgot(w->proto)) &&
			not_judged(w, f, p, GZ_WHY_APP_MEMORY) == GZ_DROP)
		verdict = GZ_DROP;
	if (w->looks && f->proto == IPPROTO_TCP && gz_detect_chunk(w->detect, p, c) == GZ_DROP)
		verdict = GZ_DROP;
	if (unlikely(w->looks && f->app != NULL && f->app->frames[c->dir] != NULL) &&
			gz_detect_frames(w->detect, p, c) == GZ_DROP)
		verdict = GZ_DROP;
	if (unlikely(w->tells_frames && f->app != NULL))
		gz_frames_tell(f->app, p, c, w->ring);
	if (w->looks && gz_detect_tx(w->detect, p, c->dir) == GZ_DROP)
		verdict = GZ_DROP;
	if (unlikely(w->looks && gz_detect_forgot(w->detect)) &&
			not_judged(w, f, p, GZ_WHY_DETECT_MEMORY) == GZ_DROP)
		verdict = GZ_DROP;
	tell_assets(w, f, c->dir);
	return verdict;
}

/* And then log and let go. */
static enum gz_verdict
judge_piece(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *c)
{
	enum gz_verdict verdict = judge_bytes(w, f, p, c);

	gz_proto_reap(w->proto, f, p, w->ring);
	return verdict;
}

/* A chunk longer than parsers take, in pieces; the flags stay with the first and the last. */
static enum gz_verdict
judge_pieces(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *chunk)
{
	struct gz_chunk piece = *chunk;
	uint32_t left = chunk->len;

	do {
		piece.len = RTE_MIN(left, (uint32_t)GZ_FEED_MOST);
		left -= piece.len;
		piece.flags = chunk->flags & ~(uint32_t)(GZ_CHUNK_START | GZ_CHUNK_END);
		piece.flags |= piece.offset == chunk->offset ? chunk->flags & GZ_CHUNK_START : 0;
		piece.flags |= left == 0 ? chunk->flags & GZ_CHUNK_END : 0;
		if (judge_piece(w, f, p, &piece) == GZ_DROP)
			return GZ_DROP;
		piece.data += piece.len;
		piece.offset += piece.len;
		piece.before += piece.len;
	} while (left > 0);
	return GZ_PASS;
}

enum gz_verdict
worker_chunk(void *arg, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *chunk)
{
	struct gz_worker *w = arg;

	look(w, f, p);
	if (unlikely(chunk->data != NULL && chunk->len > GZ_FEED_MOST))
		return judge_pieces(w, f, p, chunk);
	return judge_piece(w, f, p, chunk);
}

static void
inspect_datagram(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p)
{
	struct gz_chunk c = {
		.data = gz_pkt_payload(p),
		.len = p->payload_len,
		.dir = p->dir,
	};

	judge_bytes(w, f, p, &c);
}

/* A connection's packet. @return GZ_DROP: bytes that it carries, or sets free, were refused. */
static enum gz_verdict
inspect_segment(struct gz_worker *w, struct gz_pkt *p)
{
	enum gz_verdict verdict = gz_tcp_push(w->tcp, p, (p->flags & GZ_PKT_OBSERVE) == 0);
	const uint8_t *events;
	uint32_t n = gz_tcp_events(w->tcp, &events);

	look(w, p->flow, p); /* anew, when a new connection took its place */
	gz_detect_stream_events(w->detect, events, n);
	if (unlikely(n > 0))
		worker_anomaly_stream(w, p, events, n);
	return verdict;
}

/* Rules about packets, and the verdict of all that matched. */
static void
judge_packet(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p)
{
	gz_detect_packet(w->detect, p);
	gz_detect_finish(w->detect, p);
	worker_vars(w, p);
	worker_replace(w, p);
	if (unlikely(gz_detect_lost(w->detect)))
		not_judged(w, f, p, GZ_WHY_KEYWORD_MEMORY);
}

static void
inspect_flow(struct gz_worker *w, struct gz_flow *f, struct gz_pkt *p)
{
	bool datagram = (p->flags & GZ_PKT_UDP) != 0 && p->payload_len > 0;
	enum gz_verdict verdict = GZ_PASS;

	look(w, f, p);
	gz_detect_stream_events(w->detect, NULL, 0);
	if ((p->flags & GZ_PKT_TCP) != 0)
		verdict = inspect_segment(w, p);
	else if (datagram)
		inspect_datagram(w, f, p);
	if (w->looks)
		judge_packet(w, f, p);
	/* only now: what packet rules alert on is told with what the datagram says */
	if (datagram)
		gz_proto_reap(w->proto, f, p, w->ring);
	/* who refused them has settled it, as a rule; but never may they leave */
	if (verdict == GZ_DROP)
		gz_pkt_settle(p, GZ_DROP, GZ_WHY_RULE);
}

/* No byte can follow: what parsers hold need not wait for the flow's end. */
static void
close_app(struct gz_worker *w, struct gz_flow *f)
{
	if (f->app != NULL && !f->app->closed && gz_tcp_is_over(f))
		worker_flow_over(w, f);
}

static bool
is_stopped_flow(struct gz_flow *f, struct gz_pkt *p)
{
	if (likely((f->flags & (GZ_FLOW_DROP | GZ_FLOW_BYPASS)) == 0))
		return false;
	if ((f->flags & GZ_FLOW_DROP) != 0) {
		observe(p, f);
		gz_pkt_settle(p, GZ_DROP, GZ_WHY_FLOW);
	}
	p->flags |= GZ_PKT_NO_INSPECT;
	return true;
}

void
worker_inspect(struct gz_worker *w, struct gz_pkt *p)
{
	struct gz_flow *f;

	if (unlikely(p->root != NULL))
		gz_flow_find_now(w->flows, p);
	if (unlikely(p->inner.len > 0))
		worker_tunnel(w, p);
	f = p->flow;
	w->judged = NULL;
	w->subject = f;
	if (unlikely(p->nb_events > 0))
		worker_anomaly_decode(w, p);
	if (f != NULL) {
		gz_flow_count(p);
		if (!is_stopped_flow(f, p))
			inspect_flow(w, f, p);
		if (unlikely(f->state == GZ_FLOW_CLOSED))
			close_app(w, f);
		return;
	}
	if (unlikely((p->flags & GZ_PKT_ARP) != 0))
		worker_arp(w, p);
	if (gz_detect_flow(w->detect, p))
		judge_packet(w, NULL, p);
}
