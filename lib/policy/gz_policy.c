/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "policy_internal.h"

static struct gz_policy *_Atomic live_policy;
static uint32_t last_generation; /* control only */

/* ---- servers by address ---- */

static const struct gz_policy *sorting; /* qsort's argument; control only */

static int
compare_servers(const void *left, const void *right)
{
	const struct gz_server *a = &sorting->servers[*(const uint16_t *)left];
	const struct gz_server *b = &sorting->servers[*(const uint16_t *)right];

	if (a->prefix.bits != b->prefix.bits)
		return b->prefix.bits - a->prefix.bits;
	return gz_addr_compare(&a->prefix.addr, &b->prefix.addr);
}

static int
index_servers(struct gz_policy *p)
{
	struct policy_length *l = NULL;

	p->by_prefix = calloc(p->nb_servers + 1, sizeof(*p->by_prefix));
	if (p->by_prefix == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nb_servers; i++) {
		struct gz_prefix *prefix = &p->servers[i].prefix;
		struct gz_addr last;

		gz_prefix_range(prefix, &prefix->addr, &last);
		p->by_prefix[i] = (uint16_t)i;
	}
	sorting = p;
	qsort(p->by_prefix, p->nb_servers, sizeof(*p->by_prefix), compare_servers);
	for (uint32_t i = 0; i < p->nb_servers; i++) {
		uint8_t bits = p->servers[p->by_prefix[i]].prefix.bits;

		if (l == NULL || l->bits != bits) {
			l = &p->lengths[p->nb_lengths++];
			*l = (struct policy_length){ .bits = bits, .first = i };
		}
		l->count++;
	}
	return 0;
}

static bool
server_has_tags(const struct gz_server *s, uint16_t wire, const uint16_t *vlans, uint8_t nb_vlan)
{
	if (s->wire >= 0 && s->wire != wire)
		return false;
	return s->vlan < 0 || (nb_vlan > 0 && vlans[0] == s->vlan);
}

/** The first index at or after which the servers of @p l are not below @p first. */
static uint32_t
lower_bound(const struct gz_policy *p, const struct policy_length *l, const struct gz_addr *first)
{
	uint32_t low = l->first, high = l->first + l->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (gz_addr_compare(&p->servers[p->by_prefix[mid]].prefix.addr, first) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint16_t
gz_policy_find(const struct gz_policy *p, const struct gz_addr *a, uint16_t wire,
		const uint16_t *vlans, uint8_t nb_vlan)
{
	for (uint32_t k = 0; k < p->nb_lengths; k++) {
		const struct policy_length *l = &p->lengths[k];
		struct gz_prefix around = { *a, l->bits };
		struct gz_addr first, last;
		uint32_t i;

		gz_prefix_range(&around, &first, &last);
		for (i = lower_bound(p, l, &first); i < l->first + l->count; i++) {
			const struct gz_server *s = &p->servers[p->by_prefix[i]];

			if (!gz_addr_equal(&s->prefix.addr, &first))
				break;
			if (server_has_tags(s, wire, vlans, nb_vlan))
				return p->by_prefix[i];
		}
	}
	return GZ_SERVER_NONE;
}

/* ---- rule states ---- */

enum {
	ROW_EMPTY = UINT8_MAX,
};

static uint32_t
row_hash(uint16_t server, uint32_t gid, uint32_t sid)
{
	uint64_t h = ((uint64_t)gid << 32 | sid) * 0x9e3779b97f4a7c15u;

	h = (h ^ server) * 0xd6e8feb86659fd93u;
	return (uint32_t)(h >> 32);
}

static struct policy_row *
row_slot(const struct gz_policy *p, uint16_t server, uint32_t gid, uint32_t sid)
{
	for (uint32_t i = row_hash(server, gid, sid);; i++) {
		struct policy_row *r = &p->rows[i & p->mask];

		if (r->mode == ROW_EMPTY || (r->server == server && r->gid == gid && r->sid == sid))
			return r;
	}
}

/** At most half full, so that a search ends soon. */
static int
index_states(struct gz_policy *p, const struct gz_rule_state *states, uint32_t n)
{
	uint32_t size = 16;

	while (size < 2 * n)
		size *= 2;
	p->rows = malloc(size * sizeof(*p->rows));
	if (p->rows == NULL)
		return -ENOMEM;
	p->mask = size - 1;
	for (uint32_t i = 0; i < size; i++)
		p->rows[i].mode = ROW_EMPTY;
	for (uint32_t i = 0; i < n; i++) {
		const struct gz_rule_state *s = &states[i];

		*row_slot(p, s->server, s->gid, s->sid) = (struct policy_row){
			.gid = s->gid,
			.sid = s->sid,
			.server = s->server,
			.mode = (uint8_t)s->mode,
		};
	}
	return 0;
}

enum gz_mode
gz_policy_rule(const struct gz_policy *p, uint16_t server, uint32_t gid, uint32_t sid)
{
	enum gz_mode mode = gz_policy_mode(p, server);
	const struct policy_row *r = row_slot(p, server, gid, sid);

	if (r->mode == ROW_EMPTY && server != GZ_SERVER_NONE)
		r = row_slot(p, GZ_SERVER_NONE, gid, sid);
	if (r->mode == ROW_EMPTY)
		return mode;
	return r->mode < mode ? (enum gz_mode)r->mode : mode;
}

/* ---- snapshots ---- */

struct gz_policy *
gz_policy_build(const struct gz_conf *conf, const struct gz_rule_state *states, uint32_t nb_states,
		struct gz_errors *errors)
{
	struct gz_policy *p = calloc(1, sizeof(*p));

	if (p == NULL)
		goto no_memory;
	p->mode = GZ_MODE_DETECT;
	if (conf != NULL && policy_read_servers(p, conf, errors) != 0)
		goto undo;
	if (index_servers(p) != 0 || index_states(p, states, nb_states) != 0)
		goto no_memory;
	p->generation = ++last_generation;
	return p;

no_memory:
	gz_errors_add(errors, (struct gz_place){ 0 }, "memory", "no memory for a policy");
undo:
	gz_policy_destroy(p);
	return NULL;
}

void
gz_policy_destroy(struct gz_policy *p)
{
	if (p == NULL)
		return;
	free(p->rows);
	free(p->by_prefix);
	free(p->servers);
	free(p);
}

const struct gz_policy *
gz_policy_live(void)
{
	return atomic_load_explicit(&live_policy, memory_order_acquire);
}

struct gz_policy *
gz_policy_publish(struct gz_policy *p)
{
	return atomic_exchange_explicit(&live_policy, p, memory_order_acq_rel);
}

uint32_t
gz_policy_generation(const struct gz_policy *p)
{
	return p->generation;
}

uint32_t
gz_policy_servers(const struct gz_policy *p)
{
	return p->nb_servers;
}

const struct gz_server *
gz_policy_server(const struct gz_policy *p, uint16_t index)
{
	return &p->servers[index];
}

enum gz_mode
gz_policy_mode(const struct gz_policy *p, uint16_t server)
{
	return server == GZ_SERVER_NONE ? p->mode : p->servers[server].mode;
}

const char *
gz_mode_name(enum gz_mode mode)
{
	return policy_mode_words[mode];
}
