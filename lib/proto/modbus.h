/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MODBUS_H
#define MODBUS_H

/* Modbus over TCP (Modbus Application Protocol V1.1b3): a request and its response. */

#include "gz_cursor.h"
#include "gz_modbus.h"
#include "gz_proto.h"

enum {
	MODBUS_READ_COILS = 1,
	MODBUS_READ_DISCRETES = 2,
	MODBUS_READ_HOLDING = 3,
	MODBUS_READ_INPUT = 4,
	MODBUS_WRITE_COIL = 5,
	MODBUS_WRITE_REGISTER = 6,
	MODBUS_READ_EXCEPTIONS = 7,
	MODBUS_DIAGNOSTIC = 8,
	MODBUS_EVENT_COUNTER = 11,
	MODBUS_EVENT_LOG = 12,
	MODBUS_WRITE_COILS = 15,
	MODBUS_WRITE_REGISTERS = 16,
	MODBUS_REPORT_SERVER = 17,
	MODBUS_MASK_REGISTER = 22,
	MODBUS_READ_WRITE = 23,
	MODBUS_ENCAPSULATED = 43,
	MODBUS_FUNCTIONS = 128,
	MODBUS_EXCEPTION = 0x80, /* a flag of a response's function */
};

enum modbus_event {
	MODBUS_EVENT_PROTOCOL,
	MODBUS_EVENT_UNSOLICITED,
	MODBUS_EVENT_LENGTH,
	MODBUS_EVENT_UNIT,
	MODBUS_EVENT_FUNCTION,
	MODBUS_EVENT_VALUE,
	MODBUS_EVENT_EXCEPTION,
	MODBUS_EVENT_MISMATCH,
	MODBUS_EVENT_FLOODED,
};

/** Cells of a table, from 0 on. */
struct modbus_cells {
	bool told;
	uint16_t address, quantity;
};

/** One direction of a transaction. */
struct modbus_message {
	bool here;
	uint16_t id, protocol;
	uint8_t unit, function; /* as it came */
	uint8_t access, category;
	uint16_t errors; /* 1 << enum modbus_event */
	struct gz_bytes data; /* behind the function; the span lies in it */
	bool has_sub;
	uint16_t sub; /* of a diagnostic, an encapsulated message, an exception */
	struct modbus_cells read, write;
	bool has_value; /* it tells one */
	uint16_t value; /* of a single write */
	uint16_t and_mask, or_mask;
	struct gz_span values; /* read, or written, or what is not understood further */
};

struct modbus_tx {
	struct modbus_message side[2];
};

static inline struct modbus_tx *
modbus_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static inline uint8_t
modbus_function(const struct modbus_message *m)
{
	return m->function & (uint8_t)~MODBUS_EXCEPTION;
}

/* ---- modbus_message.c ---- */

/** Understand m->data; m->errors says what is wrong. */
void modbus_read_request(struct modbus_message *m);
void modbus_read_response(struct modbus_message *m);
/** Does the response say what the request asked for? */
bool modbus_fits(const struct modbus_message *request, const struct modbus_message *response);

/* ---- modbus_log.c ---- */

void modbus_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* MODBUS_H */
