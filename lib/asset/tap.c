/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "gz_app.h"
#include "gz_field.h"
#include "gz_proto.h"
#include "gz_stat.h"

#include "asset_internal.h"

enum {
	TAP_FIELDS = 32,
	TAP_SLOTS = 4096, /* a power of two */
	TAP_TELLS_PER_SECOND = 200,
};

enum {
	ASSET_FACTS,
	ASSET_FACTS_HELD_BACK,
};

static struct gz_stat_row asset_rows[] = {
	[ASSET_FACTS] = { "asset.facts", "facts about servers told to control" },
	[ASSET_FACTS_HELD_BACK] = { "asset.facts_held_back",
			"facts not told because there were too many in a second" },
};
GZ_STAT_REGISTER(asset, asset_rows)

static struct gz_event_type fact_event = {
	.reg = { .name = "fact" },
	.help = "what a server told about its software (for control, not for sinks)",
	.off = true,
};
GZ_REGISTER(gz_event_types, fact_event)

static const struct gz_setting tap_settings[] = {
	{ "asset.repeat", GZ_SETTING_TIME, "60 s", .min = 100, .max = 86400000,
			.help = "how often a worker tells again what a server says unchanged" },
};
GZ_CONF_REGISTER(tap_settings)

/** A value told lately. */
struct tap_slot {
	uint64_t key;
	uint64_t told_us;
	uint64_t count; /* since then */
};

struct gz_asset_tap {
	struct gz_event_ring *ring;
	uint64_t repeat_us;
	uint64_t second; /* in which so many were told */
	uint32_t told;
	uint32_t nb_fields;
	const struct gz_field *fields[TAP_FIELDS];
	struct tap_slot slots[TAP_SLOTS];
};

const struct gz_event_type *
gz_asset_fact_type(void)
{
	return &fact_event;
}

struct gz_asset_tap *
gz_asset_tap_create(const struct gz_conf *conf, struct gz_event_ring *ring)
{
	struct gz_asset_tap *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	t->ring = ring;
	t->repeat_us = gz_conf_ms(conf, "asset.repeat") * 1000;
	for (uint32_t i = 0; i < gz_fields_count() && t->nb_fields < TAP_FIELDS; i++)
		if (gz_field(i)->flags & GZ_FIELD_TELLS)
			t->fields[t->nb_fields++] = gz_field(i);
	return t;
}

void
gz_asset_tap_destroy(struct gz_asset_tap *t)
{
	free(t);
}

static uint64_t
value_key(const struct gz_flow *f, uint32_t field, const uint8_t *p, uint32_t len)
{
	uint64_t h = 0xcbf29ce484222325u ^ f->hash;

	h = (h ^ f->addr[GZ_S2C].q[0]) * 0x9e3779b97f4a7c15u;
	h = (h ^ f->addr[GZ_S2C].q[1]) * 0x9e3779b97f4a7c15u;
	h = (h ^ ((uint64_t)f->port[GZ_S2C] << 32 | field)) * 0x9e3779b97f4a7c15u;
	for (uint32_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static void
tell(struct gz_asset_tap *t, const struct gz_flow *f, const struct asset_report *report)
{
	struct gz_event *e;

	if (t->second != f->last_us / 1000000) {
		t->second = f->last_us / 1000000;
		t->told = 0;
	}
	if (t->told == TAP_TELLS_PER_SECOND) {
		GZ_STAT_ADD(asset, ASSET_FACTS_HELD_BACK, 1);
		return;
	}
	e = gz_event_begin(t->ring, &fact_event, sizeof(*report));
	if (e == NULL)
		return;
	t->told++;
	GZ_STAT_ADD(asset, ASSET_FACTS, 1);
	e->time_us = f->last_us;
	e->flow_id = f->id;
	e->wire = f->wire;
	e->nb_vlan = f->nb_vlan;
	memcpy(e->vlan, f->vlan, sizeof(e->vlan));
	e->proto = f->proto;
	e->has_addr = e->has_ports = true;
	e->src = f->addr[GZ_S2C];
	e->sport = f->port[GZ_S2C];
	e->dst = f->addr[GZ_C2S];
	e->dport = f->port[GZ_C2S];
	e->server = f->server;
	gz_json_raw(gz_event_json(t->ring), (const char *)report, sizeof(*report));
	gz_event_commit(t->ring);
}

static void
observe_value(struct gz_asset_tap *t, const struct gz_flow *f, uint32_t field,
		const struct gz_value *v)
{
	uint32_t len = v->len < GZ_ASSET_TEXT ? v->len : GZ_ASSET_TEXT;
	uint64_t key = value_key(f, field, v->p, len);
	struct tap_slot *slot = &t->slots[key & (TAP_SLOTS - 1)];
	struct asset_report report = { .field = field, .len = len };

	if (slot->key != key)
		*slot = (struct tap_slot){ .key = key };
	slot->count++;
	if (slot->told_us != 0 && f->last_us - slot->told_us < t->repeat_us)
		return;
	report.count = slot->count;
	memcpy(report.value, v->p, len);
	slot->told_us = f->last_us;
	slot->count = 0;
	tell(t, f, &report);
}

void
gz_asset_observe(struct gz_asset_tap *t, const struct gz_flow *f, struct gz_tx *tx, enum gz_dir dir)
{
	if (dir != GZ_S2C || tx->observed || f->server == GZ_SERVER_NONE ||
			f->server_side != GZ_C2S)
		return;
	for (uint32_t i = 0; i < t->nb_fields; i++) {
		const struct gz_field_row *row = gz_field_row(t->fields[i], tx->proto);
		struct gz_value v;

		if (row == NULL || !(row->flags & GZ_FIELD_S2C) ||
				tx->progress[dir] < row->progress[dir])
			continue;
		tx->observed = true;
		if (row->get(tx, dir, 0, &v) && v.len > 0)
			observe_value(t, f, t->fields[i]->id, &v);
	}
}
