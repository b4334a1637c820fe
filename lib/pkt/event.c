/* SPDX-License-Identifier: BSD-3-Clause */

/* What is wrong with headers: names, counters, and the notes on a packet. */

#include <string.h>

#include <rte_common.h>

#include "gz_stat.h"

#include "pkt_internal.h"

_Static_assert(GZ_NB_PKT_EVENTS <= UINT8_MAX, "struct gz_pkt keeps events in bytes");

static const char *const names[GZ_NB_PKT_EVENTS] = {
#define EVENT_NAME(id, name) [GZ_PKT_EVENT_##id] = name,
	GZ_PKT_EVENTS_LIST(EVENT_NAME)
#undef EVENT_NAME
};

static const struct gz_stat_row event_rows[] = {
#define EVENT_ROW(id, name) \
	[GZ_PKT_EVENT_##id] = { "decoder.event." name, "packets with the decode-event " name },
	GZ_PKT_EVENTS_LIST(EVENT_ROW)
#undef EVENT_ROW
};
GZ_STAT_REGISTER(event, event_rows)

const char *
gz_pkt_event_name(enum gz_pkt_event e)
{
	return names[e];
}

int
gz_pkt_event_find(const char *name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(names); i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	/* A name of old rules. */
	if (strcmp(name, "udp.hlen_invalid") == 0)
		return GZ_PKT_EVENT_UDP_LEN_INVALID;
	return -1;
}

void
gz_pkt_note(struct gz_pkt *p, enum gz_pkt_event e)
{
	GZ_STAT_ADD(event, e, 1);
	if (p->nb_events < GZ_PKT_EVENTS)
		p->events[p->nb_events++] = (uint8_t)e;
}
