/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_detect.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "detect_internal.h"

static const struct gz_stat_row detect_rows[DETECT_NB_STATS] = {
	[DETECT_CANDIDATES] = { "detect.candidates",
			"rules whose literal was found, or that have none" },
	[DETECT_CONFIRMED] = { "detect.matches", "rules that matched" },
	[DETECT_MATCHES_LOST] = { "detect.matches-lost",
			"matches beyond what is kept of one packet" },
	[DETECT_ALERTS] = { "detect.alert", "alerts" },
	[DETECT_ALERTS_LOST] = { "detect.alert-lost", "alerts beyond detect.alerts of one packet" },
	[DETECT_WAITING_FULL] = { "detect.waiting-full",
			"candidates that lacked later bytes and were not remembered" },
	[DETECT_NO_MEMORY] = { "detect.no-memory", "flows and transactions not remembered" },
	[DETECT_NO_ROOM] = { "detect.no-room", "values too long to be transformed" },
};
GZ_STAT_REGISTER(detect, detect_rows)

static const struct gz_setting detect_settings[] = {
	{ "detect.alerts", GZ_SETTING_UINT, "15", .min = 1, .max = DETECT_MATCHES, .unit = "alerts",
			.help = "alerts told of one packet, the most important first" },
	{ "alert.payload", GZ_SETTING_BOOL, "false",
			.help = "alerts carry the payload of their packet" },
	{ "alert.packet", GZ_SETTING_BOOL, "false", .help = "alerts carry their packet" },
	{ "alert.tagged-packets", GZ_SETTING_BOOL, "true",
			.help = "write the packets that rules' tags ask for" },
};
GZ_CONF_REGISTER(detect_settings)

void
detect_count(enum detect_stat row, uint32_t n)
{
	GZ_STAT_ADD(detect, row, n);
}

void
detect_forgot(struct gz_detect *d, enum detect_stat row)
{
	detect_count(row, 1);
	d->forgot = true;
}

bool
gz_detect_forgot(struct gz_detect *d)
{
	bool forgot = d->forgot;

	d->forgot = false;
	return forgot;
}

bool
gz_detect_lost(struct gz_detect *d)
{
	return gz_keyword_forgot(d->keywords);
}

static void
read_conf(struct gz_detect *d, const struct gz_conf *conf)
{
	d->alert_max = 15;
	d->tells_tagged = true;
	if (conf == NULL)
		return;
	d->alert_max = (uint32_t)gz_conf_uint(conf, "detect.alerts");
	d->payload = gz_conf_bool(conf, "alert.payload");
	d->packet = gz_conf_bool(conf, "alert.packet");
	d->tells_tagged = gz_conf_bool(conf, "alert.tagged-packets");
}

struct gz_detect *
gz_detect_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_event_ring *ring,
		uint32_t worker, uint32_t nb_workers)
{
	struct gz_detect *d = calloc(1, sizeof(*d));

	if (d == NULL)
		goto no_memory;
	d->mem = mem;
	d->ring = ring;
	d->worker = worker;
	read_conf(d, conf);
	d->keywords = gz_keyword_ctx_create(conf, mem, nb_workers);
	d->fresh = malloc(DETECT_TX_MOST);
	d->room = malloc(DETECT_ROOM);
	d->text = malloc(DETECT_TEXT);
	if (d->keywords == NULL || d->fresh == NULL || d->room == NULL || d->text == NULL)
		goto no_memory;
	gz_keyword_ctx_use(d->keywords, &d->eval);
	return d;

no_memory:
	gz_detect_destroy(d);
	rte_errno = ENOMEM;
	return NULL;
}

void
gz_detect_destroy(struct gz_detect *d)
{
	if (d == NULL)
		return;
	if (d->keywords != NULL)
		gz_keyword_ctx_destroy(d->keywords);
	free(d->fresh);
	free(d->room);
	free(d->text);
	free(d);
}

void
gz_detect_turn(struct gz_detect *d)
{
	d->rs = gz_ruleset_live();
	d->policy = gz_policy_live();
	d->work = d->rs == NULL || d->rs->nb_rules == 0 ? NULL : &d->rs->workers[d->worker];
	gz_keyword_ctx_names(d->keywords, d->rs == NULL ? NULL : d->rs->names);
}

void
gz_detect_tell_vars(const struct gz_detect *d, const struct gz_flow *f, struct gz_json *j)
{
	gz_keyword_tell_vars(d->keywords, f, j);
}

bool
gz_detect_has_packet_vars(const struct gz_detect *d)
{
	return gz_keyword_has_packet_vars(d->keywords);
}

void
gz_detect_done(struct gz_detect *d)
{
	gz_keyword_forget_packet(d->keywords);
}

void
gz_detect_stream_events(struct gz_detect *d, const uint8_t *events, uint32_t n)
{
	d->eval.tcp_events = events;
	d->eval.nb_tcp_events = n;
}

/* The protected server is the one that is spoken to; else the one that speaks. */
static void
find_server(const struct gz_detect *d, struct gz_flow *f)
{
	uint8_t mode = f->mode;

	f->server_side = GZ_C2S;
	f->server = gz_policy_find(d->policy, &f->addr[GZ_S2C], f->wire, f->vlan, f->nb_vlan);
	if (f->server == GZ_SERVER_NONE) {
		f->server = gz_policy_find(
				d->policy, &f->addr[GZ_C2S], f->wire, f->vlan, f->nb_vlan);
		f->server_side = GZ_S2C;
	}
	f->mode = (uint8_t)gz_policy_mode(d->policy, f->server);
	/* rules about addresses are asked once; of what goes on in another mode, too */
	if (f->policy_gen != 0 && f->mode != mode)
		f->flags |= GZ_FLOW_ANEW;
	f->policy_gen = gz_policy_generation(d->policy);
}

static void
classify(const struct gz_detect *d, struct gz_flow *f)
{
	uint32_t dir;

	for (dir = 0; dir < 2; dir++)
		f->addr_class[dir] = rs_addr_class(&d->rs->addrs, &f->addr[dir]);
	/* and new ones */
	if (f->ruleset_gen != 0)
		f->flags |= GZ_FLOW_ANEW;
	f->ruleset_gen = d->rs->generation;
}

bool
gz_detect_flow(struct gz_detect *d, struct gz_pkt *p)
{
	struct gz_flow *f = p->flow;

	if (d->policy == NULL)
		return false;
	if (unlikely(d->eval.tags) && (p->flags & GZ_PKT_PSEUDO) == 0)
		d->tagged = gz_keyword_tagged(d->keywords, p);
	d->no_payload = f != NULL && (f->flags & GZ_FLOW_NO_PAYLOAD) != 0;
	if (f == NULL)
		return d->work != NULL;
	if (unlikely(f->policy_gen != gz_policy_generation(d->policy)))
		find_server(d, f);
	if (d->work == NULL || f->mode == GZ_MODE_OFF || (f->flags & GZ_FLOW_PASS))
		return false;
	if (unlikely(f->ruleset_gen != d->rs->generation))
		classify(d, f);
	return true;
}
