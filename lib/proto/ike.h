/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_H
#define IKE_H

/* IKE 1 (RFC 2408, 2409) and 2 (RFC 7296): each message is a transaction. */

#include "gz_cursor.h"
#include "gz_ike.h"
#include "gz_proto.h"

enum {
	IKE_HEAD = 28,
	IKE_SPI = 8,
	IKE_TRANSFORMS_MOST = 32, /* of a message */
	IKE_ATTRIBUTES_MOST = 16, /* of a transform */
	IKE_PAYLOADS_MOST = 64,
	IKE_LIST_MOST = 16, /* of vendors and of notifications */

	IKE_ENC = 1, /* transforms of version 2 (RFC 7296 section 3.3.2) */
	IKE_PRF = 2,
	IKE_AUTH = 3,
	IKE_DH = 4,
	IKE_ESN = 5,
	IKE_NB_KINDS,
};

enum ike_event {
	IKE_EVENT_MALFORMED,
	IKE_EVENT_NO_ENCRYPTION,
	IKE_EVENT_WEAK_ENC,
	IKE_EVENT_WEAK_PRF,
	IKE_EVENT_WEAK_DH,
	IKE_EVENT_WEAK_AUTH,
	IKE_EVENT_NO_DH,
	IKE_EVENT_NO_AUTH,
	IKE_EVENT_INVALID_PROPOSAL,
	IKE_EVENT_UNKNOWN_PROPOSAL,
	IKE_EVENT_EXTRA_DATA,
	IKE_EVENT_MULTIPLE_PROPOSAL,
};

/** Of version 1: a proposal's attributes. */
struct ike_transform {
	uint32_t nb;
	struct {
		uint16_t type;
		uint32_t value;
	} attributes[IKE_ATTRIBUTES_MOST];
};

struct ike_tx {
	uint8_t dir, major, minor, exchange, flags;
	bool encrypted, told; /* told: its head was whole */
	uint32_t message_id, doi;
	char spi[2][2 * IKE_SPI + 1]; /* of initiator and responder, in hex */
	struct gz_bytes message; /* the spans lie in it */
	uint8_t payloads[IKE_PAYLOADS_MOST];
	uint32_t nb_payloads;
	struct gz_span key, nonce;
	struct gz_bytes vendors; /* in hex, each with its NUL */
	uint32_t nb_vendors;
	uint32_t nb_transforms;
	struct ike_transform *transforms; /* of version 1; NULL: none */
	uint16_t notify[IKE_LIST_MOST];
	uint32_t nb_notify, errors;
};

struct ike_state {
	struct ike_transform chosen; /* version 1: by the responder */
	struct gz_bytes key[2], nonce[2]; /* version 1: in hex */
	uint32_t key_len[2], nonce_len[2];
	uint32_t doi;
	bool has_kind[IKE_NB_KINDS]; /* version 2: chosen by the responder */
	uint16_t kind[IKE_NB_KINDS];
};

static inline struct ike_tx *
ike_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** Read the payloads of @p t. @return false: malformed. */
bool ike_read(struct gz_app *app, struct gz_tx *tx);

extern const struct gz_field_row ike_fields[];
enum {
	IKE_NB_FIELDS = 8,
};
void ike_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* IKE_H */
