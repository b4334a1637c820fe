/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BER_H
#define BER_H

/*
 * ASN.1's basic encoding (X.690) from the wire, element by element: definite
 * lengths only, as LDAP, SNMP and Kerberos write them. Nothing recurses; who
 * reads says how deep.
 */

#include "gz_cursor.h"

enum {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OID = 0x06,
	BER_ENUMERATED = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31,
	BER_APPLICATION = 0x40,
	BER_CONTEXT = 0x80,
	BER_CONSTRUCTED = 0x20,
};

/** An element: its first byte (class, constructed, tag below 31) and what is in it. */
struct ber {
	uint8_t id;
	struct gz_span value;
};

/**
 * Read the head of an element: its first byte and its length, of which the bytes need not be there.
 *
 * @return 1; 0: more bytes are needed; -1: no such encoding (long tag, indefinite or huge length).
 */
int ber_head(struct gz_cursor *c, uint8_t *id, uint32_t *len);
/** A whole element. @return false: it is not all there, or malformed; then @p c stays. */
bool ber_take(struct gz_cursor *c, struct ber *e);
/** A whole element with this first byte. */
bool ber_expect(struct gz_cursor *c, uint8_t id, struct gz_span *value);
/** The same, to read on within. */
bool ber_enter(struct gz_cursor *c, uint8_t id, struct gz_cursor *inside);
/** The next element, whatever it is, to read on within. */
bool ber_next(struct gz_cursor *c, uint8_t *id, struct gz_cursor *inside);
/** An integer or the like of at most eight bytes. */
bool ber_number(struct gz_span value, int64_t *n);
/** An element with this first byte that is a number. */
bool ber_expect_number(struct gz_cursor *c, uint8_t id, int64_t *n);

#endif /* BER_H */
