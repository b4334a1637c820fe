/* SPDX-License-Identifier: BSD-3-Clause */

/* RDP's events. */

#include "rdp.h"

struct word {
	uint32_t number;
	const char *text;
};

static const struct word versions[] = { { 0x00080001, "v4" }, { 0x00080004, "v5" },
	{ 0x00080005, "v10.0" }, { 0x00080006, "v10.1" }, { 0x00080007, "v10.2" },
	{ 0x00080008, "v10.3" }, { 0x00080009, "v10.4" }, { 0x0008000a, "v10.5" },
	{ 0x0008000b, "v10.6" }, { 0x0008000c, "v10.7" }, { 0x0008000d, "v10.8" },
	{ 0x0008000e, "v10.9" }, { 0x0008000f, "v10.10" }, { 0, NULL } };

static const struct word builds[] = { { 2195, "Windows 2000" }, { 2600, "Windows XP" },
	{ 3790, "Windows Server 2003" }, { 6000, "Windows Vista" }, { 6001, "Windows Vista SP1" },
	{ 6002, "Windows Vista SP2" }, { 7600, "Windows 7" }, { 7601, "Windows 7 SP1" },
	{ 9200, "Windows 8" }, { 9600, "Windows 8.1" }, { 10240, "Windows 10" },
	{ 10586, "Windows 10 Version 1511" }, { 14393, "Windows 10 Version 1607" },
	{ 15063, "Windows 10 Version 1703" }, { 16299, "Windows 10 Version 1709" },
	{ 17134, "Windows 10 Version 1803" }, { 17763, "Windows 10 Version 1809" },
	{ 18362, "Windows 10 Version 1903" }, { 0, NULL } };

/* The lower half of a layout is a language (MS-LCID). */
static const struct word layouts[] = { { 0x0404, "zh-TW" }, { 0x0405, "cs-CZ" },
	{ 0x0406, "da-DK" }, { 0x0407, "de-DE" }, { 0x0408, "el-GR" }, { 0x0409, "en-US" },
	{ 0x040a, "es-ES_tradnl" }, { 0x040b, "fi-FI" }, { 0x040c, "fr-FR" }, { 0x040d, "he-IL" },
	{ 0x040e, "hu-HU" }, { 0x040f, "is-IS" }, { 0x0410, "it-IT" }, { 0x0411, "ja-JP" },
	{ 0x0412, "ko-KR" }, { 0x0413, "nl-NL" }, { 0x0414, "nb-NO" }, { 0x0415, "pl-PL" },
	{ 0x0416, "pt-BR" }, { 0x0418, "ro-RO" }, { 0x0419, "ru-RU" }, { 0x041a, "hr-HR" },
	{ 0x041b, "sk-SK" }, { 0x041d, "sv-SE" }, { 0x041e, "th-TH" }, { 0x041f, "tr-TR" },
	{ 0x0422, "uk-UA" }, { 0x0804, "zh-CN" }, { 0x0807, "de-CH" }, { 0x0809, "en-GB" },
	{ 0x080a, "es-MX" }, { 0x080c, "fr-BE" }, { 0x0816, "pt-PT" }, { 0x0c07, "de-AT" },
	{ 0x0c09, "en-AU" }, { 0x0c0a, "es-ES" }, { 0x0c0c, "fr-CA" }, { 0x1009, "en-CA" },
	{ 0, NULL } };

static const struct word keyboards[] = { { 1, "xt" }, { 2, "ico" }, { 3, "at" }, { 4, "enhanced" },
	{ 5, "1050" }, { 6, "9140" }, { 7, "jp" }, { 0, NULL } };

static const struct word protocols[] = { { 0, "rdp" }, { 1, "ssl" }, { 2, "hybrid" },
	{ 4, "rds_tls" }, { 8, "hybrid_ex" }, { 0, NULL } };

static const struct word failures[] = { { 1, "ssl required by server" },
	{ 2, "ssl not allowed by server" }, { 3, "ssl cert not on server" },
	{ 4, "inconsistent flags" }, { 5, "hybrid required by server" },
	{ 6, "ssl with user auth required by server" }, { 0, NULL } };

/* Bits. */
static const struct word request_flags[] = { { 0x01, "restricted_admin_mode_required" },
	{ 0x02, "redirected_authentication_mode_required" }, { 0x08, "correlation_info_present" },
	{ 0, NULL } };

static const struct word response_flags[] = { { 0x01, "extended_client_data" },
	{ 0x02, "dynvc_gfx" }, { 0x08, "restricted_admin" }, { 0x10, "redirected_authentication" },
	{ 0, NULL } };

static const struct word capabilities[] = { { 0x001, "support_errinfo_pdf" },
	{ 0x002, "want_32bpp_session" }, { 0x004, "support_statusinfo_pdu" },
	{ 0x008, "strong_asymmetric_keys" }, { 0x020, "valid_connection_type" },
	{ 0x040, "support_monitor_layout_pdu" }, { 0x080, "support_netchar_autodetect" },
	{ 0x100, "support_dynvc_gfx_protocol" }, { 0x200, "support_dynamic_time_zone" },
	{ 0x400, "support_heartbeat_pdu" }, { 0, NULL } };

static void
log_word(struct gz_json *j, const char *key, const struct word *w, uint32_t v)
{
	for (; w->text != NULL; w++) {
		if (w->number == v) {
			gz_json_str(j, key, w->text);
			return;
		}
	}
	gz_json_fmt(j, key, "unknown-%u", v);
}

static void
log_bits(struct gz_json *j, const char *key, const struct word *w, uint32_t bits)
{
	if (bits == 0)
		return;
	gz_json_array(j, key);
	for (; w->text != NULL; w++) {
		if (bits & w->number)
			gz_json_str(j, NULL, w->text);
	}
	gz_json_array_end(j);
}

static void
log_client(struct gz_json *j, const struct rdp_client *c)
{
	gz_json_object(j, "client");
	log_word(j, "version", versions, c->version);
	gz_json_u64(j, "desktop_width", c->width);
	gz_json_u64(j, "desktop_height", c->height);
	if (c->has_depth)
		gz_json_u64(j, "color_depth", c->depth);
	log_word(j, "keyboard_layout", layouts, c->layout & UINT16_MAX);
	log_word(j, "build", builds, c->build);
	if (c->name[0] != '\0')
		gz_json_str(j, "client_name", c->name);
	log_word(j, "keyboard_type", keyboards, c->keyboard_type);
	if (c->keyboard_subtype != 0)
		gz_json_u64(j, "keyboard_subtype", c->keyboard_subtype);
	gz_json_u64(j, "function_keys", c->function_keys);
	if (c->has_product)
		gz_json_u64(j, "product_id", c->product);
	if (c->has_capabilities)
		log_bits(j, "capabilities", capabilities, c->capabilities);
	if (c->id[0] != '\0')
		gz_json_str(j, "id", c->id);
	gz_json_object_end(j);
}

static void
log_response(struct gz_json *j, const struct rdp_tx *t)
{
	if (t->negotiation == RDP_FAILURE) {
		gz_json_u64(j, "error_code", t->protocols);
		log_word(j, "reason", failures, t->protocols);
	} else if (t->negotiation == RDP_RESPONSE) {
		log_bits(j, "server_supports", response_flags, t->flags);
		log_word(j, "protocol", protocols, t->protocols);
	}
}

static void
log_channels(struct gz_json *j, const struct rdp_tx *t)
{
	uint32_t i;

	if (t->nb_channels == 0)
		return;
	gz_json_array(j, "channels");
	for (i = 0; i < t->nb_channels; i++)
		gz_json_bytes(j, NULL, gz_span_str(t->channels[i]));
	gz_json_array_end(j);
}

void
rdp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	static const char *const kinds[] = { "initial_request", "initial_response",
		"connect_request", "connect_response" };
	const struct rdp_tx *t = rdp_tx_of(tx);

	gz_json_object(j, "rdp");
	gz_json_u64(j, "tx_id", tx->id + 1);
	gz_json_str(j, "event_type", kinds[t->kind]);
	if (t->cookie.len > 0)
		gz_json_bytes(j, "cookie", gz_bytes_span(&t->cookie));
	if (t->kind == RDP_INITIAL_REQUEST && t->negotiation == RDP_REQUEST)
		log_bits(j, "flags", request_flags, t->flags);
	if (t->kind == RDP_INITIAL_RESPONSE)
		log_response(j, t);
	if (t->has_client)
		log_client(j, &t->client);
	log_channels(j, t);
	gz_json_object_end(j);
}
