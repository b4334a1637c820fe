/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transactions: each field is searched once it is there, a growing one as it
 * grows; what its literals make candidates is confirmed buffer by buffer, and
 * what lacks a buffer that may come is remembered with the transaction.
 */
#include <string.h>

#include "detect_internal.h"

GZ_MEM_PURPOSE(memory, "detect-tx", 20, "what is known of transactions that go on")

enum {
	DETECT_HEADER = 1U << 31, /* in a mask: the header holds */
	DETECT_TOLD = UINT32_MAX, /* the whole rule has matched: once is enough for a transaction */
};
static_assert(RS_BUFFERS <= 31, "a bit for each buffer beside the header's");

/* A transaction that was judged to its end. */
static struct gz_tx_detect through;

struct judge {
	struct gz_detect *d;
	struct gz_tx *tx;
	enum gz_dir dir;
	const struct rs_app *app;
	struct gz_tx_detect *m;
	struct detect_who who;
};

void
detect_tx_forget(struct gz_detect *d, struct gz_tx *tx, enum gz_dir dir)
{
	if (tx->detect[dir] != &through)
		gz_mem_put(d->mem, &memory, tx->detect[dir],
				tx->detect[dir] == NULL ? 0 : tx->detect[dir]->size);
	tx->detect[dir] = NULL;
}

/* Nothing known: as at its start. */
static void
clear(struct gz_tx_detect *m, uint32_t generation, const struct rs_app *app)
{
	uint32_t size = sizeof(*m) + app->nb_slots * sizeof(m->slot[0]);

	memset(m, 0, size);
	m->generation = generation;
	m->size = size;
}

/* Its memory; where the rules are new, it is looked at anew. */
static void
recall(struct judge *g)
{
	struct gz_tx_detect *m = g->tx->detect[g->dir];
	uint32_t generation = g->d->rs->generation;

	if (m != NULL && m->generation != generation) {
		detect_tx_forget(g->d, g->tx, g->dir);
		m = NULL;
	}
	g->m = m;
	if (m == NULL) {
		g->m = g->d->fresh;
		clear(g->m, generation, g->app);
	}
}

/* Keep what was learnt, if more may come. */
static void
remember(struct judge *g)
{
	struct gz_tx_detect *m;

	if (g->tx->complete[g->dir]) {
		detect_tx_forget(g->d, g->tx, g->dir);
		g->tx->detect[g->dir] = &through;
		return;
	}
	if (g->m != g->d->fresh)
		return;
	m = gz_mem_get(g->d->mem, &memory, g->m->size);
	if (m == NULL) {
		detect_forgot(g->d, DETECT_NO_MEMORY);
		return;
	}
	memcpy(m, g->m, g->m->size);
	g->tx->detect[g->dir] = m;
}

static bool
is_done(const struct gz_tx_detect *m, uint32_t scan)
{
	return m->done[scan / 64] >> (scan % 64) & 1;
}

/* One value of a field that does not grow, or the window of one that is transformed. */
static void
search_whole(struct gz_detect *d, const struct rs_scan *s, const struct gz_value *v)
{
	const struct gz_sig_buffer *model = d->rs->engines[s->engine].model;
	struct rs_value *kept = &d->work->values[s->engine];
	struct detect_data data = { .whole = !s->grows };
	struct gz_span bytes = gz_span(v->p, v->len);

	if (model->nb_transforms > 0) {
		if (!detect_transform(d, model, &bytes))
			return;
		if (!s->multi)
			*kept = (struct rs_value){ d->work->stamp, bytes };
	}
	data.bytes = bytes;
	detect_find(d, &s->find, &data);
}

static void
search_value(struct gz_detect *d, const struct rs_scan *s, const struct gz_value *v,
		struct detect_slot *slot)
{
	bool transforms = d->rs->engines[s->engine].model->nb_transforms > 0;
	struct detect_data data = {
		.bytes = gz_span(v->p, v->len),
		.start = v->offset,
		.old = slot->judged,
	};

	if (!s->grows || transforms) {
		search_whole(d, s, v);
		return;
	}
	detect_find(d, &s->find, &data);
	slot->judged = v->offset + v->len;
}

/* A field with memory: go on where the last search ended. */
static void
search_on(struct judge *g, const struct rs_scan *s)
{
	struct detect_slot *slot = &g->m->slot[s->slot];
	uint32_t most = slot->index + (s->multi ? DETECT_VALUES : 1);
	struct gz_value v = { 0 };

	while (slot->index < most && s->row->get(g->tx, g->dir, slot->index, &v)) {
		search_value(g->d, s, &v, slot);
		if (s->grows && !v.complete)
			return;
		slot->index++;
		slot->judged = 0;
		v = (struct gz_value){ 0 };
	}
}

static void
search_fields(struct judge *g)
{
	const struct rs_scan *s;
	struct gz_value v = { 0 };
	uint32_t i;

	for (i = 0; i < g->app->nb_scans; i++) {
		s = &g->app->scans[i];
		if (s->progress > g->tx->progress[g->dir])
			break;
		if (s->grows || s->multi) {
			search_on(g, s);
		} else if (!is_done(g->m, i)) {
			g->m->done[i / 64] |= 1ULL << (i % 64);
			if (s->row->get(g->tx, g->dir, 0, &v))
				search_whole(g->d, s, &v);
			v = (struct gz_value){ 0 };
		}
	}
}

static void
add_late(struct judge *g)
{
	while (g->m->next_late < g->app->nb_late &&
			g->app->late[g->m->next_late].progress <= g->tx->progress[g->dir])
		detect_candidate(g->d, g->app->late[g->m->next_late++].rule, 0);
}

/* Those that waited keep what of them has matched. */
static void
add_waiting(struct judge *g)
{
	struct rs_candidate *c = g->d->work->candidates;
	uint32_t i;

	for (i = 0; i < g->m->nb_waiting; i++) {
		detect_candidate(g->d, g->m->waiting[i].rule, 0);
		c[g->d->nb_candidates - 1].mask = g->m->waiting[i].mask;
	}
	g->m->nb_waiting = 0;
}

static enum detect_answer
one_buffer(struct judge *g, const struct rs_buffer *b)
{
	const struct gz_field *field = b->b->field;
	const struct gz_field_row *row;
	bool yes;

	if (field == NULL || field->rows[0].proto == NULL) {
		yes = field == NULL && g->d->chunk != NULL
				? detect_chunk_buffer(g->d, b, g->d->chunk)
				: detect_packet_buffer(g->d, b, g->d->eval.pkt);
		return yes ? DETECT_YES : DETECT_LATER;
	}
	row = g->app->rows[b->engine];
	if (row == NULL)
		return DETECT_NO;
	if (row->progress[g->dir] > g->tx->progress[g->dir])
		return DETECT_LATER;
	return detect_tx_buffer(g->d, b, row, g->tx, g->dir);
}

/* Matches about the transaction itself; a no may become a yes while it goes on. */
static enum detect_answer
tx_matches(struct judge *g, const struct gz_sig *s)
{
	const struct gz_match *m;

	for (m = s->tx; m != NULL; m = m->next) {
		if ((s->flags & GZ_SIG_BOTH_SIDES) && !(m->kw->dirs & 1 << g->dir))
			continue;
		if (m->kw->progress[g->dir] > g->tx->progress[g->dir])
			return DETECT_LATER;
		if (m->kw->eval(m, &g->d->eval) != GZ_YES)
			return DETECT_LATER;
	}
	return DETECT_YES;
}

/* A rule about both sides asks of each what is about it. */
static bool
is_of_side(const struct judge *g, const struct rs_buffer *b)
{
	return b->b->sides == 0 || (b->b->sides & 1 << g->dir);
}

static enum detect_answer
tx_rule(struct judge *g, const struct rs_rule *r, uint32_t *mask)
{
	enum detect_answer answer, all = DETECT_YES;
	uint32_t i;

	if (!(*mask & DETECT_HEADER) &&
			(!detect_is_of_l4(r->sig, g->d->eval.pkt) ||
					!detect_header(g->d, r, &g->who)))
		return DETECT_NO;
	*mask |= DETECT_HEADER;
	g->d->eval.sig = r->sig;
	for (i = 0; i < r->nb_buffers; i++) {
		if (!is_of_side(g, &r->buffers[i]))
			continue;
		if (*mask & 1U << i) {
			/* what it captures was another rule's since */
			if (unlikely(r->flags & GZ_SIG_CAPTURES))
				one_buffer(g, &r->buffers[i]);
			continue;
		}
		answer = one_buffer(g, &r->buffers[i]);
		if (answer == DETECT_NO)
			return DETECT_NO;
		if (answer == DETECT_YES)
			*mask |= 1U << i;
		else
			all = DETECT_LATER;
	}
	answer = tx_matches(g, r->sig);
	if (all != DETECT_YES || answer != DETECT_YES)
		return DETECT_LATER;
	return gz_eval_all(&g->d->eval, r->sig->packet) ? DETECT_YES : DETECT_NO;
}

static void
wait_for_more(struct judge *g, uint32_t rule, uint32_t mask)
{
	if (g->tx->complete[g->dir])
		return;
	if (g->m->nb_waiting == DETECT_TX_WAITING) {
		detect_forgot(g->d, DETECT_WAITING_FULL);
		return;
	}
	g->m->waiting[g->m->nb_waiting++] = (struct detect_tx_waiting){ rule, mask };
}

/* Has @p rule, which matched on this side, matched on the other one, too? Else that is remembered. */
static bool
is_second_half(struct judge *g, uint32_t rule)
{
	uint32_t generation = g->d->rs->generation, i;
	struct gz_tx *tx = g->tx;

	for (i = 0; i < tx->nb_halves; i++)
		if (tx->halves[i].rule == rule && tx->halves[i].generation == generation)
			return tx->halves[i].dir != g->dir;
	if (tx->nb_halves == GZ_TX_HALVES)
		detect_forgot(g->d, DETECT_WAITING_FULL);
	else
		tx->halves[tx->nb_halves++] = (struct gz_tx_half){ rule, generation,
			(uint8_t)g->dir };
	return false;
}

static void
confirm(struct judge *g)
{
	struct rs_candidate *c = g->d->work->candidates;
	const struct rs_rule *r;
	enum detect_answer answer;
	uint32_t i;

	for (i = 0; i < g->d->nb_candidates; i++) {
		r = &g->d->rs->rules[c[i].rule];
		answer = c[i].mask == DETECT_TOLD ? DETECT_LATER : tx_rule(g, r, &c[i].mask);
		if (answer == DETECT_YES && (r->flags & GZ_SIG_BOTH_SIDES) &&
				!is_second_half(g, c[i].rule)) {
			c[i].mask = DETECT_TOLD;
			answer = DETECT_LATER;
		}
		if (answer == DETECT_YES) {
			detect_matched(g->d, c[i].rule, DETECT_BY_TX);
			if (!(r->flags & GZ_SIG_FILES))
				c[i].mask = DETECT_TOLD;
		}
		if (answer == DETECT_LATER ||
				(answer == DETECT_YES && (r->again || r->flags & GZ_SIG_FILES)))
			wait_for_more(g, c[i].rule, c[i].mask);
	}
}

static void
judge_tx(struct gz_detect *d, struct gz_pkt *p, struct gz_tx *tx, enum gz_dir dir)
{
	struct judge g = { .d = d, .tx = tx, .dir = dir };

	g.app = d->rs->app[2 * tx->proto->reg.id + dir];
	if (g.app == NULL || tx->detect[dir] == &through)
		return;
	recall(&g);
	detect_round(d);
	d->room_used = 0;
	/* Before the search: a waiting rule that is found again keeps its mask. */
	add_waiting(&g);
	search_fields(&g);
	add_late(&g);
	if (d->nb_candidates > 0) {
		detect_sort(d);
		detect_who_flow(p, dir, &g.who);
		g.who.proto = tx->proto;
		detect_eval(d, p, dir, tx);
		confirm(&g);
	}
	remember(&g);
}

enum gz_verdict
gz_detect_tx(struct gz_detect *d, struct gz_pkt *p, enum gz_dir dir)
{
	enum gz_dir other = gz_dir_other(dir);
	struct gz_app *app = p->flow->app;
	struct gz_tx *tx;

	if (app == NULL)
		return detect_verdict(d, p);
	TAILQ_FOREACH(tx, &app->txs, link) {
		if (tx->changed[dir])
			judge_tx(d, p, tx, dir);
		if (tx->changed[other])
			judge_tx(d, p, tx, other);
	}
	d->chunk = NULL;
	return detect_verdict(d, p);
}
