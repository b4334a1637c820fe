/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_EVENT_H
#define GZ_EVENT_H

/*
 * What happened, from workers to control: records in a ring of bytes per
 * worker, one writer and one reader, no lock. A record carries values, never
 * pointers to what may be freed: the common members as a struct, the rest as
 * JSON members in its text, written in place.
 *
 * A full ring loses the event, with a counter, never the packet; in replay the
 * ring is lossless: its writer drains or waits.
 *
 *	e = gz_event_begin(r, &http_event, 4096);
 *	if (e != NULL) {
 *		e->src = ...;
 *		gz_json_object(gz_event_json(r), "http"); ...
 *		gz_event_commit(r);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_addr.h"
#include "gz_conf.h"
#include "gz_json.h"
#include "gz_registry.h"

/** A kind of event, registered by the room that posts it; its name is EVE's event_type. */
struct gz_event_type {
	struct gz_reg reg;
	const char *help;
	bool off; /* not written unless the configuration names it */
};

extern struct gz_registry gz_event_types;

#define GZ_EVENT_TYPE(var, text, sentence)                                               \
	static struct gz_event_type var = { .reg = { .name = text }, .help = sentence }; \
	GZ_REGISTER(gz_event_types, var)

enum {
	GZ_EVENT_TYPES_MOST = 128,
	GZ_EVENT_TEXT_MOST = 256 * 1024, /* bytes of JSON in one event */
	GZ_EVENT_NONE = 0xffff,
};

struct gz_event {
	uint32_t size; /* of the whole record, a multiple of 16 */
	uint32_t text_len;
	uint16_t type; /* id in gz_event_types */
	uint8_t proto; /* IP protocol number */
	uint8_t nb_vlan;
	uint16_t vlan[3];
	uint16_t wire; /* GZ_EVENT_NONE: not about a packet */
	uint16_t sport, dport; /* host order; for ICMP type and code */
	bool has_ports;
	bool has_icmp;
	bool has_addr;
	bool has_mac; /* the stations on its link are known */
	uint8_t src_mac[6], dst_mac[6];
	uint8_t icmp_type, icmp_code;
	uint16_t server; /* the protected server it is about; GZ_EVENT_NONE: none */
	bool blocked; /* alert: its packet is dropped */
	uint32_t gid, sid; /* alert: its rule; else 0 */
	uint64_t time_us; /* when, by the packet source */
	uint64_t flow_id; /* 0: none */
	uint64_t parent_id; /* the flow that announced this one; 0: none */
	uint64_t pkt_number; /* EVE's pcap_cnt; 0 when live */
	uint64_t tx_id; /* UINT64_MAX: none */
	struct gz_addr src, dst;
	const char *app_proto; /* of static life, or NULL */
	const char *direction; /* "to_server", "to_client" or NULL */
	const char *pkt_src; /* "wire/pcap", "stream (flow timeout)", … of static life, or NULL */
	char text[]; /* JSON members, comma between, not terminated */
};

struct gz_event_ring;

/** When a lossless ring is full: make room (drain it, or wait for who drains). */
typedef void (*gz_event_full_fn)(void *arg);

/** @param bytes  Size, rounded up to a power of two; 64 KiB to 1 GiB. NULL: rte_errno ENOMEM, EINVAL. */
struct gz_event_ring *gz_event_ring_create(uint32_t bytes);
void gz_event_ring_destroy(struct gz_event_ring *r);
/** Never lose: call @p fn(@p arg) on the writer's thread until there is room. Before the first event. */
void gz_event_ring_lossless(struct gz_event_ring *r, gz_event_full_fn fn, void *arg);

/** Adds members that several kinds of events have in common to the one that is being handed over. */
typedef void (*gz_event_more_fn)(void *arg, const struct gz_event *e, struct gz_json *j);
/** Ask @p fn(@p arg) of every event; what does not fit is left out. Before the first event. */
void gz_event_ring_more(struct gz_event_ring *r, gz_event_more_fn fn, void *arg);

/** Control: which types anybody writes; others are not even built. Bit = type id. May change live;
 * until told, everything is wanted. */
void gz_event_want(struct gz_event_ring *r, const uint64_t mask[GZ_EVENT_TYPES_MOST / 64]);

/** Worker: would a sink write it? Ask before doing work for it. */
bool gz_event_is_wanted(const struct gz_event_ring *r, const struct gz_event_type *type);

/**
 * Worker: room for a record with up to @p text_most bytes of text, its struct zeroed (tx_id and wire
 * set to none).
 *
 * @return NULL when nobody wants it or the ring is full (counted).
 */
struct gz_event *
gz_event_begin(struct gz_event_ring *r, const struct gz_event_type *type, uint32_t text_most);
/** The writer for the text of the record begun. */
struct gz_json *gz_event_json(struct gz_event_ring *r);
/**
 * EVE's `verdict`: what became of a packet of IP protocol @p proto in the end.
 *
 * @param action      "drop", "alert" or "pass".
 * @param to_client,
 * to_server          Whom a rule that rejects tells; neither: no such rule.
 */
void gz_event_verdict(struct gz_json *j, const char *action, bool to_client, bool to_server,
		uint8_t proto);
/** Hand the record to control. A text that did not fit loses the event, counted. */
void gz_event_commit(struct gz_event_ring *r);

/** Control: call @p fn for up to @p most records. @return how many. */
typedef void (*gz_event_fn)(void *arg, const struct gz_event *e);
uint32_t gz_event_drain(struct gz_event_ring *r, gz_event_fn fn, void *arg, uint32_t most);
/** Any thread: is there something to drain? */
bool gz_event_ring_is_empty(const struct gz_event_ring *r);

#endif /* GZ_EVENT_H */
