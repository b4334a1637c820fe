/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MQTT_H
#define MQTT_H

/*
 * MQTT 3.1, 3.1.1 and 5.0. A transaction is a message and those that answer it:
 * CONNECT and CONNACK, PUBLISH and its acknowledgements, SUBSCRIBE and SUBACK.
 * It is judged in the direction of its first message, anew with each further one.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	MQTT_MESSAGE_MOST = 960 * 1024, /* longer ones are passed over: they fit no piece */
	MQTT_VALUES_MOST = 512, /* topics and codes of a message that are looked at */
	MQTT_MESSAGES_MOST = 16, /* in a transaction */

	MQTT_5 = 5,
};

enum mqtt_type {
	MQTT_UNASSIGNED,
	MQTT_CONNECT,
	MQTT_CONNACK,
	MQTT_PUBLISH,
	MQTT_PUBACK,
	MQTT_PUBREC,
	MQTT_PUBREL,
	MQTT_PUBCOMP,
	MQTT_SUBSCRIBE,
	MQTT_SUBACK,
	MQTT_UNSUBSCRIBE,
	MQTT_UNSUBACK,
	MQTT_PINGREQ,
	MQTT_PINGRESP,
	MQTT_DISCONNECT,
	MQTT_AUTH,
	MQTT_NB_TYPES
};

enum mqtt_flags {
	MQTT_RETAIN = 1 << 0,
	MQTT_QOS_SHIFT = 1,
	MQTT_DUP = 1 << 3,
};

enum mqtt_connect_flags {
	MQTT_CLEAN_SESSION = 1 << 1,
	MQTT_WILL = 1 << 2,
	MQTT_WILL_RETAIN = 1 << 5,
	MQTT_PASSWORD = 1 << 6,
	MQTT_USERNAME = 1 << 7,
};

enum mqtt_event {
	MQTT_EVENT_MISSING_CONNECT,
	MQTT_EVENT_MISSING_PUBLISH,
	MQTT_EVENT_MISSING_SUBSCRIBE,
	MQTT_EVENT_MISSING_UNSUBSCRIBE,
	MQTT_EVENT_DOUBLE_CONNECT,
	MQTT_EVENT_UNINTRODUCED_MESSAGE,
	MQTT_EVENT_INVALID_QOS_LEVEL,
	MQTT_EVENT_MISSING_MSG_ID,
	MQTT_EVENT_UNASSIGNED_MSG_TYPE,
	MQTT_EVENT_TOO_MANY_TRANSACTIONS,
	MQTT_EVENT_MALFORMED_TRAFFIC,
	MQTT_NB_EVENTS
};

/** A message; spans lie in its own bytes. */
struct mqtt_message {
	struct mqtt_message *next;
	uint32_t size; /* allocated */
	uint32_t skipped; /* length of one too long to be read; 0: it was read */
	uint8_t type;
	uint8_t flags; /* lower half of the first byte */
	uint8_t version; /* of the session */
	uint8_t connect_version; /* as CONNECT says it */
	uint8_t connect_flags;
	bool has_id, has_code, session_present;
	uint16_t id;
	uint8_t code; /* CONNACK, PUBACK …, DISCONNECT, AUTH */
	struct gz_span protocol, client_id, will_topic, will_message, username, password;
	struct gz_span topic, message; /* PUBLISH */
	struct gz_span list; /* SUBSCRIBE: topics with options; UNSUBSCRIBE: topics; *ACK: codes */
	struct gz_span properties, will_properties;
	uint8_t bytes[];
};

struct mqtt_tx {
	struct mqtt_message *first, **last;
	uint32_t nb;
	uint8_t dir; /* of the first message */
	bool done;
};

struct mqtt_state {
	uint32_t skip[2]; /* bytes of a message to pass over */
	uint8_t version;
	bool connect_seen, introduced;
};

static inline struct mqtt_tx *
mqtt_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static inline uint8_t
mqtt_qos(const struct mqtt_message *m)
{
	return m->flags >> MQTT_QOS_SHIFT & 3;
}

/** A length in one to four bytes. @return 1, 0: not all there, -1: too long. */
int mqtt_length(struct gz_cursor *c, uint32_t *value);
/** Read @p m from its bytes, @p len of them. @return false: malformed. */
bool mqtt_read(struct mqtt_message *m, uint32_t len);
/** The properties of MQTT 5 at @p c, length and all. @return false: malformed. */
bool mqtt_properties(struct gz_cursor *c, struct gz_span *properties);
void mqtt_log_properties(struct gz_json *j, struct gz_span properties);
/** Take the next topic of a SUBSCRIBE (with its options) or an UNSUBSCRIBE off @p c. */
bool mqtt_topic(const struct mqtt_message *m, struct gz_cursor *c, struct gz_span *topic,
		uint8_t *options);

extern const struct gz_field_row mqtt_fields[];
enum {
	MQTT_NB_FIELDS = 17,
};
void mqtt_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* MQTT_H */
