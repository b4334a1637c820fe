/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_MODBUS_H
#define GZ_MODBUS_H

/* What a request of Modbus asks for, for the rule keyword. */

#include "gz_app.h"

enum { /* what a function does, and to which table */
	GZ_MODBUS_READ = 1 << 0,
	GZ_MODBUS_WRITE = 1 << 1,
	GZ_MODBUS_DISCRETES = 1 << 2,
	GZ_MODBUS_COILS = 1 << 3,
	GZ_MODBUS_INPUT = 1 << 4,
	GZ_MODBUS_HOLDING = 1 << 5,
	GZ_MODBUS_SINGLE = 1 << 6,
	GZ_MODBUS_MULTIPLE = 1 << 7,
};

enum { /* whose a function is (section 5.1 of the protocol's specification) */
	GZ_MODBUS_ASSIGNED = 1 << 0,
	GZ_MODBUS_UNASSIGNED = 1 << 1,
	GZ_MODBUS_USER = 1 << 2,
	GZ_MODBUS_RESERVED = 1 << 3,
};

struct gz_modbus {
	uint8_t unit, function;
	bool has_sub;
	uint16_t sub; /* function within a diagnostic, or kind of an encapsulated message */
	uint8_t access, category; /* category 0: it has no function */
};

/** false: the request was not seen. */
bool gz_modbus_request(const struct gz_tx *tx, struct gz_modbus *m);
/** The addresses that it reads, or writes, counted from 1. false: none. */
bool gz_modbus_range(const struct gz_tx *tx, bool write, uint32_t *first, uint32_t *last);
/** What it writes to an address of those; a coil is 0 or 1. false: that is not told. */
bool gz_modbus_written(const struct gz_tx *tx, uint32_t address, uint16_t *value);

#endif /* GZ_MODBUS_H */
