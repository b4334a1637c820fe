/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames: each is searched as its bytes come, as far back as the stream still
 * has them, and by itself: what of a rule was found is not remembered, but which
 * rules have matched in it.
 */
#include "gz_frame.h"

#include "detect_internal.h"

struct look {
	struct gz_detect *d;
	struct gz_frame *f;
	const struct gz_field_row *row;
	const struct rs_app *app;
	const struct detect_who *who;
	struct gz_value v; /* what is there of it */
};

/* What of the frame lies in @p c and before. @return false: nothing that was not judged. */
static bool
see(struct look *l, const struct gz_chunk *c)
{
	struct gz_frame *f = l->f;

	/* A parser may name what came before only when it has seen where it ends. */
	if (!gz_frame_here(f, c, &l->v) ||
			(f->seen && f->offset + l->v.offset + l->v.len <= c->offset))
		return false;
	f->seen = true;
	return true;
}

static void
search(const struct look *l, const struct rs_scan *s)
{
	const struct gz_sig_buffer *model = l->d->rs->engines[s->engine].model;
	struct detect_data data = { .bytes = gz_span(l->v.p, l->v.len), .whole = l->v.complete };

	if (model->nb_transforms == 0)
		data.start = l->v.offset;
	else if (!detect_transform(l->d, model, &data.bytes))
		return;
	data.old = data.start;
	detect_find(l->d, &s->find, &data);
	l->d->room_used = 0;
}

static void
find(const struct look *l)
{
	const struct rs_app *app = l->app;
	uint32_t i;

	detect_round(l->d);
	l->d->room_used = 0;
	for (i = 0; i < app->nb_scans; i++)
		if (app->scans[i].row == l->row)
			search(l, &app->scans[i]);
	for (i = 0; i < app->nb_late; i++)
		detect_candidate(l->d, app->late[i].rule, 0);
	detect_sort(l->d);
}

static bool
is_told(const struct look *l, uint32_t rule)
{
	struct gz_frame *f = l->f;
	uint32_t i;

	if (f->generation != l->d->rs->generation) {
		f->generation = l->d->rs->generation;
		f->nb_told = 0;
	}
	for (i = 0; i < f->nb_told; i++)
		if (f->told[i] == rule)
			return true;
	return false;
}

static bool
matches(const struct look *l, const struct rs_rule *r)
{
	uint32_t i;

	if (l->app->rows[r->buffers[0].engine] != l->row ||
			!detect_is_of_l4(r->sig, l->d->eval.pkt) || !detect_header(l->d, r, l->who))
		return false;
	l->d->eval.sig = r->sig;
	for (i = 0; i < r->nb_buffers; i++)
		if (detect_frame_buffer(l->d, &r->buffers[i], &l->v) != DETECT_YES)
			return false;
	return gz_eval_all(&l->d->eval, r->sig->packet);
}

static void
confirm(struct look *l)
{
	const struct rs_candidate *c = l->d->work->candidates;
	uint32_t i;

	for (i = 0; i < l->d->nb_candidates; i++) {
		if (is_told(l, c[i].rule) || !matches(l, &l->d->rs->rules[c[i].rule]))
			continue;
		if (l->f->nb_told < GZ_FRAME_TOLD)
			l->f->told[l->f->nb_told++] = c[i].rule;
		else
			detect_count(DETECT_WAITING_FULL, 1);
		l->d->frame = l->f;
		l->d->frame_value = l->v;
		detect_matched(l->d, c[i].rule, DETECT_BY_FRAME);
	}
}

enum gz_verdict
gz_detect_frames(struct gz_detect *d, struct gz_pkt *p, const struct gz_chunk *c)
{
	struct gz_frames *all = p->flow->app->frames[c->dir];
	struct detect_who who;
	struct look l = { .d = d, .who = &who };
	uint32_t i;

	if (all == NULL || d->rs->frames == NULL || c->data == NULL || c->len == 0)
		return detect_verdict(d, p);
	detect_who_flow(p, c->dir, &who);
	for (i = 0; i < all->nb; i++) {
		l.f = &all->v[i];
		l.app = d->rs->frames[2 * l.f->proto->reg.id + c->dir];
		l.row = gz_frame_row(l.f);
		if (l.app == NULL || !see(&l, c))
			continue;
		find(&l);
		who.proto = l.f->proto;
		detect_eval(d, p, c->dir, NULL);
		confirm(&l);
	}
	return detect_verdict(d, p);
}

/** @return false: no room. */
static bool
tell(struct gz_detect *d, struct gz_json *j, bool payload)
{
	gz_json_init(j, d->text + d->text_len, DETECT_TEXT - d->text_len);
	gz_frame_log(j, d->eval.flow, d->frame, d->eval.dir, &d->frame_value, payload);
	return !gz_json_full(j);
}

struct gz_span
detect_keep_frame(struct gz_detect *d)
{
	struct gz_json j;

	if (!tell(d, &j, true) && !tell(d, &j, false))
		return gz_span(NULL, 0);
	d->text_len += j.len;
	return gz_span(j.buf, j.len);
}
