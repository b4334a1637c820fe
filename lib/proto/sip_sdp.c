/* SPDX-License-Identifier: BSD-3-Clause */

/* Session descriptions in SIP: lines of a letter, "=" and a value (RFC 8866). */

#include "sip.h"

void
sdp_read(struct gz_app *app, struct sip_tx *t, uint32_t from)
{
	struct gz_span all = gz_bytes_span(&t->message), rest, s;
	struct sip_line line = { 0 };

	rest = gz_span(all.p + from, all.len - from);
	if (!gz_span_starts(rest, GZ_SPAN("v=")))
		return;
	while (gz_span_cut(&rest, '\n', &s)) {
		if (s.len > 0 && s.p[s.len - 1] == '\r')
			s.len--;
		if (s.len < 2 || s.p[1] != '=')
			continue;
		line.kind = s.p[0];
		line.in_media |= line.kind == 'm';
		line.at = (uint32_t)(s.p + 2 - all.p);
		line.len = s.len - 2;
		if (!gz_bytes_add(app, &t->sdp, gz_span(&line, sizeof(line)),
				    SIP_SDP_MOST * sizeof(line)))
			return;
	}
}

const struct sip_line *
sdp_line(const struct sip_tx *t, uint8_t letter, bool in_media, uint32_t index)
{
	const struct sip_line *l = (const void *)t->sdp.p;
	uint32_t n = t->sdp.len / (uint32_t)sizeof(*l);

	for (; n > 0; n--, l++) {
		if (l->kind == letter && l->in_media == in_media && index-- == 0)
			return l;
	}
	return NULL;
}

/* ---- events ---- */

static void
write_one(const struct sip_tx *t, struct gz_json *j, const char *key, uint8_t letter)
{
	const struct sip_line *l = sdp_line(t, letter, false, 0);

	if (l != NULL)
		gz_json_bytes(j, key, sip_span(t, l));
}

/** All lines of a kind among @p n at @p l, up to the next media. */
static void
write_all(const struct sip_tx *t, struct gz_json *j, const char *key, uint8_t letter,
		const struct sip_line *l, uint32_t n)
{
	bool open = false;

	for (; n > 0 && l->kind != 'm'; n--, l++) {
		if (l->kind != letter)
			continue;
		if (!open)
			gz_json_array(j, key);
		open = true;
		gz_json_bytes(j, NULL, sip_span(t, l));
	}
	if (open)
		gz_json_array_end(j);
}

static void
write_times(const struct sip_tx *t, struct gz_json *j)
{
	const struct sip_line *time, *repeat;

	time = sdp_line(t, 't', false, 0);
	if (time == NULL)
		return;
	gz_json_array(j, "time_descriptions");
	for (uint32_t i = 0; (time = sdp_line(t, 't', false, i)) != NULL; i++) {
		gz_json_object(j, NULL);
		gz_json_bytes(j, "time", sip_span(t, time));
		repeat = sdp_line(t, 'r', false, i);
		if (repeat != NULL)
			gz_json_bytes(j, "repeat_time", sip_span(t, repeat));
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

/** One media description: @p n lines behind its "m=". */
static void
write_media(const struct sip_tx *t, struct gz_json *j, const struct sip_line *m, uint32_t n)
{
	gz_json_object(j, NULL);
	gz_json_bytes(j, "media", sip_span(t, m));
	for (uint32_t i = 0; i < n && m[1 + i].kind != 'm'; i++) {
		const struct sip_line *l = &m[1 + i];

		if (l->kind == 'i')
			gz_json_bytes(j, "session_info", sip_span(t, l));
		else if (l->kind == 'c')
			gz_json_bytes(j, "connection_data", sip_span(t, l));
		else if (l->kind == 'k')
			gz_json_bytes(j, "encryption_key", sip_span(t, l));
	}
	write_all(t, j, "bandwidths", 'b', m + 1, n);
	write_all(t, j, "attributes", 'a', m + 1, n);
	gz_json_object_end(j);
}

static void
write_medias(const struct sip_tx *t, struct gz_json *j)
{
	const struct sip_line *l = (const void *)t->sdp.p;
	uint32_t n = t->sdp.len / (uint32_t)sizeof(*l);
	bool open = false;

	for (uint32_t i = 0; i < n; i++) {
		if (l[i].kind != 'm')
			continue;
		if (!open)
			gz_json_array(j, "media_descriptions");
		open = true;
		write_media(t, j, &l[i], n - i - 1);
	}
	if (open)
		gz_json_array_end(j);
}

void
sdp_log(const struct sip_tx *t, struct gz_json *j)
{
	static const struct {
		const char *key;
		uint8_t letter;
	} ones[] = { { "origin", 'o' }, { "session_name", 's' }, { "session_info", 'i' },
		{ "uri", 'u' }, { "email", 'e' }, { "phone_number", 'p' },
		{ "connection_data", 'c' }, { "timezone", 'z' }, { "encryption_key", 'k' } };
	const struct sip_line *l = (const void *)t->sdp.p;
	uint32_t n = t->sdp.len / (uint32_t)sizeof(*l);

	if (n == 0)
		return;
	gz_json_object(j, "sdp");
	for (uint32_t i = 0; i < RTE_DIM(ones); i++)
		write_one(t, j, ones[i].key, ones[i].letter);
	write_all(t, j, "bandwidths", 'b', l, n);
	write_times(t, j);
	write_all(t, j, "attributes", 'a', l, n);
	write_medias(t, j);
	gz_json_object_end(j);
}
