/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Port groups. Ports for which the same rules ask by number have a group, with
 * lists of their own. Finders are dear: the groups that matter most, by the
 * number of their ports or of their rules, have one of their own, which holds
 * the rules for all ports as well, so that a payload is searched once; the
 * others share one with the rules of them all, which then look at the port
 * themselves.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

enum {
	PORTS = 65536,
	WIDE_LISTS = 6, /* lists with finders of their own because they are of many ports, */
	WIDE_PORTS = 1000, /* as many at least, */
	LONG_LISTS = 12, /* and because they are of many rules */
};

/* Ports of the same rules. */
struct port_list {
	struct rs_numbers rules; /* that name these ports; rising */
	uint32_t ports;
	bool own; /* a finder */
};

struct planner {
	struct rs_build *b;
	enum rs_l4 l4;
	enum gz_dir dir;
	struct rs_numbers wide; /* rules for any port */
	struct rs_numbers narrow; /* rules that name ports */
	struct port_list *lists;
	uint32_t nb_lists, lists_room;
	struct rs_group *groups; /* by list */
};

static bool
asks_for_port(const struct rs_rule *r, enum gz_dir dir, uint16_t port)
{
	const struct gz_portset *here = r->port[dir == GZ_C2S ? 1 : 0];
	const struct gz_portset *there = r->port[dir == GZ_C2S ? 0 : 1];

	if (here == NULL || gz_portset_has(here, port))
		return true;
	return (r->flags & GZ_SIG_BOTH_WAYS) && (there == NULL || gz_portset_has(there, port));
}

static bool
asks_for_any_port(const struct rs_rule *r, enum gz_dir dir)
{
	return r->port[dir == GZ_C2S ? 1 : 0] == NULL ||
			((r->flags & GZ_SIG_BOTH_WAYS) && r->port[dir == GZ_C2S ? 0 : 1] == NULL);
}

static void
collect(struct planner *p)
{
	const struct gz_ruleset *rs = p->b->rs;
	uint32_t i;

	for (i = 0; i < rs->nb_rules; i++) {
		const struct rs_rule *r = &rs->rules[i];

		if ((r->flags & (GZ_SIG_APP | GZ_SIG_IP_ONLY)) || !rs_rule_is_for(r, p->l4, p->dir))
			continue;
		if (p->l4 >= RS_NB_PORTED || asks_for_any_port(r, p->dir))
			rs_numbers_add(&p->wide, i);
		else
			rs_numbers_add(&p->narrow, i);
	}
}

/* The next rule of @p a and @p b together, both rising; false: no more. */
static bool
next_rule(const struct rs_numbers *a, uint32_t *i, const struct rs_numbers *b, uint32_t *k,
		uint32_t *rule)
{
	if (*i == a->n && *k == b->n)
		return false;
	if (*k == b->n || (*i < a->n && a->v[*i] < b->v[*k]))
		*rule = a->v[(*i)++];
	else
		*rule = b->v[(*k)++];
	return true;
}

/* A finder of @p rules and of those for any port. */
static const struct rs_finder *
make_finder(struct planner *p, const struct rs_numbers *rules)
{
	struct rs_finder_builder *fb = rs_finder_builder_create();
	struct rs_finder *find = rs_arena_get(p->b->rs->arena, sizeof(*find));
	uint32_t i = 0, k = 0, rule;

	while (next_rule(&p->wide, &i, rules, &k, &rule))
		if (p->b->fast[rule].literal.len > 0)
			rs_finder_add(fb, rule, &p->b->fast[rule]);
	rs_finder_finish(fb, p->b, find);
	return find;
}

/* The rules that no literal makes candidates. */
static void
make_lists(struct planner *p, struct rs_group *group, const struct rs_numbers *rules)
{
	struct rs_numbers packet = { NULL, 0, 0 }, payload = packet, stream = packet;
	struct rs_arena *arena = p->b->rs->arena;
	uint32_t i = 0, k = 0, rule;
	const struct rs_rule *r;

	while (next_rule(&p->wide, &i, rules, &k, &rule)) {
		r = &p->b->rs->rules[rule];
		if (!(r->flags & GZ_SIG_PAYLOAD))
			rs_numbers_add(&packet, rule);
		else if (p->b->fast[rule].literal.len == 0)
			rs_numbers_add(p->l4 == RS_TCP && r->on_stream ? &stream : &payload, rule);
	}
	group->packet = rs_numbers_keep(&packet, arena);
	group->payload = rs_numbers_keep(&payload, arena);
	group->stream = rs_numbers_keep(&stream, arena);
}

static uint32_t
list_number(struct planner *p, struct rs_numbers *rules)
{
	uint32_t i;

	for (i = 0; i < p->nb_lists; i++)
		if (p->lists[i].rules.n == rules->n &&
				(rules->n == 0 ||
						memcmp(p->lists[i].rules.v, rules->v,
								rules->n * sizeof(*rules->v)) ==
								0)) {
			free(rules->v);
			return i;
		}
	if (p->nb_lists == p->lists_room) {
		p->lists_room = p->lists_room == 0 ? 64 : p->lists_room * 2;
		p->lists = reallocarray(p->lists, p->lists_room, sizeof(*p->lists));
		RTE_VERIFY(p->lists != NULL);
	}
	p->lists[p->nb_lists] = (struct port_list){ *rules, 0, false };
	return p->nb_lists++;
}

/* Mark the ports at which some rule begins or ceases to ask. */
static void
mark_edges(const struct planner *p, uint8_t *edge)
{
	const struct gz_portset *s;
	uint32_t i, k, side;

	edge[0] = 1;
	for (i = 0; i < p->narrow.n; i++)
		for (side = 0; side < 2; side++) {
			s = p->b->rs->rules[p->narrow.v[i]].port[side];
			for (k = 0; s != NULL && k < s->count; k++) {
				edge[s->v[k].first] = 1;
				edge[s->v[k].last + 1] = 1;
			}
		}
}

/* Write the number of each port's list to @p list_of. */
static void
list_ports(struct planner *p, uint32_t *list_of)
{
	struct rs_numbers rules;
	uint8_t *edge = calloc(PORTS + 1, 1);
	uint32_t port, i, list = 0;

	RTE_VERIFY(edge != NULL);
	mark_edges(p, edge);
	for (port = 0; port < PORTS; port++) {
		if (edge[port]) {
			rules = (struct rs_numbers){ NULL, 0, 0 };
			for (i = 0; i < p->narrow.n; i++)
				if (asks_for_port(&p->b->rs->rules[p->narrow.v[i]], p->dir,
						    (uint16_t)port))
					rs_numbers_add(&rules, p->narrow.v[i]);
			list = list_number(p, &rules);
		}
		list_of[port] = list;
		p->lists[list].ports++;
	}
	free(edge);
}

static int
widest_first(const void *a, const void *b)
{
	const struct port_list *x = *(struct port_list *const *)a;
	const struct port_list *y = *(struct port_list *const *)b;

	if (x->ports != y->ports)
		return x->ports > y->ports ? -1 : 1;
	return x < y ? -1 : 1;
}

static int
longest_first(const void *a, const void *b)
{
	const struct port_list *x = *(struct port_list *const *)a;
	const struct port_list *y = *(struct port_list *const *)b;

	if (x->rules.n != y->rules.n)
		return x->rules.n > y->rules.n ? -1 : 1;
	return x < y ? -1 : 1;
}

/* Mark the lists that get finders of their own. */
static void
choose_own(struct planner *p)
{
	struct port_list **v = calloc(p->nb_lists + 1, sizeof(struct port_list *));
	uint32_t i;

	RTE_VERIFY(v != NULL);
	for (i = 0; i < p->nb_lists; i++)
		v[i] = &p->lists[i];
	qsort(v, p->nb_lists, sizeof(struct port_list *), widest_first);
	for (i = 0; i < p->nb_lists && i < WIDE_LISTS; i++)
		v[i]->own = v[i]->ports >= WIDE_PORTS;
	qsort(v, p->nb_lists, sizeof(struct port_list *), longest_first);
	for (i = 0; i < p->nb_lists && i < LONG_LISTS; i++)
		v[i]->own = true;
	free(v);
}

/* The rules of all lists without a finder of their own, each once, rising. */
static struct rs_numbers
rules_of_others(struct planner *p)
{
	struct rs_numbers all = { NULL, 0, 0 };
	bool *in = calloc(p->b->rs->nb_rules + 1, sizeof(*in));
	uint32_t i, k;

	RTE_VERIFY(in != NULL);
	for (i = 0; i < p->nb_lists; i++)
		for (k = 0; !p->lists[i].own && k < p->lists[i].rules.n; k++)
			in[p->lists[i].rules.v[k]] = true;
	for (i = 0; i < p->b->rs->nb_rules; i++)
		if (in[i])
			rs_numbers_add(&all, i);
	free(in);
	return all;
}

static void
make_groups(struct planner *p)
{
	const struct rs_finder *shared;
	struct rs_numbers others;
	uint32_t i;

	choose_own(p);
	others = rules_of_others(p);
	shared = make_finder(p, &others);
	free(others.v);
	p->groups = rs_arena_get(p->b->rs->arena, p->nb_lists * sizeof(*p->groups));
	for (i = 0; i < p->nb_lists; i++) {
		make_lists(p, &p->groups[i], &p->lists[i].rules);
		p->groups[i].nb_ports = p->lists[i].ports;
		p->groups[i].find = p->lists[i].own ? make_finder(p, &p->lists[i].rules) : shared;
	}
}

static void
plan_ports(struct planner *p)
{
	struct gz_ruleset *rs = p->b->rs;
	uint16_t *group_of = rs_arena_get(rs->arena, PORTS * sizeof(*group_of));
	uint32_t *list_of = calloc(PORTS, sizeof(*list_of)), port;

	RTE_VERIFY(list_of != NULL);
	list_ports(p, list_of);
	for (port = 0; port < PORTS; port++)
		group_of[port] = (uint16_t)list_of[port];
	rs->port_group[p->l4][p->dir] = group_of;
	free(list_of);
}

/* Protocols without ports have one list, of no rules: all are for any port. */
static void
plan_portless(struct planner *p)
{
	struct rs_numbers none = { NULL, 0, 0 };

	list_number(p, &none);
}

static void
plan(struct rs_build *b, enum rs_l4 l4, enum gz_dir dir)
{
	struct planner p = { .b = b, .l4 = l4, .dir = dir };
	uint32_t i;

	collect(&p);
	if (l4 < RS_NB_PORTED)
		plan_ports(&p);
	else
		plan_portless(&p);
	make_groups(&p);
	b->rs->group[l4][dir] = p.groups;
	b->rs->nb_groups[l4][dir] = p.nb_lists;
	for (i = 0; i < p.nb_lists; i++)
		free(p.lists[i].rules.v);
	free(p.lists);
	free(p.wide.v);
	free(p.narrow.v);
}

void
rs_groups_build(struct rs_build *b)
{
	uint32_t l4, dir;

	for (l4 = 0; l4 < RS_NB_L4; l4++)
		for (dir = 0; dir < 2; dir++)
			plan(b, l4, dir);
}
