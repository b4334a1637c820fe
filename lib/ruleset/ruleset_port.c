/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Port groups. Ports for which the same rules ask by number are one list; the
 * longest lists get a group of their own, which holds the rules for all ports as
 * well, so that a packet is searched once; ports of the shorter lists share one
 * group with the rules of them all, which then look at the port themselves.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

enum {
	PORTS = 65536,
	OWN_GROUPS = 12, /* lists that get a group of their own, of one protocol and direction */
};

/* Ports of the same rules. */
struct port_list {
	struct rs_numbers rules; /* that name these ports; rising */
	uint16_t group;
};

struct planner {
	struct rs_build *b;
	enum rs_l4 l4;
	enum gz_dir dir;
	struct rs_numbers wide; /* rules for any port */
	struct rs_numbers narrow; /* rules that name ports */
	struct port_list *lists;
	uint32_t nb_lists, lists_room;
	struct rs_group *groups;
	uint32_t nb_groups;
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

/* A rule as a candidate in one place: by its literal, or always. */
static void
place_rule(const struct rs_build *b, uint32_t rule, struct rs_finder_builder *find,
		struct rs_numbers *always)
{
	if (b->fast[rule].literal.len > 0)
		rs_finder_add(find, rule, &b->fast[rule]);
	else
		rs_numbers_add(always, rule);
}

struct group_lists {
	struct rs_numbers packet, payload, stream;
	struct rs_finder_builder *in_payload, *in_stream;
};

static void
group_add(struct planner *p, struct group_lists *g, uint32_t rule)
{
	const struct rs_rule *r = &p->b->rs->rules[rule];

	if (!(r->flags & GZ_SIG_PAYLOAD)) {
		rs_numbers_add(&g->packet, rule);
		return;
	}
	if (r->on_stream && p->l4 == RS_TCP)
		place_rule(p->b, rule, g->in_stream, &g->stream);
	else
		place_rule(p->b, rule, g->in_payload, &g->payload);
}

/* A group of @p rules, rising, and of those for any port. @return its number. */
static uint16_t
make_group(struct planner *p, const struct rs_numbers *rules)
{
	struct rs_arena *arena = p->b->rs->arena;
	struct rs_group *group = &p->groups[p->nb_groups];
	struct group_lists g = { .in_payload = rs_finder_builder_create(),
		.in_stream = rs_finder_builder_create() };
	uint32_t i = 0, k = 0;

	while (i < p->wide.n || k < rules->n)
		if (k == rules->n || (i < p->wide.n && p->wide.v[i] < rules->v[k]))
			group_add(p, &g, p->wide.v[i++]);
		else
			group_add(p, &g, rules->v[k++]);
	group->packet = rs_numbers_keep(&g.packet, arena);
	group->payload = rs_numbers_keep(&g.payload, arena);
	group->stream = rs_numbers_keep(&g.stream, arena);
	rs_finder_finish(g.in_payload, p->b, &group->in_payload);
	rs_finder_finish(g.in_stream, p->b, &group->in_stream);
	return (uint16_t)p->nb_groups++;
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
	p->lists[p->nb_lists] = (struct port_list){ *rules, 0 };
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
	}
	free(edge);
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

/* The rules of all lists from @p from on, each once, rising. */
static struct rs_numbers
unite(struct planner *p, struct port_list **by_length, uint32_t from)
{
	struct rs_numbers all = { NULL, 0, 0 };
	bool *in = calloc(p->b->rs->nb_rules + 1, sizeof(*in));
	uint32_t i, k;

	RTE_VERIFY(in != NULL);
	for (i = from; i < p->nb_lists; i++)
		for (k = 0; k < by_length[i]->rules.n; k++)
			in[by_length[i]->rules.v[k]] = true;
	for (i = 0; i < p->b->rs->nb_rules; i++)
		if (in[i])
			rs_numbers_add(&all, i);
	free(in);
	return all;
}

static void
group_lists(struct planner *p)
{
	struct port_list **by_length = calloc(p->nb_lists + 1, sizeof(struct port_list *));
	struct rs_numbers rest;
	uint16_t shared = 0;
	uint32_t i;

	RTE_VERIFY(by_length != NULL);
	for (i = 0; i < p->nb_lists; i++)
		by_length[i] = &p->lists[i];
	qsort(by_length, p->nb_lists, sizeof(struct port_list *), longest_first);
	if (p->nb_lists > OWN_GROUPS) {
		rest = unite(p, by_length, OWN_GROUPS);
		shared = make_group(p, &rest);
		free(rest.v);
	}
	for (i = 0; i < p->nb_lists; i++)
		by_length[i]->group = i < OWN_GROUPS || by_length[i]->rules.n == 0
				? make_group(p, &by_length[i]->rules)
				: shared;
	free(by_length);
}

static void
plan_ports(struct planner *p)
{
	struct gz_ruleset *rs = p->b->rs;
	uint16_t *group_of = rs_arena_get(rs->arena, PORTS * sizeof(*group_of));
	uint32_t *list_of = calloc(PORTS, sizeof(*list_of)), port;

	RTE_VERIFY(list_of != NULL);
	list_ports(p, list_of);
	group_lists(p);
	for (port = 0; port < PORTS; port++)
		group_of[port] = p->lists[list_of[port]].group;
	rs->port_group[p->l4][p->dir] = group_of;
	free(list_of);
}

static void
plan(struct rs_build *b, enum rs_l4 l4, enum gz_dir dir)
{
	struct planner p = { .b = b, .l4 = l4, .dir = dir };
	const struct rs_numbers none = { NULL, 0, 0 };
	uint32_t i;

	collect(&p);
	p.groups = rs_arena_get(b->rs->arena, (OWN_GROUPS + 2) * sizeof(*p.groups));
	if (l4 < RS_NB_PORTED)
		plan_ports(&p);
	else
		make_group(&p, &none);
	b->rs->group[l4][dir] = p.groups;
	b->rs->nb_groups[l4][dir] = p.nb_groups;
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
