/* SPDX-License-Identifier: BSD-3-Clause */

/* One MQTT message: its variable header and payload (MQTT 5.0 section 3). */

#include "mqtt.h"

int
mqtt_length(struct gz_cursor *c, uint32_t *value)
{
	uint32_t v = 0;
	uint8_t byte;

	for (uint32_t i = 0; i < 4; i++) {
		if (!gz_cursor_u8(c, &byte))
			return 0;
		v |= (uint32_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0) {
			*value = v;
			return 1;
		}
	}
	return -1;
}

static bool
text(struct gz_cursor *c, struct gz_span *s)
{
	uint16_t len;

	return gz_cursor_be16(c, &len) && gz_cursor_take(c, len, s);
}

bool
mqtt_topic(const struct mqtt_message *m, struct gz_cursor *c, struct gz_span *topic,
		uint8_t *options)
{
	*options = 0;
	return text(c, topic) && (m->type != MQTT_SUBSCRIBE || gz_cursor_u8(c, options));
}

static bool
properties(const struct mqtt_message *m, struct gz_cursor *c, struct gz_span *s)
{
	return m->version < MQTT_5 || mqtt_properties(c, s);
}

static bool
read_connect(struct mqtt_message *m, struct gz_cursor *c)
{
	uint16_t keep_alive;

	if (!text(c, &m->protocol) || !gz_cursor_u8(c, &m->connect_version))
		return false;
	m->version = m->connect_version;
	if (!gz_cursor_u8(c, &m->connect_flags) || !gz_cursor_be16(c, &keep_alive) ||
			!properties(m, c, &m->properties) || !text(c, &m->client_id))
		return false;
	if (m->connect_flags & MQTT_WILL &&
			(!properties(m, c, &m->will_properties) || !text(c, &m->will_topic) ||
					!text(c, &m->will_message)))
		return false;
	if (m->connect_flags & MQTT_USERNAME && !text(c, &m->username))
		return false;
	return (m->connect_flags & MQTT_PASSWORD) == 0 || text(c, &m->password);
}

static bool
read_connack(struct mqtt_message *m, struct gz_cursor *c)
{
	uint8_t flags;

	if (!gz_cursor_u8(c, &flags) || !gz_cursor_u8(c, &m->code))
		return false;
	m->has_code = true;
	m->session_present = flags & 1;
	/* one that refuses the version has none */
	return gz_cursor_left(c) == 0 || properties(m, c, &m->properties);
}

static bool
read_id(struct mqtt_message *m, struct gz_cursor *c)
{
	m->has_id = gz_cursor_be16(c, &m->id);
	return m->has_id;
}

static bool
read_publish(struct mqtt_message *m, struct gz_cursor *c)
{
	if (!text(c, &m->topic) || (mqtt_qos(m) > 0 && !read_id(m, c)) ||
			!properties(m, c, &m->properties))
		return false;
	return gz_cursor_take(c, gz_cursor_left(c), &m->message);
}

/** Reason code and properties, which MQTT 5 may leave out; then it is 0. */
static bool
read_reason(struct mqtt_message *m, struct gz_cursor *c)
{
	if (m->version < MQTT_5)
		return true;
	m->has_code = true;
	if (!gz_cursor_u8(c, &m->code))
		return true;
	return gz_cursor_left(c) == 0 || mqtt_properties(c, &m->properties);
}

/** As above; rules and events of the field take the reason for 0 where no properties follow it. */
static bool
read_disconnect(struct mqtt_message *m, struct gz_cursor *c)
{
	bool good = read_reason(m, c);

	if (m->properties.p == NULL)
		m->code = 0;
	return good;
}

static bool
read_topics(struct mqtt_message *m, struct gz_cursor *c)
{
	struct gz_cursor list;
	struct gz_span topic;
	uint8_t options;

	/* QoS 0 is not allowed here; such messages have no identifier */
	if ((mqtt_qos(m) > 0 && !read_id(m, c)) || !properties(m, c, &m->properties))
		return false;
	list = *c;
	if (!gz_cursor_take(c, gz_cursor_left(c), &m->list))
		return false;
	while (gz_cursor_left(&list) > 0) {
		if (!mqtt_topic(m, &list, &topic, &options))
			return false;
	}
	return true;
}

static bool
read_codes(struct mqtt_message *m, struct gz_cursor *c)
{
	return read_id(m, c) && properties(m, c, &m->properties) &&
			gz_cursor_take(c, gz_cursor_left(c), &m->list);
}

bool
mqtt_read(struct mqtt_message *m, uint32_t len)
{
	struct gz_cursor c = gz_cursor(m->bytes, len);

	switch (m->type) {
	case MQTT_CONNECT:
		return read_connect(m, &c);
	case MQTT_CONNACK:
		return read_connack(m, &c);
	case MQTT_PUBLISH:
		return read_publish(m, &c);
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBREL:
	case MQTT_PUBCOMP:
		return read_id(m, &c) && read_reason(m, &c);
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		return read_topics(m, &c);
	case MQTT_SUBACK:
	case MQTT_UNSUBACK:
		return read_codes(m, &c);
	case MQTT_DISCONNECT:
		return read_disconnect(m, &c);
	case MQTT_AUTH:
		return read_reason(m, &c);
	default:
		return true;
	}
}
