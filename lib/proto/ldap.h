/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LDAP_H
#define LDAP_H

/*
 * LDAP (RFC 4511) over TCP and UDP, until STARTTLS. A transaction is a request
 * and its responses, told by the number of their messages; what a server says
 * unasked is one of its own. Messages are kept as they came and read where
 * they are asked for.
 */

#include "gz_proto.h"

#include "ber.h"

enum {
	LDAP_MESSAGE_MOST = 48 *
			1024, /* bytes of a message that are kept; the rest is passed over */
	LDAP_RESPONSES_MOST = 256, /* of a request that are kept */
	LDAP_RESPONSES_BYTES = 256 * 1024, /* the same */
	LDAP_VALUES_MOST = 256, /* attributes of a message that are looked at */
	LDAP_PAIRS_MOST = 32 * 1024, /* bytes of attributes as type=value */
};

/** Operations: numbers of APPLICATION tags (section 4.2 on). */
enum ldap_op {
	LDAP_BIND_REQUEST = 0,
	LDAP_BIND_RESPONSE = 1,
	LDAP_UNBIND_REQUEST = 2,
	LDAP_SEARCH_REQUEST = 3,
	LDAP_SEARCH_ENTRY = 4,
	LDAP_SEARCH_DONE = 5,
	LDAP_MODIFY_REQUEST = 6,
	LDAP_MODIFY_RESPONSE = 7,
	LDAP_ADD_REQUEST = 8,
	LDAP_ADD_RESPONSE = 9,
	LDAP_DEL_REQUEST = 10,
	LDAP_DEL_RESPONSE = 11,
	LDAP_MOD_DN_REQUEST = 12,
	LDAP_MOD_DN_RESPONSE = 13,
	LDAP_COMPARE_REQUEST = 14,
	LDAP_COMPARE_RESPONSE = 15,
	LDAP_ABANDON_REQUEST = 16,
	LDAP_SEARCH_REFERENCE = 19,
	LDAP_EXTENDED_REQUEST = 23,
	LDAP_EXTENDED_RESPONSE = 24,
	LDAP_INTERMEDIATE = 25,
	LDAP_NB_OPS
};

enum ldap_event {
	LDAP_EVENT_TOO_MANY_TRANSACTIONS,
	LDAP_EVENT_INVALID_DATA,
	LDAP_EVENT_REQUEST_NOT_FOUND,
	LDAP_EVENT_INCOMPLETE_DATA,
	LDAP_NB_EVENTS
};

/** A message as it came: what is in its operation. */
struct ldap_message {
	struct ldap_message *next;
	uint32_t id;
	uint8_t op; /* enum ldap_op */
	struct gz_bytes pairs; /* each behind its length in two bytes of ours; made when asked for */
	bool has_pairs;
	uint32_t len;
	uint8_t bytes[];
};

struct ldap_tx {
	struct ldap_message *request, *responses, **last;
	uint32_t id, nb_responses, kept_bytes;
};

struct ldap_state {
	uint32_t skip[2]; /* bytes of a message to pass over */
	bool sasl; /* a bind that may protect what follows */
	bool start_tls; /* asked for */
};

/** Result of an operation (section 4.1.9). */
struct ldap_result {
	uint32_t code;
	struct gz_span dn, message;
	struct gz_cursor rest;
};

/** Attributes of a message, one after the other. */
struct ldap_walk {
	const struct ldap_message *m;
	struct gz_cursor list;
	uint32_t nb;
};

struct ldap_attribute {
	uint8_t change; /* of a modification: 0 add, 1 delete, 2 replace */
	struct gz_span type;
	struct gz_cursor values; /* of octet strings */
};

static inline struct ldap_tx *
ldap_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static inline struct gz_cursor
ldap_cursor(const struct ldap_message *m)
{
	return gz_cursor(m->bytes, m->len);
}

/** "bind_request"; NULL: there is no such operation. */
const char *ldap_op_name(uint8_t op);
bool ldap_op_is_request(uint8_t op);
/** Is it the last response to its request? */
bool ldap_op_is_last(uint8_t op);
/** @return false: it has none. */
bool ldap_result(const struct ldap_message *m, struct ldap_result *r);
/** The object that a message is about. @return false: none. */
bool ldap_dn(const struct ldap_message *m, struct gz_span *dn);
void ldap_walk(const struct ldap_message *m, struct ldap_walk *w);
bool ldap_walk_next(struct ldap_walk *w, struct ldap_attribute *a);
/** The @p index-th "type=value" of a message. */
bool ldap_pair(struct gz_app *app, struct ldap_message *m, uint32_t index, struct gz_span *pair);

extern const struct gz_field_word ldap_op_words[];
extern const struct gz_field_word ldap_code_words[];
extern const struct gz_field_row ldap_fields[];
enum {
	LDAP_NB_FIELDS = 11,
};
void ldap_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* LDAP_H */
