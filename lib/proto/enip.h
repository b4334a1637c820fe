/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ENIP_H
#define ENIP_H

/* EtherNet/IP (ODVA, volume 2) and CIP within: a request and its response are a transaction. */

#include "gz_cursor.h"
#include "gz_enip.h"
#include "gz_proto.h"

enum {
	ENIP_HEAD = 24,
	ENIP_SEND_RR_DATA = 0x6f,
	ENIP_SEND_UNIT_DATA = 0x70,
	ENIP_ITEM_CONNECTED = 0xb1,
	ENIP_ITEM_UNCONNECTED = 0xb2,
	ENIP_ITEMS_MOST = 64,
	ENIP_SERVICES_MOST = 32, /* of CIP in a message */
	ENIP_NB_FIELDS = 18,
};

/** A device's own words about itself. */
struct enip_identity {
	uint16_t protocol, vendor, device, product, status;
	uint8_t major, minor, state;
	uint32_t serial;
	struct gz_span name;
};

/** One direction of a transaction. */
struct enip_message {
	bool here;
	uint16_t command;
	uint32_t session, status;
	uint64_t context;
	struct gz_bytes data; /* the spans lie in it */
	bool has_identity, has_services;
	struct enip_identity identity;
	uint16_t service_version, capabilities;
	struct gz_span service_name;
	uint32_t nb_cip;
	struct gz_cip *cip; /* ENIP_SERVICES_MOST; NULL: none */
};

struct enip_tx {
	struct enip_message side[2];
};

static inline struct enip_tx *
enip_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** Read what @p m carries. @return false: malformed. */
bool enip_read(struct gz_app *app, struct enip_message *m);

extern const struct gz_field_row enip_fields[ENIP_NB_FIELDS];
extern const struct gz_field_word enip_commands[];
void enip_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* ENIP_H */
