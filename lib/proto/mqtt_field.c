/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules see of MQTT: the messages of a transaction, one after the other. */

#include <assert.h>

#include "mqtt.h"

static const struct mqtt_message *
message_of(const struct gz_tx *tx, uint32_t index)
{
	const struct mqtt_message *m = mqtt_tx_of(tx)->first;

	while (m != NULL && index-- > 0)
		m = m->next;
	return m;
}

static const struct mqtt_message *
of_type(const struct gz_tx *tx, uint8_t type)
{
	const struct mqtt_message *m;

	for (m = mqtt_tx_of(tx)->first; m != NULL && m->type != type;)
		m = m->next;
	return m;
}

/* ---- bytes ---- */

static bool
value(struct gz_span s, struct gz_value *v)
{
	*v = (struct gz_value){ .p = s.p, .len = s.len, .complete = true };
	return s.p != NULL;
}

#define GETTER(name, of, member)                                                              \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                     \
		const struct mqtt_message *m = of_type(tx, of);                               \
                                                                                              \
		return m != NULL && index == 0 && value(m->member, v);                        \
	}

GETTER(protocol, MQTT_CONNECT, protocol)
GETTER(client_id, MQTT_CONNECT, client_id)
GETTER(username, MQTT_CONNECT, username)
GETTER(password, MQTT_CONNECT, password)
GETTER(will_topic, MQTT_CONNECT, will_topic)
GETTER(will_message, MQTT_CONNECT, will_message)
GETTER(topic, MQTT_PUBLISH, topic)
GETTER(message, MQTT_PUBLISH, message)

static bool
get_topic_of(const struct gz_tx *tx, uint8_t type, uint32_t index, struct gz_value *v)
{
	const struct mqtt_message *m = of_type(tx, type);
	struct gz_cursor c;
	struct gz_span topic;
	uint8_t options;

	if (m == NULL || index >= MQTT_VALUES_MOST)
		return false;
	c = gz_cursor(m->list.p, m->list.len);
	do {
		if (!mqtt_topic(m, &c, &topic, &options))
			return false;
	} while (index-- > 0);
	return value(topic, v);
}

static bool
get_subscribe_topic(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_topic_of(tx, MQTT_SUBSCRIBE, index, v);
}

static bool
get_unsubscribe_topic(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_topic_of(tx, MQTT_UNSUBSCRIBE, index, v);
}

/* ---- numbers ---- */

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = mqtt_tx_of(tx)->first;

	if (m == NULL || index > 0)
		return false;
	*v = m->version;
	return true;
}

static bool
get_type(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = message_of(tx, index);

	if (m == NULL)
		return false;
	*v = m->type;
	return true;
}

static bool
get_flags(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = message_of(tx, index);

	if (m == NULL)
		return false;
	*v = m->flags;
	return true;
}

static bool
get_qos(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = message_of(tx, index);

	if (m == NULL)
		return false;
	*v = mqtt_qos(m);
	return true;
}

static bool
get_connect_flags(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = of_type(tx, MQTT_CONNECT);

	if (m == NULL || index > 0 || m->skipped > 0)
		return false;
	*v = m->connect_flags;
	return true;
}

static bool
get_session_present(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m = of_type(tx, MQTT_CONNACK);

	if (m == NULL || index > 0)
		return false;
	*v = m->session_present;
	return true;
}

/** Codes of all messages: one each, or as many as topics were asked for. */
static bool
get_code(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct mqtt_message *m;
	uint32_t n;

	for (m = mqtt_tx_of(tx)->first; m != NULL; m = m->next) {
		bool many = m->type == MQTT_SUBACK || m->type == MQTT_UNSUBACK;

		n = many ? RTE_MIN(m->list.len, (uint32_t)MQTT_VALUES_MOST) : m->has_code;
		if (index < n) {
			*v = many ? m->list.p[index] : m->code;
			return true;
		}
		index -= n;
	}
	return false;
}

static const struct gz_field_word type_words[] = { { "UNASSIGNED", MQTT_UNASSIGNED },
	{ "CONNECT", MQTT_CONNECT }, { "CONNACK", MQTT_CONNACK }, { "PUBLISH", MQTT_PUBLISH },
	{ "PUBACK", MQTT_PUBACK }, { "PUBREC", MQTT_PUBREC }, { "PUBREL", MQTT_PUBREL },
	{ "PUBCOMP", MQTT_PUBCOMP }, { "SUBSCRIBE", MQTT_SUBSCRIBE }, { "SUBACK", MQTT_SUBACK },
	{ "UNSUBSCRIBE", MQTT_UNSUBSCRIBE }, { "UNSUBACK", MQTT_UNSUBACK },
	{ "PINGREQ", MQTT_PINGREQ }, { "PINGRESP", MQTT_PINGRESP },
	{ "DISCONNECT", MQTT_DISCONNECT }, { "AUTH", MQTT_AUTH }, { NULL, 0 } };
static const struct gz_field_word flag_words[] = { { "dup", MQTT_DUP }, { "retain", MQTT_RETAIN },
	{ NULL, 0 } };
static const struct gz_field_word connect_words[] = { { "username", MQTT_USERNAME },
	{ "password", MQTT_PASSWORD }, { "will", MQTT_WILL }, { "will_retain", MQTT_WILL_RETAIN },
	{ "clean_session", MQTT_CLEAN_SESSION }, { NULL, 0 } };
static const struct gz_field_word yes_words[] = { { "yes", 1 }, { "true", 1 }, { "no", 0 },
	{ "false", 0 }, { NULL, 0 } };

enum {
	BOTH = GZ_FIELD_C2S | GZ_FIELD_S2C,
	MANY = BOTH | GZ_FIELD_MULTI,
};

/* clang-format off */
const struct gz_field_row mqtt_fields[] = {
	{ .name = "mqtt.connect.protocol_string", .get = get_protocol, .flags = BOTH,
		.help = "name of the protocol in a CONNECT" },
	{ .name = "mqtt.connect.clientid", .get = get_client_id, .flags = BOTH,
		.help = "what the client calls itself" },
	{ .name = "mqtt.connect.username", .get = get_username, .flags = BOTH,
		.help = "name that the client gives" },
	{ .name = "mqtt.connect.password", .get = get_password, .flags = BOTH,
		.help = "password that the client gives" },
	{ .name = "mqtt.connect.willtopic", .get = get_will_topic, .flags = BOTH,
		.help = "topic of the client's last will" },
	{ .name = "mqtt.connect.willmessage", .get = get_will_message, .flags = BOTH,
		.help = "the client's last will" },
	{ .name = "mqtt.publish.topic", .get = get_topic, .flags = BOTH,
		.help = "topic of a PUBLISH" },
	{ .name = "mqtt.publish.message", .get = get_message, .flags = BOTH,
		.help = "what is published" },
	{ .name = "mqtt.subscribe.topic", .get = get_subscribe_topic, .flags = MANY,
		.help = "each topic of a SUBSCRIBE" },
	{ .name = "mqtt.unsubscribe.topic", .get = get_unsubscribe_topic, .flags = MANY,
		.help = "each topic of an UNSUBSCRIBE" },
	{ .name = "mqtt.protocol_version", .get_number = get_version, .flags = BOTH,
		.help = "version of MQTT: 3, 4 (3.1.1) or 5" },
	{ .name = "mqtt.type", .get_number = get_type, .flags = MANY, .words = type_words,
		.help = "type of each message" },
	{ .name = "mqtt.flags", .get_number = get_flags, .flags = MANY | GZ_FIELD_BITS,
		.words = flag_words, .help = "flags of a message" },
	{ .name = "mqtt.qos", .get_number = get_qos, .flags = MANY,
		.help = "quality of service of a message" },
	{ .name = "mqtt.connect.flags", .get_number = get_connect_flags,
		.flags = BOTH | GZ_FIELD_BITS, .words = connect_words, .help = "flags of a CONNECT" },
	{ .name = "mqtt.connack.session_present", .get_number = get_session_present, .flags = BOTH,
		.words = yes_words, .help = "whether the server remembers the client" },
	{ .name = "mqtt.reason_code", .alias = "mqtt.connack.return_code", .get_number = get_code,
		.flags = MANY, .help = "code of the outcome" },
};
/* clang-format on */
static_assert(RTE_DIM(mqtt_fields) == MQTT_NB_FIELDS, "mqtt.h tells how many");
