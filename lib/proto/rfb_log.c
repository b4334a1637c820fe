/* SPDX-License-Identifier: BSD-3-Clause */

/* RFB's events. */

#include "rfb.h"

static void
log_version(const struct rfb_version *v, const char *key, struct gz_json *j)
{
	if (!v->known)
		return;
	gz_json_object(j, key);
	gz_json_str(j, "major", v->major);
	gz_json_str(j, "minor", v->minor);
	gz_json_object_end(j);
}

static void
log_security(const struct rfb_tx *t, struct gz_json *j)
{
	static const char *const results[] = { "OK", "FAIL", "TOOMANY" };

	gz_json_object(j, "authentication");
	if (t->has_type)
		gz_json_u64(j, "security_type", t->type);
	if (t->has_challenge) {
		gz_json_object(j, "vnc");
		gz_json_hex(j, "challenge", gz_span(t->challenge, RFB_CHALLENGE_BYTES), 0);
		if (t->has_response)
			gz_json_hex(j, "response", gz_span(t->response, RFB_CHALLENGE_BYTES), 0);
		gz_json_object_end(j);
	}
	if (t->has_result && t->result < RTE_DIM(results))
		gz_json_str(j, "security_result", results[t->result]);
	else if (t->has_result)
		gz_json_fmt(j, "security_result", "UNKNOWN (%u)", t->result);
	gz_json_object_end(j);
	if (t->reason.len > 0)
		gz_json_bytes(j, "server_security_failure_reason", gz_bytes_span(&t->reason));
}

static void
log_screen(const struct rfb_tx *t, struct gz_json *j)
{
	static const char *const max[] = { "red_max", "green_max", "blue_max" };
	static const char *const shift[] = { "red_shift", "green_shift", "blue_shift" };
	const struct rfb_screen *s = &t->screen;
	uint32_t i;

	gz_json_object(j, "framebuffer");
	gz_json_u64(j, "width", s->width);
	gz_json_u64(j, "height", s->height);
	gz_json_bytes(j, "name", gz_bytes_span(&t->name));
	gz_json_object(j, "pixel_format");
	gz_json_u64(j, "bits_per_pixel", s->bits);
	gz_json_u64(j, "depth", s->depth);
	gz_json_bool(j, "big_endian", s->big_endian);
	gz_json_bool(j, "true_color", s->true_color);
	for (i = 0; i < 3; i++)
		gz_json_u64(j, max[i], s->max[i]);
	for (i = 0; i < 3; i++)
		gz_json_u64(j, shift[i], s->shift[i]);
	gz_json_object_end(j);
	gz_json_object_end(j);
}

void
rfb_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct rfb_tx *t = rfb_tx_of(tx);

	gz_json_object(j, "rfb");
	log_version(&t->version[GZ_S2C], "server_protocol_version", j);
	log_version(&t->version[GZ_C2S], "client_protocol_version", j);
	log_security(t, j);
	if (t->has_shared)
		gz_json_bool(j, "screen_shared", t->shared);
	if (t->screen.known)
		log_screen(t, j);
	gz_json_object_end(j);
}
