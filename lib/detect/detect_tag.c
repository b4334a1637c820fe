/* SPDX-License-Identifier: BSD-3-Clause */
/* The `packet` event: what a rule's `tag` wants told after its match. */
#include "detect_internal.h"

enum {
	TEXT_MOST = 1024, /* bytes beside the packet's own */
};

GZ_EVENT_TYPE(packet_event, "packet", "packets that came after a match, as its rule's tag wants")

void
detect_tagged(struct gz_detect *d, const struct gz_pkt *p)
{
	uint32_t most = TEXT_MOST + p->len * 2;
	struct gz_event *e;

	if (!d->tells_tagged || p->data == NULL)
		return;
	e = gz_event_begin(d->ring, &packet_event, RTE_MIN(most, (uint32_t)GZ_EVENT_TEXT_MOST));
	if (e == NULL)
		return;
	detect_fill_event(e, p);
	detect_tell_packet(gz_event_json(d->ring), p);
	gz_event_commit(d->ring);
}
