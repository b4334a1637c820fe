/* SPDX-License-Identifier: BSD-3-Clause */

/* MQTT in events: each message of a transaction by its name. */

#include "mqtt.h"

enum {
	LOG_TEXT_MOST = 1024, /* bytes of a value that are told */
	LOG_TOPICS_MOST = 100,
};

static void
write_text(struct gz_json *j, const char *key, struct gz_span s)
{
	if (s.p != NULL)
		gz_json_bytes(j, key, gz_span(s.p, RTE_MIN(s.len, (uint32_t)LOG_TEXT_MOST)));
}

static void
write_properties(struct gz_json *j, const struct mqtt_message *m, struct gz_span properties)
{
	if (m->version < MQTT_5 || properties.len == 0 || properties.len > LOG_TEXT_MOST)
		return;
	gz_json_object(j, "properties");
	mqtt_log_properties(j, properties);
	gz_json_object_end(j);
}

static void
write_connect(struct gz_json *j, const struct mqtt_message *m)
{
	write_text(j, "protocol_string", m->protocol);
	gz_json_u64(j, "protocol_version", m->connect_version);
	gz_json_object(j, "flags");
	gz_json_bool(j, "username", m->connect_flags & MQTT_USERNAME);
	gz_json_bool(j, "password", m->connect_flags & MQTT_PASSWORD);
	gz_json_bool(j, "will_retain", m->connect_flags & MQTT_WILL_RETAIN);
	gz_json_bool(j, "will", m->connect_flags & MQTT_WILL);
	gz_json_bool(j, "clean_session", m->connect_flags & MQTT_CLEAN_SESSION);
	gz_json_object_end(j);
	write_text(j, "client_id", m->client_id);
	write_text(j, "username", m->username);
	write_text(j, "password", m->password);
	if (m->connect_flags & MQTT_WILL) {
		gz_json_object(j, "will");
		write_text(j, "topic", m->will_topic);
		write_text(j, "message", m->will_message);
		write_properties(j, m, m->will_properties);
		gz_json_object_end(j);
	}
}

static void
write_topics(struct gz_json *j, const struct mqtt_message *m)
{
	struct gz_cursor c = gz_cursor(m->list.p, m->list.len);
	struct gz_span topic;
	uint8_t options;

	gz_json_array(j, "topics");
	for (uint32_t i = 0; i < LOG_TOPICS_MOST && mqtt_topic(m, &c, &topic, &options); i++) {
		topic.len = RTE_MIN(topic.len, (uint32_t)LOG_TEXT_MOST / 4);
		if (m->type == MQTT_UNSUBSCRIBE) {
			gz_json_bytes(j, NULL, topic);
			continue;
		}
		gz_json_object(j, NULL);
		gz_json_bytes(j, "topic", topic);
		gz_json_u64(j, "qos", options & 3);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
write_codes(struct gz_json *j, const char *key, struct gz_span codes)
{
	gz_json_array(j, key);
	for (uint32_t i = 0; i < RTE_MIN(codes.len, (uint32_t)LOG_TEXT_MOST); i++)
		gz_json_u64(j, NULL, codes.p[i]);
	gz_json_array_end(j);
}

static void
write_members(struct gz_json *j, const struct mqtt_message *m)
{
	if (m->type == MQTT_CONNECT)
		write_connect(j, m);
	if (m->type == MQTT_CONNACK)
		gz_json_bool(j, "session_present", m->session_present);
	if (m->has_id)
		gz_json_u64(j, "message_id", m->id);
	if (m->has_code)
		gz_json_u64(j, m->type == MQTT_CONNACK ? "return_code" : "reason_code", m->code);
	write_text(j, "topic", m->topic);
	write_text(j, "message", m->message);
	if (m->type == MQTT_SUBSCRIBE || m->type == MQTT_UNSUBSCRIBE)
		write_topics(j, m);
	if (m->type == MQTT_SUBACK)
		write_codes(j, "qos_granted", m->list);
	if (m->type == MQTT_UNSUBACK && m->list.len > 0)
		write_codes(j, "reason_codes", m->list);
	write_properties(j, m, m->properties);
}

static void
write_message(struct gz_json *j, const struct mqtt_message *m)
{
	static const char *const names[MQTT_NB_TYPES] = { "unassigned", "connect", "connack",
		"publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback",
		"unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth" };

	gz_json_object(j, names[m->type]);
	gz_json_u64(j, "qos", mqtt_qos(m));
	gz_json_bool(j, "retain", m->flags & MQTT_RETAIN);
	gz_json_bool(j, "dup", m->flags & MQTT_DUP);
	if (m->skipped > 0) {
		gz_json_bool(j, "truncated", true);
		gz_json_u64(j, "skipped_length", m->skipped);
	} else {
		write_members(j, m);
	}
	gz_json_object_end(j);
}

void
mqtt_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct mqtt_message *m;

	gz_json_object(j, "mqtt");
	for (m = mqtt_tx_of(tx)->first; m != NULL; m = m->next)
		write_message(j, m);
	gz_json_object_end(j);
}
