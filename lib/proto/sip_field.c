/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules and events see of SIP. */

#include <assert.h>

#include "sip.h"

static bool
value(const struct sip_tx *t, const struct sip_line *l, struct gz_value *v)
{
	if (l == NULL)
		return false;
	*v = (struct gz_value){ .p = t->message.p + l->at, .len = l->len, .complete = true };
	return true;
}

#define FIRST_LINE(name, of_response)                                                         \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                     \
		const struct sip_tx *t = sip_tx_of(tx);                                       \
                                                                                              \
		return index == 0 && t->response == (of_response) && value(t, &t->name, v);   \
	}

#define HEADER(name, kind)                                                                    \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                     \
		const struct sip_tx *t = sip_tx_of(tx);                                       \
                                                                                              \
		return value(t, sip_header(t, kind, index), v);                               \
	}

#define SDP(name, letter, in_media)                                                           \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                     \
		const struct sip_tx *t = sip_tx_of(tx);                                       \
                                                                                              \
		return value(t, sdp_line(t, letter, in_media, index), v);                     \
	}

FIRST_LINE(method, false)
FIRST_LINE(uri, false)
FIRST_LINE(code, true)
FIRST_LINE(reason, true)
HEADER(from, SIP_FROM)
HEADER(to, SIP_TO)
HEADER(via, SIP_VIA)
HEADER(user_agent, SIP_USER_AGENT)
HEADER(content_type, SIP_CONTENT_TYPE)
HEADER(content_length, SIP_CONTENT_LENGTH)
SDP(origin, 'o', false)
SDP(session_name, 's', false)
SDP(session_info, 'i', false)
SDP(sdp_uri, 'u', false)
SDP(email, 'e', false)
SDP(phone_number, 'p', false)
SDP(connection_data, 'c', false)
SDP(bandwidth, 'b', false)
SDP(time, 't', false)
SDP(repeat_time, 'r', false)
SDP(timezone, 'z', false)
SDP(encryption_key, 'k', false)
SDP(attribute, 'a', false)
SDP(media, 'm', true)
SDP(media_info, 'i', true)
SDP(media_connection, 'c', true)
SDP(media_key, 'k', true)

static bool
get_protocol(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct sip_tx *t = sip_tx_of(tx);

	return index == 0 && value(t, &t->version, v);
}

static bool
get_first_line(const struct sip_tx *t, uint32_t index, struct gz_value *v)
{
	*v = (struct gz_value){ .p = t->message.p, .len = t->first_len, .complete = true };
	return index == 0;
}

static bool
get_request_line(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return !sip_tx_of(tx)->response && get_first_line(sip_tx_of(tx), index, v);
}

static bool
get_response_line(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return sip_tx_of(tx)->response && get_first_line(sip_tx_of(tx), index, v);
}

enum {
	ONE = GZ_FIELD_C2S | GZ_FIELD_S2C,
	MANY = ONE | GZ_FIELD_MULTI,
};

/* clang-format off */
const struct gz_field_row sip_fields[] = {
	{ .name = "sip.method", .get = get_method, .flags = ONE, .help = "method of a request" },
	{ .name = "sip.uri", .get = get_uri, .flags = ONE, .help = "URI of a request" },
	{ .name = "sip.request_line", .get = get_request_line, .flags = ONE,
		.help = "first line of a request" },
	{ .name = "sip.stat_code", .get = get_code, .flags = ONE, .help = "code of a response" },
	{ .name = "sip.stat_msg", .get = get_reason, .flags = ONE, .help = "reason of a response" },
	{ .name = "sip.response_line", .get = get_response_line, .flags = ONE,
		.help = "first line of a response" },
	{ .name = "sip.protocol", .get = get_protocol, .flags = ONE,
		.help = "protocol and version in the first line" },
	{ .name = "sip.from", .get = get_from, .flags = MANY, .help = "From" },
	{ .name = "sip.to", .get = get_to, .flags = MANY, .help = "To" },
	{ .name = "sip.via", .get = get_via, .flags = MANY, .help = "Via" },
	{ .name = "sip.user_agent", .get = get_user_agent, .flags = MANY, .help = "User-Agent" },
	{ .name = "sip.content_type", .get = get_content_type, .flags = MANY,
		.help = "Content-Type" },
	{ .name = "sip.content_length", .get = get_content_length, .flags = MANY,
		.help = "Content-Length" },
	{ .name = "sdp.origin", .get = get_origin, .flags = ONE, .help = "o= of the session" },
	{ .name = "sdp.session_name", .get = get_session_name, .flags = ONE,
		.help = "s= of the session" },
	{ .name = "sdp.session_info", .get = get_session_info, .flags = ONE,
		.help = "i= of the session" },
	{ .name = "sdp.uri", .get = get_sdp_uri, .flags = ONE, .help = "u= of the session" },
	{ .name = "sdp.email", .get = get_email, .flags = MANY, .help = "e= of the session" },
	{ .name = "sdp.phone_number", .get = get_phone_number, .flags = MANY,
		.help = "p= of the session" },
	{ .name = "sdp.connection_data", .get = get_connection_data, .flags = ONE,
		.help = "c= of the session" },
	{ .name = "sdp.bandwidth", .get = get_bandwidth, .flags = MANY, .help = "b= of the session" },
	{ .name = "sdp.time", .get = get_time, .flags = MANY, .help = "t= of the session" },
	{ .name = "sdp.repeat_time", .get = get_repeat_time, .flags = MANY,
		.help = "r= of the session" },
	{ .name = "sdp.timezone", .get = get_timezone, .flags = ONE, .help = "z= of the session" },
	{ .name = "sdp.encryption_key", .get = get_encryption_key, .flags = ONE,
		.help = "k= of the session" },
	{ .name = "sdp.attribute", .get = get_attribute, .flags = MANY, .help = "a= of the session" },
	{ .name = "sdp.media.media", .alias = "sdp.media_description.media",
		.get = get_media, .flags = MANY, .help = "m= of each media" },
	{ .name = "sdp.media.session_info", .alias = "sdp.media_description.session_info",
		.get = get_media_info, .flags = MANY, .help = "i= of each media" },
	{ .name = "sdp.media.connection_data", .alias = "sdp.media_description.connection_data",
		.get = get_media_connection, .flags = MANY, .help = "c= of each media" },
	{ .name = "sdp.media.encryption_key", .alias = "sdp.media_description.encryption_key",
		.get = get_media_key, .flags = MANY, .help = "k= of each media" },
};
/* clang-format on */
static_assert(RTE_DIM(sip_fields) == SIP_NB_FIELDS, "sip.h tells how many");

void
sip_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct sip_tx *t = sip_tx_of(tx);

	gz_json_object(j, "sip");
	if (!t->response) {
		gz_json_bytes(j, "method", sip_span(t, &t->method));
		gz_json_bytes(j, "uri", sip_span(t, &t->uri));
	}
	gz_json_bytes(j, "version", sip_span(t, &t->version));
	if (t->response) {
		gz_json_bytes(j, "code", sip_span(t, &t->code));
		gz_json_bytes(j, "reason", sip_span(t, &t->reason));
	}
	gz_json_bytes(j, t->response ? "response_line" : "request_line",
			gz_span(t->message.p, t->first_len));
	sdp_log(t, j);
	gz_json_object_end(j);
}
