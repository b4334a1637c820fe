/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_TCP_EVENT_H
#define GZ_TCP_EVENT_H

/* What can be odd about a stream: X(ID, name as in stream-event:<name>). */
#define GZ_TCP_EVENTS_LIST(X) \
	X(REASSEMBLY_OVERLAP_DIFFERENT_DATA, "reassembly_overlap_different_data")

enum gz_tcp_event {
#define GZ_TCP_EVENT_ENUM(id, name) GZ_TCP_EVENT_##id,
	GZ_TCP_EVENTS_LIST(GZ_TCP_EVENT_ENUM)
#undef GZ_TCP_EVENT_ENUM
	GZ_NB_TCP_EVENTS
};

#endif /* GZ_TCP_EVENT_H */
