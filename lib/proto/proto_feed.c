/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_branch_prediction.h>

#include "proto_internal.h"

enum {
	ROUNDS = 64, /* of going back and forth within one feed */
};

static void
give_up(struct gz_app *app)
{
	app->done = true;
	app->flow->flags |= GZ_FLOW_APP_DONE;
	proto_pending_drop(app, GZ_C2S);
	proto_pending_drop(app, GZ_S2C);
	proto_tx_complete_all(app);
}

/** @return false: what who feeds us is told of a parser that broke off. */
static bool
break_off(struct gz_app *app)
{
	app->broken = true;
	if (app->proto != NULL)
		proto_count(app, app->proto, app->gap ? GZ_PROTO_STAT_GAP : GZ_PROTO_STAT_PARSER);
	give_up(app);
	return false;
}

static uint32_t
most_pending(const struct gz_app *app)
{
	if (app->proto == NULL || app->proto->most_pending == 0)
		return PENDING_MOST;
	return app->proto->most_pending;
}

static void
settle_detection(struct gz_app *app, enum gz_dir dir, enum gz_app_detect d,
		const struct gz_proto *by)
{
	app->detect[dir] = d;
	app->by_dir[dir] = by;
	if (app->detect[gz_dir_other(dir)] != GZ_APP_LOOKING)
		app->flow->flags |= GZ_FLOW_APP_DONE;
}

static struct proto_look
look_at(const struct gz_app *app, enum gz_dir dir, struct gz_span s, bool end)
{
	uint32_t most = app->ctx->detect_bytes;

	return (struct proto_look){ .ctx = app->ctx,
		.flow = app->flow,
		.expected = app->expected,
		.dir = dir,
		.first = gz_span(s.p, RTE_MIN(s.len, most)),
		.datagram = app->flow->proto == IPPROTO_UDP,
		.final = end || s.len >= most };
}

/** The protocol is known: does this direction look like it, too? @return false: wait for more. */
static bool
compare(struct gz_app *app, enum gz_dir dir, struct gz_span s, bool end)
{
	const struct proto_look look = look_at(app, dir, s, end);
	const struct gz_proto *other = NULL;

	switch (proto_ask(app->proto, &look)) {
	case GZ_PROBE_MAYBE:
		return false;
	case GZ_PROBE_SURE:
		settle_detection(app, dir, GZ_APP_FOUND, app->proto);
		return true;
	default:
		break;
	}
	if (proto_detect(&look, &other) != GZ_APP_FOUND) {
		settle_detection(app, dir, GZ_APP_FAILED, NULL);
		return true;
	}
	settle_detection(app, dir, GZ_APP_FOUND, other);
	if (other != app->proto)
		proto_app_note(app, GZ_APP_MISMATCH);
	return true;
}

/** Find the protocol by this direction's first bytes. @return true: found. */
static bool
find_in(struct gz_app *app, enum gz_dir dir, struct gz_span s, bool end)
{
	const struct proto_look look = look_at(app, dir, s, end);
	const struct gz_proto *found = NULL;
	enum gz_app_detect d;

	if (app->detect[dir] != GZ_APP_LOOKING || s.len == 0)
		return false;
	d = proto_detect(&look, &found);
	if (d == GZ_APP_LOOKING)
		return false;
	settle_detection(app, dir, d, found);
	if (d == GZ_APP_FAILED)
		return false;
	if (app->orig != NULL && app->expected != NULL && app->expected != found)
		proto_app_note(app, GZ_APP_UNEXPECTED);
	if (!proto_app_start(app, found)) {
		break_off(app);
		return false;
	}
	return true;
}

static struct gz_span
pending(const struct gz_app *app, enum gz_dir dir)
{
	return gz_span(app->pending[dir].p, app->pending[dir].len);
}

/** Nothing was found: is there still hope? */
static void
weigh_hope(struct gz_app *app)
{
	enum gz_dir d;

	if (app->detect[GZ_C2S] == GZ_APP_FAILED && app->detect[GZ_S2C] == GZ_APP_FAILED) {
		give_up(app);
		return;
	}
	for (d = GZ_C2S; d <= GZ_S2C; d++) {
		if (app->pending[d].len < app->ctx->detect_bytes)
			continue;
		proto_app_note(app, GZ_APP_SKIPPED);
		give_up(app);
		return;
	}
}

/** Look in both directions. @return true: the protocol is known. */
static bool
find(struct gz_app *app)
{
	enum gz_dir first = app->first_dir;
	enum gz_dir second = gz_dir_other(first);

	if (app->proto != NULL)
		return true;
	if (find_in(app, first, pending(app, first), app->ended[first]) ||
			find_in(app, second, pending(app, second), app->ended[second]))
		return true;
	weigh_hope(app);
	return false;
}

/** Let the parser eat of @p s. @return how it went; in->eaten is checked. */
static enum gz_parse
parse(struct gz_app *app, struct gz_input *in)
{
	enum gz_parse r;

	if (in->p == NULL)
		in->p = (const uint8_t *)"";
	if (unlikely(app->ctx->streams))
		proto_frame_stream(app, in);
	r = app->proto->parse(app, in);
	if (app->spent || (r == GZ_PARSE_OK && in->eaten > in->len))
		r = GZ_PARSE_BROKEN;
	return r;
}

/** Is there more to do than to let the parser eat? */
static bool
goes_on(const struct gz_app *app, enum gz_parse r)
{
	return r == GZ_PARSE_OK && (app->switching || app->again[GZ_C2S] || app->again[GZ_S2C]);
}

static bool
keep_rest(struct gz_app *app, const struct gz_input *in)
{
	struct gz_pending *q = &app->pending[in->dir];

	q->offset = in->offset + in->eaten;
	if (in->eaten == in->len)
		return true;
	if (!proto_pending_add(app, in->dir, gz_span(in->p + in->eaten, in->len - in->eaten),
			    most_pending(app)))
		return false;
	q->seen = app->switching ? 0 : q->len;
	return true;
}

static enum gz_parse
parse_pending(struct gz_app *app, enum gz_dir dir)
{
	struct gz_pending *q = &app->pending[dir];
	struct gz_input in = { dir, q->p, q->len, q->seen, 0, q->offset, app->ended[dir] };
	enum gz_parse r;

	if (q->len == q->seen && !app->ended[dir] && !app->again[dir])
		return GZ_PARSE_OK;
	if (app->again[dir])
		in.seen = 0;
	app->again[dir] = false;
	if (app->detect[dir] == GZ_APP_LOOKING && q->len > 0 &&
			!compare(app, dir, pending(app, dir), app->ended[dir]))
		return GZ_PARSE_OK;
	r = parse(app, &in);
	if (r == GZ_PARSE_OK) {
		proto_pending_eat(app, dir, in.eaten);
		q->seen = app->switching ? 0 : q->len;
		if (q->len > most_pending(app))
			r = GZ_PARSE_BROKEN;
	}
	return r;
}

static bool
settle(struct gz_app *app, enum gz_parse r)
{
	if (r == GZ_PARSE_BROKEN || app->spent)
		return break_off(app);
	if (r == GZ_PARSE_ENCRYPTED)
		app->flow->flags |= app->ctx->on_encryption;
	if (r == GZ_PARSE_DONE || r == GZ_PARSE_ENCRYPTED)
		give_up(app);
	return true;
}

/** The long way: bytes wait while the protocol is looked for, or a switch happens. */
static bool
feed_pending(struct gz_app *app)
{
	enum gz_parse r;
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		if (!find(app))
			return !app->broken;
		r = parse_pending(app, app->first_dir);
		if (r == GZ_PARSE_OK && !app->switching)
			r = parse_pending(app, gz_dir_other(app->first_dir));
		if (!goes_on(app, r))
			return settle(app, r);
		if (app->switching && !proto_app_switch(app))
			return break_off(app);
	}
	return true;
}

/** The short way: the protocol is known and nothing waits. */
static bool
feed_directly(struct gz_app *app, const struct gz_chunk *chunk)
{
	struct gz_input in = { chunk->dir, chunk->data, chunk->len, 0, 0, chunk->offset,
		app->ended[chunk->dir] };
	enum gz_parse r = parse(app, &in);

	if (r == GZ_PARSE_OK && !keep_rest(app, &in))
		r = GZ_PARSE_BROKEN;
	if (!goes_on(app, r))
		return settle(app, r);
	if (app->switching && !proto_app_switch(app))
		return break_off(app);
	return feed_pending(app);
}

/** May @p s go to the parser as it lies? Finds the protocol, where that is still to be done. */
static bool
is_ready(struct gz_app *app, enum gz_dir dir, struct gz_span s)
{
	if (app->pending[dir].len > 0)
		return false;
	if (app->detect[dir] != GZ_APP_LOOKING)
		return app->proto != NULL;
	if (app->proto != NULL)
		return s.len > 0 && compare(app, dir, s, app->ended[dir]);
	return app->pending[gz_dir_other(dir)].len == 0 && find_in(app, dir, s, app->ended[dir]);
}

static bool
feed_stream(struct gz_app *app, const struct gz_chunk *chunk)
{
	struct gz_span s = gz_span(chunk->data, chunk->len);
	struct gz_pending *q = &app->pending[chunk->dir];

	if (is_ready(app, chunk->dir, s))
		return feed_directly(app, chunk);
	if (app->broken)
		return false;
	if (q->len == 0)
		q->offset = chunk->offset;
	if (!proto_pending_add(app, chunk->dir, s, most_pending(app) + GZ_FEED_MOST))
		return break_off(app);
	return feed_pending(app);
}

static bool
feed_gap(struct gz_app *app, const struct gz_chunk *chunk)
{
	struct gz_pending *q = &app->pending[chunk->dir];
	uint64_t lost = chunk->len + q->len;
	bool whole;

	proto_pending_drop(app, chunk->dir);
	q->offset = chunk->offset + chunk->len;
	if (app->detect[chunk->dir] == GZ_APP_LOOKING)
		settle_detection(app, chunk->dir, GZ_APP_FAILED, NULL);
	if (app->proto == NULL) {
		weigh_hope(app);
		return true;
	}
	app->gap = true;
	if (app->proto->gap == NULL)
		return break_off(app);
	whole = settle(app, app->proto->gap(app, chunk->dir, lost));
	app->gap = false;
	return whole;
}

static bool
feed_datagram(struct gz_app *app, const struct gz_chunk *chunk)
{
	struct gz_span s = gz_span(chunk->data, chunk->len);
	struct gz_input in = { chunk->dir, s.p, s.len, 0, 0, 0, true };

	if (app->detect[chunk->dir] == GZ_APP_LOOKING)
		compare(app, chunk->dir, s, true);
	return settle(app, parse(app, &in));
}

static void
note_speaker(struct gz_app *app, enum gz_dir dir)
{
	if (app->spoke[dir])
		return;
	app->spoke[dir] = true;
	if (!app->spoke[gz_dir_other(dir)])
		app->first_dir = dir;
}

/** Begin to parse datagrams as @p found; what they were held for before is in the flow's flags. */
static struct gz_app *
begin_datagrams(struct gz_proto_ctx *c, struct gz_flow *f, enum gz_dir dir,
		const struct gz_proto *found)
{
	struct gz_app *app = proto_app_create(c, f, NULL);
	enum gz_dir d;

	if (app == NULL)
		return NULL;
	for (d = GZ_C2S; d <= GZ_S2C; d++) {
		if ((f->flags & PROTO_FAILED_IN(d)) == 0)
			continue;
		note_speaker(app, d);
		app->detect[d] = GZ_APP_FAILED;
	}
	note_speaker(app, dir);
	settle_detection(app, dir, GZ_APP_FOUND, found);
	if (!proto_app_start(app, found))
		break_off(app);
	return app;
}

/** A datagram is whole: what was not found in it may be found in the next. Until then nothing is
 * kept of the flow but that. */
static bool
feed_first_datagram(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_chunk *chunk)
{
	bool first = (f->flags & PROTO_FAILED) == 0;
	const struct proto_look look = { .ctx = c,
		.flow = f,
		.expected = first ? proto_expected(f) : NULL,
		.dir = chunk->dir,
		.first = gz_span(chunk->data, RTE_MIN(chunk->len, c->detect_bytes)),
		.datagram = true,
		.final = true };
	const struct gz_proto *found = NULL;
	struct gz_app *app;

	if (proto_detect(&look, &found) != GZ_APP_FOUND) {
		f->flags |= PROTO_FAILED_IN(chunk->dir);
		return true;
	}
	app = begin_datagrams(c, f, chunk->dir, found);
	return app != NULL && !app->broken && feed_datagram(app, chunk);
}

void
proto_weigh_datagrams(const struct gz_proto_ctx *c, struct gz_flow *f)
{
	enum gz_dir d;
	bool enough = (f->flags & PROTO_FAILED) == PROTO_FAILED;

	for (d = GZ_C2S; d <= GZ_S2C; d++)
		if ((f->flags & PROTO_FAILED_IN(d)) != 0 && f->count[d].bytes > c->detect_bytes)
			enough = true;
	if (enough && !proto_has_ports_for(c, f))
		f->flags |= GZ_FLOW_APP_DONE;
}

bool
gz_proto_feed(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_chunk *chunk)
{
	struct gz_app *app = f->app;

	if (app == NULL && (f->flags & GZ_FLOW_APP_DONE || chunk->len == 0))
		return true;
	if (app == NULL && f->proto != IPPROTO_TCP)
		return feed_first_datagram(c, f, chunk);
	if (app == NULL) {
		app = proto_app_create(c, f, proto_expected(f));
		if (app == NULL)
			return false;
	}
	proto_frames_judged(app, chunk);
	if (app->done)
		return true;
	if (chunk->len > 0)
		note_speaker(app, chunk->dir);
	if (f->proto != IPPROTO_TCP)
		return chunk->len == 0 || feed_datagram(app, chunk);
	if (chunk->flags & GZ_CHUNK_END)
		app->ended[chunk->dir] = true;
	if (chunk->flags & GZ_CHUNK_GAP)
		return feed_gap(app, chunk);
	return feed_stream(app, chunk);
}

void
gz_proto_finish(struct gz_proto_ctx *c, struct gz_flow *f)
{
	struct gz_app *app = f->app;

	if (app == NULL)
		return;
	if (!app->done && f->proto == IPPROTO_TCP && !(app->ended[0] && app->ended[1])) {
		app->ended[GZ_C2S] = true;
		app->ended[GZ_S2C] = true;
		feed_pending(app);
	}
	proto_tx_complete_all(app);
}

void
gz_proto_close(struct gz_proto_ctx *c, struct gz_flow *f)
{
	struct gz_app *app = f->app;

	if (app == NULL)
		return;
	proto_app_empty(app);
	app->closed = true;
	if (app->proto != NULL)
		app->done = true;
}

void
gz_proto_end(struct gz_proto_ctx *c, struct gz_flow *f)
{
	if (f->app != NULL)
		proto_app_destroy(f->app);
}
