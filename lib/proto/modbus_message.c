/* SPDX-License-Identifier: BSD-3-Clause */

/* What is in Modbus' messages (section 6 of the protocol's specification). */

#include "modbus.h"

enum {
	COIL_ON = 0xff00,
	READ_BITS_MOST = 2000,
	READ_REGISTERS_MOST = 125,
	WRITE_BITS_MOST = 1968,
	WRITE_REGISTERS_MOST = 123,
	READ_WRITE_MOST = 121, /* written of both at once */

	SUB_LAST = 21, /* of a diagnostic */
	ENCAPSULATED_CANOPEN = 13,
	ENCAPSULATED_DEVICE = 14,
};

static const uint8_t accesses[MODBUS_FUNCTIONS] = {
	[MODBUS_READ_COILS] = GZ_MODBUS_READ | GZ_MODBUS_COILS,
	[MODBUS_READ_DISCRETES] = GZ_MODBUS_READ | GZ_MODBUS_DISCRETES,
	[MODBUS_READ_HOLDING] = GZ_MODBUS_READ | GZ_MODBUS_HOLDING,
	[MODBUS_READ_INPUT] = GZ_MODBUS_READ | GZ_MODBUS_INPUT,
	[MODBUS_WRITE_COIL] = GZ_MODBUS_WRITE | GZ_MODBUS_COILS | GZ_MODBUS_SINGLE,
	[MODBUS_WRITE_REGISTER] = GZ_MODBUS_WRITE | GZ_MODBUS_HOLDING | GZ_MODBUS_SINGLE,
	[MODBUS_WRITE_COILS] = GZ_MODBUS_WRITE | GZ_MODBUS_COILS | GZ_MODBUS_MULTIPLE,
	[MODBUS_WRITE_REGISTERS] = GZ_MODBUS_WRITE | GZ_MODBUS_HOLDING | GZ_MODBUS_MULTIPLE,
	[MODBUS_MASK_REGISTER] = GZ_MODBUS_WRITE | GZ_MODBUS_HOLDING,
	[MODBUS_READ_WRITE] = GZ_MODBUS_READ | GZ_MODBUS_WRITE | GZ_MODBUS_HOLDING |
			GZ_MODBUS_MULTIPLE,
};

static bool
sub_is_known(uint8_t function, uint16_t sub)
{
	if (function == MODBUS_DIAGNOSTIC)
		return sub <= SUB_LAST && (sub < 5 || sub > 9);
	return sub == ENCAPSULATED_CANOPEN || sub == ENCAPSULATED_DEVICE;
}

static uint8_t
category_of(const struct modbus_message *m)
{
	uint8_t f = modbus_function(m);

	if (f == 0)
		return 0;
	if (f == 41 || f == 42 || f == 90 || f == 91 || f >= 125)
		return GZ_MODBUS_RESERVED;
	if ((f >= 65 && f <= 72) || (f >= 100 && f <= 110))
		return GZ_MODBUS_USER;
	if (m->has_sub && (m->function & MODBUS_EXCEPTION) == 0 && !sub_is_known(f, m->sub))
		return GZ_MODBUS_RESERVED;
	return f <= 24 || f == MODBUS_ENCAPSULATED ? GZ_MODBUS_ASSIGNED : GZ_MODBUS_UNASSIGNED;
}

static void
blame(struct modbus_message *m, enum modbus_event event)
{
	m->errors |= (uint16_t)(1 << event);
}

/** Which cells, of which there may be so many at a time. */
static void
take_cells(struct modbus_message *m, struct gz_cursor *c, struct modbus_cells *cells, uint16_t most)
{
	cells->told = gz_cursor_be16(c, &cells->address) && gz_cursor_be16(c, &cells->quantity);
	if (!cells->told)
		blame(m, MODBUS_EVENT_LENGTH);
	else if (cells->quantity == 0 || cells->quantity > most ||
			cells->address + (uint32_t)cells->quantity > UINT16_MAX + 1u)
		blame(m, MODBUS_EVENT_VALUE);
}

/** Bytes with their number in front; they are looked at, however many that tells. */
static void
take_values(struct modbus_message *m, struct gz_cursor *c, uint32_t want)
{
	uint8_t len;

	if (!gz_cursor_u8(c, &len) || len != gz_cursor_left(c))
		blame(m, MODBUS_EVENT_LENGTH);
	else if (want > 0 && len != want)
		blame(m, MODBUS_EVENT_VALUE);
	m->values = gz_span(c->p, gz_cursor_left(c));
	gz_cursor_skip(c, gz_cursor_left(c));
}

/** A write to one cell, and what a device says of it. */
static void
take_single(struct modbus_message *m, struct gz_cursor *c)
{
	m->write.told = gz_cursor_be16(c, &m->write.address) && gz_cursor_be16(c, &m->value);
	m->has_value = m->write.told;
	m->write.quantity = 1;
	if (!m->write.told)
		blame(m, MODBUS_EVENT_LENGTH);
	else if (modbus_function(m) == MODBUS_WRITE_COIL && m->value != 0 && m->value != COIL_ON)
		blame(m, MODBUS_EVENT_VALUE);
}

static void
take_mask(struct modbus_message *m, struct gz_cursor *c)
{
	m->write.told = gz_cursor_be16(c, &m->write.address) && gz_cursor_be16(c, &m->and_mask) &&
			gz_cursor_be16(c, &m->or_mask);
	m->write.quantity = 1;
	if (!m->write.told)
		blame(m, MODBUS_EVENT_LENGTH);
}

/** A diagnostic tells which one in two bytes, an encapsulated message in one. */
static void
take_sub(struct modbus_message *m, struct gz_cursor *c)
{
	uint8_t kind = 0;

	if (modbus_function(m) == MODBUS_DIAGNOSTIC) {
		m->has_sub = gz_cursor_be16(c, &m->sub);
	} else {
		m->has_sub = gz_cursor_u8(c, &kind);
		m->sub = kind;
	}
	if (!m->has_sub)
		blame(m, MODBUS_EVENT_LENGTH);
	m->values = gz_span(c->p, gz_cursor_left(c));
	gz_cursor_skip(c, gz_cursor_left(c));
}

static uint32_t
bytes_of(uint32_t bits)
{
	return (bits + 7) / 8;
}

static void
take_request(struct modbus_message *m, struct gz_cursor *c)
{
	switch (m->function) {
	case MODBUS_READ_COILS:
	case MODBUS_READ_DISCRETES:
		take_cells(m, c, &m->read, READ_BITS_MOST);
		break;
	case MODBUS_READ_HOLDING:
	case MODBUS_READ_INPUT:
		take_cells(m, c, &m->read, READ_REGISTERS_MOST);
		break;
	case MODBUS_WRITE_COIL:
	case MODBUS_WRITE_REGISTER:
		take_single(m, c);
		break;
	case MODBUS_WRITE_COILS:
		take_cells(m, c, &m->write, WRITE_BITS_MOST);
		take_values(m, c, bytes_of(m->write.quantity));
		break;
	case MODBUS_WRITE_REGISTERS:
		take_cells(m, c, &m->write, WRITE_REGISTERS_MOST);
		take_values(m, c, 2u * m->write.quantity);
		break;
	case MODBUS_MASK_REGISTER:
		take_mask(m, c);
		break;
	case MODBUS_READ_WRITE:
		take_cells(m, c, &m->read, READ_REGISTERS_MOST);
		take_cells(m, c, &m->write, READ_WRITE_MOST);
		take_values(m, c, 2u * m->write.quantity);
		break;
	case MODBUS_DIAGNOSTIC:
	case MODBUS_ENCAPSULATED:
		take_sub(m, c);
		break;
	case MODBUS_READ_EXCEPTIONS:
	case MODBUS_EVENT_COUNTER:
	case MODBUS_EVENT_LOG:
	case MODBUS_REPORT_SERVER:
		break; /* nothing is behind them */
	default:
		m->values = gz_span(c->p, gz_cursor_left(c));
		gz_cursor_skip(c, gz_cursor_left(c));
		break;
	}
}

static void
take_response(struct modbus_message *m, struct gz_cursor *c)
{
	switch (m->function) {
	case MODBUS_READ_COILS:
	case MODBUS_READ_DISCRETES:
	case MODBUS_READ_HOLDING:
	case MODBUS_READ_INPUT:
	case MODBUS_READ_WRITE:
		take_values(m, c, 0);
		break;
	case MODBUS_WRITE_COIL:
	case MODBUS_WRITE_REGISTER:
		take_single(m, c);
		break;
	case MODBUS_WRITE_COILS:
	case MODBUS_WRITE_REGISTERS:
		take_cells(m, c, &m->write, UINT16_MAX);
		break;
	case MODBUS_MASK_REGISTER:
		take_mask(m, c);
		break;
	case MODBUS_DIAGNOSTIC:
	case MODBUS_ENCAPSULATED:
		take_sub(m, c);
		break;
	default:
		m->values = gz_span(c->p, gz_cursor_left(c));
		gz_cursor_skip(c, gz_cursor_left(c));
		break;
	}
}

/** Section 7. */
static void
take_exception(struct modbus_message *m, struct gz_cursor *c)
{
	uint8_t code = 0;

	m->has_sub = gz_cursor_u8(c, &code);
	m->sub = code;
	if (!m->has_sub)
		blame(m, MODBUS_EVENT_LENGTH);
	else if (code == 0 || code == 9 || code > 11)
		blame(m, MODBUS_EVENT_EXCEPTION);
}

static void
finish(struct modbus_message *m, const struct gz_cursor *c)
{
	m->access = accesses[modbus_function(m)];
	m->category = category_of(m);
	if (gz_cursor_left(c) > 0)
		blame(m, MODBUS_EVENT_LENGTH);
	if (modbus_function(m) == 0)
		blame(m, MODBUS_EVENT_FUNCTION);
}

void
modbus_read_request(struct modbus_message *m)
{
	struct gz_cursor c = gz_cursor(m->data.p, m->data.len);

	take_request(m, &c);
	if (m->function & MODBUS_EXCEPTION)
		blame(m, MODBUS_EVENT_FUNCTION);
	finish(m, &c);
}

void
modbus_read_response(struct modbus_message *m)
{
	struct gz_cursor c = gz_cursor(m->data.p, m->data.len);

	if (m->function & MODBUS_EXCEPTION)
		take_exception(m, &c);
	else
		take_response(m, &c);
	finish(m, &c);
}

static bool
are_same_cells(const struct modbus_cells *a, const struct modbus_cells *b)
{
	return a->told && b->told && a->address == b->address && a->quantity == b->quantity;
}

bool
modbus_fits(const struct modbus_message *q, const struct modbus_message *a)
{
	if (modbus_function(a) != q->function || a->unit != q->unit)
		return false;
	if (a->function & MODBUS_EXCEPTION)
		return true;
	switch (a->function) {
	case MODBUS_READ_COILS:
	case MODBUS_READ_DISCRETES:
		return a->values.len == bytes_of(q->read.quantity);
	case MODBUS_READ_HOLDING:
	case MODBUS_READ_INPUT:
	case MODBUS_READ_WRITE:
		return a->values.len == 2u * q->read.quantity;
	case MODBUS_WRITE_COIL:
	case MODBUS_WRITE_REGISTER:
		return are_same_cells(&q->write, &a->write) && q->value == a->value;
	case MODBUS_WRITE_COILS:
	case MODBUS_WRITE_REGISTERS:
		return are_same_cells(&q->write, &a->write);
	case MODBUS_MASK_REGISTER:
		return are_same_cells(&q->write, &a->write) && q->and_mask == a->and_mask &&
				q->or_mask == a->or_mask;
	default:
		return true;
	}
}
