/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules keep of flows and packets: in all events about them, and in an event of its own. */

#include "worker_internal.h"

enum {
	METADATA_TEXT = 512, /* what it tells is added to all events */
};

static const struct gz_setting vars_settings[] = {
	{ "eve.metadata", GZ_SETTING_BOOL, "true",
			.help = "tell in events what rules keep of their flows: flowbits, flowints and "
				"variables" },
};
GZ_CONF_REGISTER(vars_settings)

static struct gz_event_type metadata_event = {
	.reg = { .name = "metadata" },
	.help = "packets of which a rule has kept parts as variables",
	.off = true,
};
GZ_REGISTER(gz_event_types, metadata_event)

/* Packets of no flow have variables, too; a flow's own events have none of a packet that is long gone. */
static void
add_vars(void *arg, const struct gz_event *e, struct gz_json *j)
{
	const struct gz_worker *w = arg;
	const struct gz_flow *f = w->subject;

	if (likely((f == NULL || f->vars == NULL) && !gz_detect_has_packet_vars(w->detect)))
		return;
	if (f != NULL && f->id != e->flow_id)
		return;
	gz_detect_tell_vars(w->detect, f, j);
}

void
worker_vars_init(struct gz_worker *w, const struct gz_conf *conf)
{
	if (gz_conf_bool(conf, "eve.metadata"))
		gz_event_ring_more(w->ring, add_vars, w);
}

void
worker_vars(struct gz_worker *w, const struct gz_pkt *p)
{
	struct gz_event *e;

	if (likely(!gz_detect_has_packet_vars(w->detect)))
		return;
	e = gz_event_begin(w->ring, &metadata_event, METADATA_TEXT);
	if (e != NULL) {
		gz_act_event_pkt(e, p);
		gz_event_commit(w->ring);
	}
	gz_detect_done(w->detect);
}
