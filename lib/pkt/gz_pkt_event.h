/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PKT_EVENT_H
#define GZ_PKT_EVENT_H

/* What can be wrong with headers: X(ID, name as in decode-event:<name>). */
#define GZ_PKT_EVENTS_LIST(X) \
	X(IPV4_PKT_TOO_SMALL, "ipv4.pkt_too_small") \
	X(IPV4_HLEN_TOO_SMALL, "ipv4.hlen_too_small") \
	X(IPV4_IPLEN_SMALLER_THAN_HLEN, "ipv4.iplen_smaller_than_hlen") \
	X(IPV4_TRUNC_PKT, "ipv4.trunc_pkt")

enum gz_pkt_event {
#define GZ_PKT_EVENT_ENUM(id, name) GZ_PKT_EVENT_##id,
	GZ_PKT_EVENTS_LIST(GZ_PKT_EVENT_ENUM)
#undef GZ_PKT_EVENT_ENUM
	GZ_NB_PKT_EVENTS
};

#endif /* GZ_PKT_EVENT_H */
