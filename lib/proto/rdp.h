/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RDP_H
#define RDP_H

/*
 * RDP's beginning (MS-RDPBCGR section 1.3.1.1): the request for a connection
 * with its cookie, what is agreed on, the client's settings. Then it is
 * encrypted, or goes on as TLS. Each of these messages is a transaction.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum rdp_kind {
	RDP_INITIAL_REQUEST,
	RDP_INITIAL_RESPONSE,
	RDP_CONNECT_REQUEST,
	RDP_CONNECT_RESPONSE,
};

enum {
	RDP_COOKIE_MOST = 512,
	RDP_CHANNELS_MOST = 31, /* section 2.2.1.3.4 */
	RDP_CHANNEL_NAME = 8,
	RDP_TEXT = 64, /* bytes of a text in UTF-16 */

	RDP_REQUEST = 1, /* kinds of negotiation */
	RDP_RESPONSE = 2,
	RDP_FAILURE = 3,
	RDP_PLAIN = 0, /* the protocol that is no other */
};

/** What a client tells of itself: section 2.2.1.3.2. */
struct rdp_client {
	uint32_t version, build, layout, keyboard_type, keyboard_subtype, function_keys;
	uint16_t width, height, product, depth, capabilities;
	bool has_product, has_depth, has_capabilities;
	char name[RDP_TEXT / 2 + 1], id[RDP_TEXT / 2 + 1];
};

struct rdp_tx {
	uint8_t kind; /* enum rdp_kind */
	uint8_t dir;
	uint8_t negotiation, flags; /* 0: none */
	uint32_t protocols; /* asked for; agreed on; or why it failed */
	struct gz_bytes cookie;
	bool has_client;
	struct rdp_client client;
	uint32_t nb_channels;
	char channels[RDP_CHANNELS_MOST][RDP_CHANNEL_NAME + 1];
};

static inline struct rdp_tx *
rdp_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

void rdp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* RDP_H */
