/* SPDX-License-Identifier: BSD-3-Clause */

/* IGMP (RFC 2236, 3376). */

#include "pkt_internal.h"

enum {
	IGMP_LEN = 8,
	IGMP_QUERY = 0x11,
	IGMP_V3_REPORT = 0x22,
	IGMP_V3_QUERY_LEN = 12,
	IGMP_V3_RECORD_LEN = 8,
};

/* Do the @p count group records of a version 3 report fit? */
static bool
records_fit(const uint8_t *r, uint32_t left, uint32_t count)
{
	uint32_t i, len;

	for (i = 0; i < count; i++) {
		if (left < IGMP_V3_RECORD_LEN)
			return false;
		len = IGMP_V3_RECORD_LEN + pkt_be16(r + 2) * 4u + r[1] * 4u;
		if (len > left)
			return false;
		r += len;
		left -= len;
	}
	return true;
}

void
pkt_igmp(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const uint8_t *h = gz_pkt_l4(p);

	if ((p->flags & GZ_PKT_IPV4) == 0)
		return;
	pkt_count(PKT_COUNT_IGMP, 1);
	if (p->payload_len < IGMP_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_IGMP_PKT_TOO_SMALL);
		return;
	}

	if (h[0] == IGMP_V3_REPORT) {
		if (!records_fit(h + IGMP_LEN, p->payload_len - IGMP_LEN, pkt_be16(h + 6)))
			gz_pkt_note(p, GZ_PKT_EVENT_IGMP_MALFORMED);
	} else if (h[0] == IGMP_QUERY && p->payload_len > IGMP_LEN) {
		if (p->payload_len < IGMP_V3_QUERY_LEN)
			gz_pkt_note(p, GZ_PKT_EVENT_IGMP_V3_PKT_TOO_SMALL);
		else if (p->payload_len - IGMP_V3_QUERY_LEN < pkt_be16(h + 10) * 4u)
			gz_pkt_note(p, GZ_PKT_EVENT_IGMP_MALFORMED);
	}
}
