/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_ruleset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <rte_debug.h>
#include <rte_errno.h>

#include "ruleset_internal.h"

enum {
	CACHE_MOST = 256 << 20, /* bytes of databases kept on disk */
};

/* control: wo, by exchange; workers: ro, once per turn */
static struct gz_ruleset *live;

const struct gz_ruleset *
gz_ruleset_live(void)
{
	return __atomic_load_n(&live, __ATOMIC_ACQUIRE);
}

struct gz_ruleset *
gz_ruleset_publish(struct gz_ruleset *rs)
{
	return __atomic_exchange_n(&live, rs, __ATOMIC_ACQ_REL);
}

static uint32_t
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* A generation is never used twice, also where none was published in between. */
static uint32_t
next_generation(void)
{
	static uint32_t last; /* loader only */

	return ++last;
}

static int
by_id(const void *a, const void *b, void *arg)
{
	struct gz_sig *const *sigs = arg;
	const struct gz_sig *x = sigs[*(const uint32_t *)a];
	const struct gz_sig *y = sigs[*(const uint32_t *)b];

	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	return x->sid < y->sid ? -1 : x->sid > y->sid;
}

static void
index_by_id(struct gz_ruleset *rs)
{
	uint32_t *v = rs_arena_get(rs->arena, rs->nb_rules * sizeof(*v)), i;

	for (i = 0; i < rs->nb_rules; i++)
		v[i] = i;
	qsort_r(v, rs->nb_rules, sizeof(*v), by_id, rs->sigs);
	rs->by_id = v;
}

static void
make_worker(struct gz_ruleset *rs, struct rs_worker *w)
{
	w->rule_seen = rs_arena_get(rs->arena, rs->nb_rules * sizeof(*w->rule_seen));
	w->literal_seen = rs_arena_get(rs->arena, rs->nb_literals * sizeof(*w->literal_seen));
	w->candidates = rs_arena_get(rs->arena, rs->nb_rules * sizeof(*w->candidates));
	w->values = rs_arena_get(rs->arena, rs->nb_engines * sizeof(*w->values));
}

static int
make_workers(struct gz_ruleset *rs, uint32_t nb_workers)
{
	struct gz_mpm_scratch **first;
	uint32_t i;

	rs->nb_workers = nb_workers;
	rs->workers = rs_arena_get(rs->arena, nb_workers * sizeof(*rs->workers));
	for (i = 0; i < nb_workers; i++)
		make_worker(rs, &rs->workers[i]);
	if (nb_workers == 0 || rs->nb_sets == 0)
		return 0;
	first = &rs->workers[0].scratch;
	for (i = 0; i < rs->nb_sets; i++)
		if (gz_mpm_scratch_fit(first, rs->sets[i]->mpm) != 0)
			return -ENOMEM;
	for (i = 1; i < nb_workers; i++) {
		rs->workers[i].scratch = gz_mpm_scratch_clone(*first);
		if (rs->workers[i].scratch == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int
compile(struct rs_build *b, uint32_t nb_workers)
{
	struct gz_ruleset *rs = b->rs;
	struct rs_fast *fast = calloc(rs->nb_rules + 1, sizeof(*fast));
	uint32_t i;

	RTE_VERIFY(fast != NULL);
	b->fast = fast;
	rs_rules_build(rs);
	rs_addrs_build(rs);
	for (i = 0; i < rs->nb_rules; i++) {
		if (!rs_fast_choose(rs->sigs[i], &fast[i]))
			fast[i].literal.len = 0;
		else if (fast[i].buffer->field != NULL)
			rs->rules[i].again = (fast[i].buffer->field->flags &
							     (GZ_FIELD_STREAM | GZ_FIELD_MULTI)) !=
					0;
	}
	rs_groups_build(b);
	rs_apps_build(b);
	index_by_id(rs);
	free(fast);
	if (b->failed)
		return -EINVAL;
	if (b->cache_dir != NULL)
		gz_mpm_cache_trim(b->cache_dir, CACHE_MOST);
	return make_workers(rs, nb_workers);
}

static struct gz_ruleset *
create(struct rs_load *load)
{
	struct gz_ruleset *rs = calloc(1, sizeof(*rs));

	RTE_VERIFY(rs != NULL);
	rs->generation = next_generation();
	rs->arena = rs_arena_create();
	rs->sigs = load->v;
	rs->nb_rules = load->n;
	return rs;
}

struct gz_ruleset *
gz_ruleset_build(const struct gz_ruleset_opts *opts, const struct gz_ruleset *before,
		struct gz_ruleset_report *report, struct gz_errors *errors)
{
	struct rs_build b = { .before = before, .cache_dir = opts->cache_dir, .errors = errors };
	struct rs_load load = { NULL, 0, 0 };
	uint32_t start = cpu_ms();
	int ret;

	*report = (struct gz_ruleset_report){ 0 };
	ret = rs_load(opts, &load, errors);
	rs_load_unite(&load, errors);
	rs_order(load.v, load.n);
	/* One that cannot be made is a cache that does not hold anything. */
	if (opts->cache_dir != NULL)
		mkdir(opts->cache_dir, 0755);
	report->refused = load.refused;
	report->parse_ms = cpu_ms() - start;
	b.rs = create(&load);
	b.rs->names = opts->env->names;
	if (ret == 0)
		ret = compile(&b, opts->nb_workers);
	if (ret != 0) {
		gz_ruleset_destroy(b.rs);
		rte_errno = -ret;
		return NULL;
	}
	report->build_ms = cpu_ms() - start - report->parse_ms;
	report->cached = b.cached;
	rs_report(b.rs, before, report);
	return b.rs;
}

void
gz_ruleset_destroy(struct gz_ruleset *rs)
{
	uint32_t i;

	if (rs == NULL)
		return;
	for (i = 0; i < rs->nb_workers; i++)
		gz_mpm_scratch_destroy(rs->workers[i].scratch);
	for (i = 0; i < rs->nb_sets; i++)
		gz_mpm_destroy(rs->sets[i]->mpm);
	free(rs->sets);
	for (i = 0; i < rs->nb_rules; i++)
		gz_sig_destroy(rs->sigs[i]);
	free(rs->sigs);
	rs_arena_destroy(rs->arena);
	free(rs);
}

uint32_t
gz_ruleset_generation(const struct gz_ruleset *rs)
{
	return rs->generation;
}

uint32_t
gz_ruleset_count(const struct gz_ruleset *rs)
{
	return rs->nb_rules;
}

const struct gz_sig *
gz_ruleset_sig(const struct gz_ruleset *rs, uint32_t number)
{
	return rs->sigs[number];
}

int64_t
gz_ruleset_find(const struct gz_ruleset *rs, uint32_t gid, uint32_t sid)
{
	uint32_t low = 0, high = rs->nb_rules, mid;
	const struct gz_sig *s;

	while (low < high) {
		mid = low + (high - low) / 2;
		s = rs->sigs[rs->by_id[mid]];
		if (s->gid == gid && s->sid == sid)
			return rs->by_id[mid];
		if (s->gid < gid || (s->gid == gid && s->sid < sid))
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}
