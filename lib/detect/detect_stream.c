/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Streams: each chunk is searched together with so many bytes before it as a
 * literal may have begun in, and candidates are confirmed in all that is still
 * there. A candidate that lacks bytes which may come is asked again with each
 * chunk while its literal is there.
 */
#include "detect_internal.h"

GZ_MEM_PURPOSE(memory, "detect", 10, "candidates that wait for later bytes")

static struct detect_flow *
flow_memory(struct gz_detect *d, struct gz_flow *f, bool create)
{
	struct detect_flow *m = f->detect;

	if (m == NULL && create) {
		m = gz_mem_zero(d->mem, &memory, sizeof(*m));
		if (m == NULL) {
			detect_forgot(d, DETECT_NO_MEMORY);
			return NULL;
		}
		m->generation = d->rs->generation;
		f->detect = m;
	}
	if (m != NULL && m->generation != d->rs->generation)
		*m = (struct detect_flow){ .generation = d->rs->generation };
	return m;
}

void
gz_detect_flow_end(struct gz_detect *d, struct gz_flow *f)
{
	gz_keyword_flow_end(d->keywords, f);
	gz_mem_put(d->mem, &memory, f->detect, sizeof(struct detect_flow));
	f->detect = NULL;
}

static bool
rule_may_wait(const struct rs_rule *r)
{
	uint32_t i;

	for (i = 0; i < r->nb_buffers; i++)
		if (r->buffers[i].flags & RS_BUFFER_MAY_WAIT)
			return true;
	/* The protocol may be found out later. */
	return r->protos != 0;
}

static void
wait_for_more(struct gz_detect *d, struct gz_flow *f, enum gz_dir dir, const struct rs_candidate *c)
{
	struct detect_flow *m;

	if (c->end == 0 || !rule_may_wait(&d->rs->rules[c->rule]))
		return;
	m = flow_memory(d, f, true);
	if (m == NULL)
		return;
	if (m->nb[dir] == DETECT_WAITING) {
		detect_forgot(d, DETECT_WAITING_FULL);
		return;
	}
	m->v[dir][m->nb[dir]++] = (struct detect_waiting){ c->rule, c->end };
}

/* It may still be meant for the packet's own bytes. */
static void
defer(struct gz_detect *d, uint32_t rule)
{
	if (d->nb_deferred < DETECT_DEFERRED)
		d->deferred[d->nb_deferred] = rule;
	if (d->nb_deferred <= DETECT_DEFERRED)
		d->nb_deferred++;
}

/* Those that waited are candidates again, if their literal is still there, and wait no more. */
static void
add_waiting(struct gz_detect *d, struct gz_flow *f, const struct gz_chunk *c)
{
	struct detect_flow *m = flow_memory(d, f, false);
	uint32_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->nb[c->dir]; i++)
		if (m->v[c->dir][i].end > c->offset - c->before)
			detect_candidate(d, m->v[c->dir][i].rule, m->v[c->dir][i].end);
	m->nb[c->dir] = 0;
}

/* Nobody can say yet what the flow speaks. */
static bool
is_unknown(const struct gz_flow *f)
{
	return f->app == NULL || (f->app->proto == NULL && !f->app->done);
}

static enum detect_answer
stream_rule(struct gz_detect *d, const struct rs_rule *r, const struct gz_chunk *c,
		const struct detect_who *w)
{
	struct gz_eval *e = &d->eval;
	uint32_t i;

	if (!r->on_stream)
		return DETECT_NO;
	if (!detect_header(d, r, w))
		return r->protos != 0 && is_unknown(e->flow) ? DETECT_LATER : DETECT_NO;
	e->sig = r->sig;
	if (!gz_eval_all(e, r->sig->packet))
		return DETECT_NO;
	for (i = 0; i < r->nb_buffers; i++)
		if (!detect_chunk_buffer(d, &r->buffers[i], c))
			return DETECT_LATER;
	return DETECT_YES;
}

static void
confirm(struct gz_detect *d, struct gz_pkt *p, const struct gz_chunk *c)
{
	const struct rs_candidate *v = d->work->candidates;
	enum detect_answer answer;
	struct detect_who who;
	uint32_t i;

	detect_who_flow(p, c->dir, &who);
	detect_eval(d, p, c->dir, NULL);
	for (i = 0; i < d->nb_candidates; i++) {
		answer = stream_rule(d, &d->rs->rules[v[i].rule], c, &who);
		if (answer == DETECT_YES)
			detect_matched(d, v[i].rule, DETECT_BY_STREAM);
		else if (answer == DETECT_LATER)
			wait_for_more(d, p->flow, c->dir, &v[i]);
		if (answer != DETECT_YES && d->rs->rules[v[i].rule].on_packet)
			defer(d, v[i].rule);
	}
}

enum gz_verdict
gz_detect_chunk(struct gz_detect *d, struct gz_pkt *p, const struct gz_chunk *c)
{
	const struct rs_group *g = rs_group_of(d->rs, RS_TCP, c->dir, p->flow->port[GZ_S2C]);
	struct detect_data data = {
		.bytes = gz_span(c->data - c->before, c->before + c->len),
		.start = c->offset - c->before,
		.old = c->offset,
		.segments = true,
	};

	if (c->data == NULL || c->len == 0 || d->no_payload)
		return detect_verdict(d, p);
	d->chunk = c;
	detect_round(d);
	detect_find(d, g->find, &data);
	detect_candidates(d, &g->stream);
	add_waiting(d, p->flow, c);
	detect_sort(d);
	confirm(d, p, c);
	return detect_verdict(d, p);
}
