/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RFB_H
#define RFB_H

/* What is known of an RFB connection (RFC 6143): the parser writes, fields and events read. */

#include "gz_json.h"
#include "gz_proto.h"

enum {
	RFB_NONE = 1, /* types of security */
	RFB_VNC = 2,

	RFB_CHALLENGE_BYTES = 16,
	RFB_VERSION_BYTES = 12, /* "RFB 003.008\n" */
	RFB_TEXT_MOST = 4096,
	RFB_NAMED = 1, /* progress of the server's: the screen is known */
};

struct rfb_version {
	bool known;
	char major[4], minor[4]; /* digits as they came */
	uint32_t number; /* of the minor one */
};

struct rfb_screen {
	bool known;
	uint16_t width, height;
	uint8_t bits, depth, big_endian, true_color;
	uint16_t max[3]; /* red, green, blue */
	uint8_t shift[3];
};

struct rfb_tx {
	uint8_t step; /* enum rfb_step */
	struct rfb_version version[2];
	uint32_t type, result;
	uint8_t challenge[RFB_CHALLENGE_BYTES], response[RFB_CHALLENGE_BYTES];
	bool has_type, has_challenge, has_response, has_result, has_shared, shared;
	struct gz_bytes reason, name;
	struct rfb_screen screen;
};

static inline struct rfb_tx *
rfb_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

void rfb_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* RFB_H */
