/* SPDX-License-Identifier: BSD-3-Clause */

/* The `arp` event: who asks for whom on a link. */

#include <stdio.h>

#include "gz_cursor.h"

#include "worker_internal.h"

enum {
	ARP_TEXT = 512,
	MAC_LEN = 6,
};

GZ_EVENT_TYPE(arp_event, "arp", "ARP requests and answers")

static const char *const opcodes[] = {
	[1] = "request",
	[2] = "reply",
	[3] = "request_reverse",
	[4] = "reply_reverse",
	[8] = "inverse_request",
	[9] = "inverse_reply",
};

static void
tell_host(struct gz_json *j, struct gz_cursor *c, const char *mac_key, const char *ip_key)
{
	char text[GZ_ADDR_TEXT];
	const uint8_t *b = c->p;
	struct gz_addr ip;

	if (!gz_cursor_skip(c, MAC_LEN + 4))
		return;
	gz_json_fmt(j, mac_key, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
			b[5]);
	ip = gz_addr_v4(b + MAC_LEN);
	gz_json_str(j, ip_key, gz_addr_text(&ip, text));
}

void
worker_arp(struct gz_worker *w, const struct gz_pkt *p)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l3(p), p->l3_len);
	struct gz_event *e;
	struct gz_json *j;
	uint16_t opcode;

	/* what does not fit was told as that */
	if (!gz_cursor_skip(&c, 6) || !gz_cursor_be16(&c, &opcode))
		return;
	e = gz_event_begin(w->ring, &arp_event, ARP_TEXT);
	if (e == NULL)
		return;
	gz_act_event_pkt(e, p);
	j = gz_event_json(w->ring);
	gz_json_object(j, "arp");
	gz_json_str(j, "hw_type", "ethernet");
	gz_json_str(j, "proto_type", "ipv4");
	if (opcode < RTE_DIM(opcodes) && opcodes[opcode] != NULL)
		gz_json_str(j, "opcode", opcodes[opcode]);
	tell_host(j, &c, "src_mac", "src_ip");
	tell_host(j, &c, "dest_mac", "dest_ip");
	gz_json_object_end(j);
	gz_event_commit(w->ring);
}
