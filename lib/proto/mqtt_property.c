/* SPDX-License-Identifier: BSD-3-Clause */

/* The properties of MQTT 5.0 messages (section 2.2.2). */

#include "mqtt.h"

enum kind {
	KIND_NONE,
	KIND_U8,
	KIND_U16,
	KIND_U32,
	KIND_LENGTH,
	KIND_TEXT,
	KIND_PAIR,
};

static const struct {
	const char *name;
	enum kind kind;
} known[] = {
	[1] = { "payload_format_indicator", KIND_U8 },
	[2] = { "message_expiry_interval", KIND_U32 },
	[3] = { "content_type", KIND_TEXT },
	[8] = { "response_topic", KIND_TEXT },
	[9] = { "correlation_data", KIND_TEXT },
	[11] = { "subscription_identifier", KIND_LENGTH },
	[17] = { "session_expiry_interval", KIND_U32 },
	[18] = { "assigned_client_identifier", KIND_TEXT },
	[19] = { "server_keep_alive", KIND_U16 },
	[21] = { "authentication_method", KIND_TEXT },
	[22] = { "authentication_data", KIND_TEXT },
	[23] = { "request_problem_information", KIND_U8 },
	[24] = { "will_delay_interval", KIND_U32 },
	[25] = { "request_response_information", KIND_U8 },
	[26] = { "response_information", KIND_TEXT },
	[28] = { "server_reference", KIND_TEXT },
	[31] = { "reason_string", KIND_TEXT },
	[33] = { "receive_maximum", KIND_U16 },
	[34] = { "topic_alias_maximum", KIND_U16 },
	[35] = { "topic_alias", KIND_U16 },
	[36] = { "maximum_qos", KIND_U8 },
	[37] = { "retain_available", KIND_U8 },
	[38] = { NULL, KIND_PAIR }, /* the sender names it */
	[39] = { "maximum_packet_size", KIND_U32 },
	[40] = { "wildcard_subscription_available", KIND_U8 },
	[41] = { "subscription_identifier_available", KIND_U8 },
	[42] = { "shared_subscription_available", KIND_U8 },
};

struct property {
	const char *name;
	enum kind kind;
	uint32_t number;
	struct gz_span key, text;
};

static bool
read_text(struct gz_cursor *c, struct gz_span *s)
{
	uint16_t len;

	return gz_cursor_be16(c, &len) && gz_cursor_take(c, len, s);
}

static bool
read_value(struct gz_cursor *c, struct property *p)
{
	uint8_t u8;
	uint16_t u16;

	switch (p->kind) {
	case KIND_U8:
		if (!gz_cursor_u8(c, &u8))
			return false;
		p->number = u8;
		return true;
	case KIND_U16:
		if (!gz_cursor_be16(c, &u16))
			return false;
		p->number = u16;
		return true;
	case KIND_U32:
		return gz_cursor_be32(c, &p->number);
	case KIND_LENGTH:
		return mqtt_length(c, &p->number) == 1;
	case KIND_PAIR:
		return read_text(c, &p->key) && read_text(c, &p->text);
	case KIND_TEXT:
		return read_text(c, &p->text);
	default:
		return false;
	}
}

static bool
next(struct gz_cursor *c, struct property *p)
{
	uint32_t id;

	if (mqtt_length(c, &id) != 1 || id >= RTE_DIM(known))
		return false;
	p->name = known[id].name;
	p->kind = known[id].kind;
	return read_value(c, p);
}

bool
mqtt_properties(struct gz_cursor *c, struct gz_span *properties)
{
	struct gz_cursor all;
	struct property p;
	uint32_t len;

	if (mqtt_length(c, &len) != 1 || !gz_cursor_take(c, len, properties))
		return false;
	all = gz_cursor(properties->p, len);
	while (gz_cursor_left(&all) > 0) {
		if (!next(&all, &p))
			return false;
	}
	return true;
}

void
mqtt_log_properties(struct gz_json *j, struct gz_span properties)
{
	struct gz_cursor c = gz_cursor(properties.p, properties.len);
	struct property p;

	while (gz_cursor_left(&c) > 0 && next(&c, &p)) {
		if (p.kind == KIND_PAIR)
			gz_json_pair(j, p.key, p.text);
		else if (p.kind == KIND_TEXT)
			gz_json_bytes(j, p.name, p.text);
		else
			gz_json_u64(j, p.name, p.number);
	}
}
