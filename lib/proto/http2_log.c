/* SPDX-License-Identifier: BSD-3-Clause */
#include "http2.h"

/* RFC 9113 section 7: as rules name them (with underscores too), and as events do. */
static const char *const error_names[] = { "NOERROR", "PROTOCOLERROR", "INTERNALERROR",
	"FLOWCONTROLERROR", "SETTINGSTIMEOUT", "STREAMCLOSED", "FRAMESIZEERROR", "REFUSEDSTREAM",
	"CANCEL", "COMPRESSIONERROR", "CONNECTERROR", "ENHANCEYOURCALM", "INADEQUATESECURITY",
	"HTTP11REQUIRED" };

const struct gz_field_word http2_error_words[] = {
	{ "NO_ERROR", 0 },
	{ "PROTOCOL_ERROR", 1 },
	{ "INTERNAL_ERROR", 2 },
	{ "FLOW_CONTROL_ERROR", 3 },
	{ "SETTINGS_TIMEOUT", 4 },
	{ "STREAM_CLOSED", 5 },
	{ "FRAME_SIZE_ERROR", 6 },
	{ "REFUSED_STREAM", 7 },
	{ "CANCEL", 8 },
	{ "COMPRESSION_ERROR", 9 },
	{ "CONNECT_ERROR", 10 },
	{ "ENHANCE_YOUR_CALM", 11 },
	{ "INADEQUATE_SECURITY", 12 },
	{ "HTTP_1_1_REQUIRED", 13 },
	{ "HTTP11_REQUIRED", 13 },
	{ NULL, 0 },
};

static const struct {
	uint16_t id;
	const char *name, *eve;
} settings[] = {
	{ 1, "SETTINGS_HEADER_TABLE_SIZE", "SETTINGSHEADERTABLESIZE" },
	{ 2, "SETTINGS_ENABLE_PUSH", "SETTINGSENABLEPUSH" },
	{ 3, "SETTINGS_MAX_CONCURRENT_STREAMS", "SETTINGSMAXCONCURRENTSTREAMS" },
	{ 4, "SETTINGS_INITIAL_WINDOW_SIZE", "SETTINGSINITIALWINDOWSIZE" },
	{ 5, "SETTINGS_MAX_FRAME_SIZE", "SETTINGSMAXFRAMESIZE" },
	{ 6, "SETTINGS_MAX_HEADER_LIST_SIZE", "SETTINGSMAXHEADERLISTSIZE" },
};

int
gz_http2_setting_find(struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(settings); i++) {
		if (gz_span_equal_nocase(name, gz_span_str(settings[i].name)) ||
				gz_span_equal_nocase(name, gz_span_str(settings[i].eve)))
			return settings[i].id;
	}
	return -1;
}

/* ---- events ---- */

static const struct http2_note *
notes(const struct gz_tx *tx, int dir, uint32_t *count)
{
	const struct gz_bytes *b = &http2_tx_of(tx)->notes[dir];

	*count = b->len / (uint32_t)sizeof(struct http2_note);
	return (const void *)b->p;
}

static void
write_pair(struct gz_json *j, struct gz_span name, struct gz_span value)
{
	gz_json_object(j, NULL);
	gz_json_bytes(j, "name", name);
	gz_json_bytes(j, "value", value);
	gz_json_object_end(j);
}

static void
write_headers(struct gz_json *j, const char *key, const struct gz_tx *tx, int dir)
{
	const struct http_side *m = &http2_tx_of(tx)->http.side[dir];
	const struct http2_note *n;
	uint32_t i, count;

	n = notes(tx, dir, &count);
	if (m->nb_headers == 0)
		return;
	gz_json_array(j, key);
	for (i = 0; i < count; i++) {
		if (n[i].kind != HTTP2_NOTE_TABLE_SIZE)
			continue;
		gz_json_object(j, NULL);
		gz_json_u64(j, "table_size_update", n[i].value);
		gz_json_object_end(j);
	}
	for (i = 0; i < m->nb_headers; i++)
		write_pair(j, http_name(m, &m->headers[i]), http_value(m, &m->headers[i]));
	gz_json_array_end(j);
}

static void
write_text(struct gz_json *j, const char *key, struct gz_span s)
{
	if (s.len > 0)
		gz_json_bytes(j, key, s);
}

static void
write_request(struct gz_json *j, const struct http_tx *t)
{
	const struct http_side *m = &t->side[GZ_C2S];

	write_text(j, "hostname", t->uri_host);
	if (t->port >= 0)
		gz_json_i64(j, "http_port", t->port);
	write_text(j, "url", http_text(m, m->part[1]));
	write_text(j, "http_user_agent", http_known(m, HTTP_USER_AGENT));
	write_text(j, "xff", http_known(m, HTTP_X_FORWARDED_FOR));
	write_text(j, "http_refer", http_known(m, HTTP_REFERER));
	write_text(j, "http_method", http_text(m, m->part[0]));
}

static void
write_response(struct gz_json *j, const struct http_tx *t)
{
	const struct http_side *m = &t->side[GZ_S2C];
	uint64_t length = m->message_len;

	if (t->status > 0)
		gz_json_u64(j, "status", t->status);
	write_text(j, "http_content_type", http_known(m, HTTP_CONTENT_TYPE));
	write_text(j, "redirect", http_known(m, HTTP_LOCATION));
	gz_span_u64(http_known(m, HTTP_CONTENT_LENGTH), &length);
	gz_json_u64(j, "length", length);
}

/** What frames of one side said, beside headers. */
static void
write_frames(struct gz_json *j, const char *key, const struct gz_tx *tx, int dir)
{
	const struct http2_note *n;
	bool open = false;
	uint32_t i, k, count;

	n = notes(tx, dir, &count);
	gz_json_object(j, key);
	for (i = 0; i < count; i++) {
		if (n[i].kind != HTTP2_NOTE_SETTING)
			continue;
		if (!open)
			gz_json_array(j, "settings");
		open = true;
		gz_json_object(j, NULL);
		for (k = 0; k < RTE_DIM(settings) && settings[k].id != n[i].id; k++)
			;
		if (k < RTE_DIM(settings))
			gz_json_str(j, "settings_id", settings[k].eve);
		else
			gz_json_fmt(j, "settings_id", "SETTINGSUnknown(%u)", n[i].id);
		gz_json_u64(j, "settings_value", n[i].value);
		gz_json_object_end(j);
	}
	if (open)
		gz_json_array_end(j);
	for (i = 0; i < count; i++) {
		if (n[i].kind == HTTP2_NOTE_ERROR && n[i].value < RTE_DIM(error_names))
			gz_json_str(j, "error_code", error_names[n[i].value]);
		else if (n[i].kind == HTTP2_NOTE_ERROR)
			gz_json_fmt(j, "error_code", "UNKNOWN(%u)", n[i].value);
		else if (n[i].kind == HTTP2_NOTE_PRIORITY)
			gz_json_u64(j, "priority", n[i].value);
		else
			continue;
		break;
	}
	gz_json_object_end(j);
}

static bool
says_something(const struct gz_tx *tx, int dir)
{
	const struct http2_note *n;
	uint32_t i, count;

	n = notes(tx, dir, &count);
	for (i = 0; i < count; i++) {
		if (n[i].kind == HTTP2_NOTE_SETTING || n[i].kind == HTTP2_NOTE_ERROR ||
				n[i].kind == HTTP2_NOTE_PRIORITY)
			return true;
	}
	return false;
}

uint32_t
http2_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return !http2_tx_of(tx)->by_frame || says_something(tx, GZ_C2S) ||
			says_something(tx, GZ_S2C);
}

void
http2_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct http2_tx *t = http2_tx_of(tx);

	gz_json_object(j, "http");
	gz_json_str(j, "version", "2");
	write_headers(j, "request_headers", tx, GZ_C2S);
	write_headers(j, "response_headers", tx, GZ_S2C);
	write_request(j, &t->http);
	if (!t->by_frame)
		write_response(j, &t->http);
	gz_json_object(j, "http2");
	gz_json_u64(j, "stream_id", t->stream);
	write_frames(j, "request", tx, GZ_C2S);
	write_frames(j, "response", tx, GZ_S2C);
	gz_json_object_end(j);
	gz_json_object_end(j);
}
