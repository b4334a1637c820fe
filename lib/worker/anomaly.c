/* SPDX-License-Identifier: BSD-3-Clause */

/* `anomaly` events: what is wrong with a packet's headers, or odd about its stream. */

#include <stdio.h>

#include "worker_internal.h"

enum {
	ANOMALY_TEXT = 512,
};

static const struct gz_setting anomaly_settings[] = {
	{ "anomaly.decode", GZ_SETTING_BOOL, "false",
			.help = "write anomaly events about packet headers; rules see them either way" },
	{ "anomaly.stream", GZ_SETTING_BOOL, "false",
			.help = "write anomaly events about TCP streams; rules see them either way" },
};
GZ_CONF_REGISTER(anomaly_settings)

static void
post(struct gz_worker *w, const struct gz_pkt *p, const char *type, const char *room,
		const char *name)
{
	struct gz_event *e = gz_event_begin(w->ring, &gz_anomaly_event, ANOMALY_TEXT);
	struct gz_json *j;

	if (e == NULL)
		return;
	gz_act_event_pkt(e, p);
	j = gz_event_json(w->ring);
	gz_json_object(j, "anomaly");
	gz_json_str(j, "type", type);
	gz_json_fmt(j, "event", "%s.%s", room, name);
	gz_json_object_end(j);
	gz_event_commit(w->ring);
}

void
worker_anomaly_decode(struct gz_worker *w, const struct gz_pkt *p)
{
	if (!w->anomaly_decode)
		return;
	for (uint32_t i = 0; i < p->nb_events; i++)
		post(w, p, "decode", "decoder", gz_pkt_event_name(p->events[i]));
}

void
worker_anomaly_stream(
		struct gz_worker *w, const struct gz_pkt *p, const uint8_t *events, uint32_t n)
{
	if (!w->anomaly_stream)
		return;
	for (uint32_t i = 0; i < n; i++)
		post(w, p, "stream", "stream", gz_tcp_event_name(events[i]));
}
