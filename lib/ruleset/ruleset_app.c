/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules for transactions, by protocol and direction: which fields to search, which rules to ask late. */
#include <stdlib.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

struct app_planner {
	struct rs_build *b;
	const struct gz_proto *proto;
	enum gz_dir dir;
	bool frames; /* rules about frames, or those about transactions */
	struct rs_app *app;
	struct rs_finder_builder **finders; /* by engine; NULL: none */
	uint32_t nb_finders, nb_slots;
	struct rs_late *late;
	uint32_t nb_late;
};

/* The field's row here, or NULL; one that names no direction is for both. */
static const struct gz_field_row *
row_of(const struct app_planner *p, const struct gz_field *field)
{
	const struct gz_field_row *row = gz_field_row(field, p->proto);
	uint32_t dirs;

	if (row == NULL)
		return NULL;
	dirs = row->flags & (GZ_FIELD_C2S | GZ_FIELD_S2C);
	return dirs == 0 || (dirs & (p->dir == GZ_C2S ? GZ_FIELD_C2S : GZ_FIELD_S2C)) ? row : NULL;
}

/* How far a transaction must be before a keyword about it can tell. -1: never here. */
static int
tx_match_progress(const struct app_planner *p, const struct gz_match *m)
{
	const struct gz_keyword *kw = m->kw;

	if (kw->proto != NULL && gz_proto_find(kw->proto) != p->proto)
		return -1;
	if (kw->dirs != 0 && !(kw->dirs & 1 << p->dir))
		return -1;
	return kw->progress[p->dir];
}

/* Is that part of the rule about this direction? */
static bool
is_here(const struct app_planner *p, const struct gz_sig_buffer *b)
{
	return b->sides == 0 || (b->sides & 1 << p->dir);
}

/* How far a transaction must be before all of the rule can be asked. -1: the rule is not for these. */
static int
rule_progress(const struct app_planner *p, const struct rs_rule *r)
{
	const struct gz_field_row *row;
	const struct gz_match *m;
	int most = 0, at;
	uint32_t i;

	for (i = 0; i < r->nb_buffers; i++) {
		const struct gz_field *field = r->buffers[i].b->field;

		if (field == NULL || field->rows[0].proto == NULL || !is_here(p, r->buffers[i].b))
			continue;
		row = row_of(p, field);
		if (row == NULL)
			return -1;
		most = RTE_MAX(most, row->progress[p->dir]);
	}
	for (m = r->sig->tx; m != NULL; m = m->next) {
		if ((r->flags & GZ_SIG_BOTH_SIDES) && !(m->kw->dirs & 1 << p->dir))
			continue;
		at = tx_match_progress(p, m);
		if (at < 0)
			return -1;
		most = RTE_MAX(most, at);
	}
	return most;
}

static bool
carries(const struct gz_proto *proto, const struct rs_rule *r, enum gz_dir dir)
{
	return ((proto->l4 & GZ_L4_TCP) && rs_rule_is_for(r, RS_TCP, dir)) ||
			((proto->l4 & GZ_L4_UDP) && rs_rule_is_for(r, RS_UDP, dir));
}

static bool
has_memory(const struct gz_field_row *row)
{
	return (row->flags & (GZ_FIELD_STREAM | GZ_FIELD_MULTI)) != 0;
}

/* The literals of the engine that @p rule goes by; NULL: none, or no more fields can be searched. */
static struct rs_finder_builder *
finder_for(struct app_planner *p, const struct rs_rule *r, const struct rs_fast *f)
{
	const struct gz_field_row *row;
	uint32_t i, engine;

	for (i = 0; i < r->nb_buffers && r->buffers[i].b != f->buffer; i++)
		;
	if (f->literal.len == 0 || i == r->nb_buffers || !is_here(p, f->buffer))
		return NULL;
	engine = r->buffers[i].engine;
	if (p->finders[engine] != NULL)
		return p->finders[engine];
	row = p->app->rows[engine];
	if (p->nb_finders == RS_SCANS || (has_memory(row) && p->nb_slots == RS_SLOTS))
		return NULL;
	p->nb_finders++;
	p->nb_slots += has_memory(row);
	p->finders[engine] = rs_finder_builder_create();
	return p->finders[engine];
}

static void
take_rule(struct app_planner *p, uint32_t rule)
{
	const struct rs_rule *r = &p->b->rs->rules[rule];
	const struct rs_fast *f = &p->b->fast[rule];
	struct rs_finder_builder *find;
	int progress;

	if (((r->flags & GZ_SIG_FRAME) != 0) != p->frames)
		return;
	if (!(r->flags & GZ_SIG_APP) || !rs_rule_speaks(r, p->proto) ||
			!carries(p->proto, r, p->dir))
		return;
	progress = rule_progress(p, r);
	if (progress < 0)
		return;
	find = finder_for(p, r, f);
	if (find != NULL)
		rs_finder_add(find, rule, f);
	else
		p->late[p->nb_late++] = (struct rs_late){ rule, (uint8_t)progress };
}

static int
late_by_progress(const void *a, const void *b)
{
	const struct rs_late *x = a, *y = b;

	if (x->progress != y->progress)
		return x->progress < y->progress ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static int
scan_by_progress(const void *a, const void *b)
{
	const struct rs_scan *x = a, *y = b;

	if (x->progress != y->progress)
		return x->progress < y->progress ? -1 : 1;
	return x->engine < y->engine ? -1 : 1;
}

static void
make_scan(struct app_planner *p, struct rs_scan *scan, uint32_t engine)
{
	const struct gz_field_row *row = p->app->rows[engine];

	*scan = (struct rs_scan){
		.row = row,
		.engine = (uint16_t)engine,
		.progress = row->progress[p->dir],
		.grows = (row->flags & GZ_FIELD_STREAM) != 0,
		.multi = (row->flags & GZ_FIELD_MULTI) != 0,
	};
	if (has_memory(row))
		scan->slot = (uint16_t)p->app->nb_slots++;
	rs_finder_finish(p->finders[engine], p->b, &scan->find);
}

static void
make_scans(struct app_planner *p)
{
	struct gz_ruleset *rs = p->b->rs;
	struct rs_scan *scans;
	uint32_t i, n = 0;

	for (i = 0; i < rs->nb_engines; i++)
		n += p->finders[i] != NULL;
	scans = rs_arena_get(rs->arena, n * sizeof(*scans));
	for (i = 0, n = 0; i < rs->nb_engines; i++)
		if (p->finders[i] != NULL)
			make_scan(p, &scans[n++], i);
	qsort(scans, n, sizeof(*scans), scan_by_progress);
	p->app->scans = scans;
	p->app->nb_scans = n;
}

static void
make_late(struct app_planner *p)
{
	struct rs_late *late = rs_arena_get(p->b->rs->arena, p->nb_late * sizeof(*late));
	uint32_t i;

	qsort(p->late, p->nb_late, sizeof(*p->late), late_by_progress);
	for (i = 0; i < p->nb_late; i++)
		late[i] = p->late[i];
	p->app->late = late;
	p->app->nb_late = p->nb_late;
}

/* NULL: no rule is about such transactions. */
static struct rs_app *
plan(struct rs_build *b, const struct gz_proto *proto, enum gz_dir dir, bool frames)
{
	struct gz_ruleset *rs = b->rs;
	struct app_planner p = { .b = b, .proto = proto, .dir = dir, .frames = frames };
	uint32_t i;

	p.app = rs_arena_get(rs->arena, sizeof(*p.app));
	p.app->rows = rs_arena_get(rs->arena, rs->nb_engines * sizeof(struct gz_field_row *));
	for (i = 0; i < rs->nb_engines; i++)
		p.app->rows[i] = row_of(&p, rs->engines[i].field);
	p.finders = calloc(rs->nb_engines + 1, sizeof(struct rs_finder_builder *));
	p.late = calloc(rs->nb_rules + 1, sizeof(*p.late));
	RTE_VERIFY(p.finders != NULL && p.late != NULL);
	for (i = 0; i < rs->nb_rules; i++)
		take_rule(&p, i);
	make_scans(&p);
	make_late(&p);
	free(p.finders);
	free(p.late);
	return p.app->nb_scans > 0 || p.app->nb_late > 0 ? p.app : NULL;
}

/* By protocol and direction; NULL: no rule is about a frame. */
static struct rs_app **
plan_all(struct rs_build *b, bool frames)
{
	struct rs_app **all = rs_arena_get(b->rs->arena, 2 * gz_protos.count * sizeof(*all));
	uint32_t i, dir, n = 0;

	for (i = 0; i < gz_protos.count; i++)
		for (dir = 0; dir < 2; dir++) {
			all[2 * i + dir] = plan(b, (const struct gz_proto *)gz_protos.by_name[i],
					dir, frames);
			n += all[2 * i + dir] != NULL;
		}
	return n > 0 || !frames ? all : NULL;
}

void
rs_apps_build(struct rs_build *b)
{
	bool frames = false;
	uint32_t i;

	for (i = 0; i < b->rs->nb_rules; i++)
		frames |= (b->rs->rules[i].flags & GZ_SIG_FRAME) != 0;
	b->rs->nb_protos = gz_protos.count;
	b->rs->app = plan_all(b, false);
	b->rs->frames = frames ? plan_all(b, true) : NULL;
}
