/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Kerberos 5 (RFC 4120) over UDP, and over TCP with a length in front of each
 * message. Each message is a transaction of its own.
 */

#include <netinet/in.h>

#include "gz_krb5.h"
#include "gz_proto.h"

#include "krb.h"

enum {
	KRB_AS_REQ = 10,
	KRB_AS_REP = 11,
	KRB_TGS_REQ = 12,
	KRB_TGS_REP = 13,
	KRB_AP_REP = 15,
	KRB_RESERVED16 = 16,
	KRB_SAFE = 20,
	KRB_CRED = 22,
	KRB_ERROR = 30,

	KRB_MESSAGE_MOST = 60 * 1024, /* bytes of a message that is looked at */
};

enum {
	KRB_EVENT_MALFORMED,
	KRB_EVENT_WEAK,
};

static const char *const events[] = {
	[KRB_EVENT_MALFORMED] = "malformed_data",
	[KRB_EVENT_WEAK] = "weak_encryption",
};

struct krb_tx {
	uint8_t type;
	uint8_t failed; /* type of the request that an error is about; 0: unknown */
	bool has_realm, has_code, has_etype, has_ticket;
	int32_t code, etype, ticket_etype;
	struct gz_bytes cname, sname; /* a name's parts, each with its NUL */
	struct gz_bytes realm;
};

struct krb_state {
	uint8_t last; /* type of the last request */
	uint32_t skip[2]; /* bytes of a message that is too long */
};

static struct krb_tx *
tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* ---- what is in a message ---- */

/** EncryptedData: with which algorithm? */
static bool
take_etype(struct gz_cursor c, int32_t *etype)
{
	struct gz_cursor seq, part;

	return ber_enter(&c, BER_SEQUENCE, &seq) && ber_enter(&seq, KRB_PART, &part) &&
			krb_take_int32(part, etype);
}

static void
take_ticket(struct gz_app *app, struct krb_tx *t, struct gz_cursor c)
{
	struct gz_cursor seq, part;
	uint8_t tag;

	if (!krb_enter_ticket(c, &seq))
		return;
	while (ber_next(&seq, &tag, &part)) {
		if (tag == KRB_PART + 1 && !t->has_realm)
			t->has_realm = krb_take_text(app, &t->realm, part);
		else if (tag == KRB_PART + 2)
			krb_take_name(app, &t->sname, part);
		else if (tag == KRB_PART + 3)
			t->has_ticket = take_etype(part, &t->ticket_etype);
	}
}

static void
take_request(struct gz_app *app, struct krb_tx *t, uint8_t tag, struct gz_cursor part)
{
	struct gz_cursor body;

	if (tag != KRB_PART + 4 || !ber_enter(&part, BER_SEQUENCE, &body))
		return;
	while (ber_next(&body, &tag, &part)) {
		if (tag == KRB_PART + 1)
			krb_take_name(app, &t->cname, part);
		else if (tag == KRB_PART + 2)
			t->has_realm = krb_take_text(app, &t->realm, part);
		else if (tag == KRB_PART + 3)
			krb_take_name(app, &t->sname, part);
	}
}

static void
take_reply(struct gz_app *app, struct krb_tx *t, uint8_t tag, struct gz_cursor part)
{
	if (tag == KRB_PART + 3)
		t->has_realm = krb_take_text(app, &t->realm, part);
	else if (tag == KRB_PART + 4)
		krb_take_name(app, &t->cname, part);
	else if (tag == KRB_PART + 5)
		take_ticket(app, t, part);
	else if (tag == KRB_PART + 6)
		t->has_etype = take_etype(part, &t->etype);
}

static void
take_error(struct gz_app *app, struct krb_tx *t, uint8_t tag, struct gz_cursor part)
{
	if (tag == KRB_PART + 6)
		t->has_code = krb_take_int32(part, &t->code);
	else if (tag == KRB_PART + 7)
		t->has_realm = krb_take_text(app, &t->realm, part);
	else if (tag == KRB_PART + 8)
		krb_take_name(app, &t->cname, part);
	else if (tag == KRB_PART + 10)
		krb_take_name(app, &t->sname, part);
}

static void
take_part(struct gz_app *app, struct krb_tx *t, uint8_t tag, struct gz_cursor part)
{
	switch (t->type) {
	case KRB_AS_REQ:
	case KRB_TGS_REQ:
		take_request(app, t, tag, part);
		break;
	case KRB_AS_REP:
	case KRB_TGS_REP:
		take_reply(app, t, tag, part);
		break;
	case KRB_AP_REQ:
		if (tag == KRB_PART + 3)
			take_ticket(app, t, part);
		break;
	case KRB_ERROR:
		take_error(app, t, tag, part);
		break;
	}
}

/** DES and RC4. */
bool
gz_krb5_etype_is_weak(int32_t etype)
{
	return etype < 0 || (etype >= 1 && etype <= 3) || etype == 23 || etype == 24;
}

/* ---- messages ---- */

static bool
is_type(uint8_t tag)
{
	uint32_t type = tag & 0x1fu;

	return (tag & 0xe0) == KRB_APPLICATION &&
			((type >= KRB_AS_REQ && type <= KRB_RESERVED16) ||
					(type >= KRB_SAFE && type <= KRB_CRED) ||
					type == KRB_ERROR);
}

/** @return false: no memory. */
static bool
take_message(struct gz_app *app, enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len), body, seq, part;
	struct krb_state *state = app->state;
	struct gz_tx *tx = gz_tx_new(app);
	struct krb_tx *t;
	uint8_t tag;

	if (tx == NULL)
		return false;
	t = tx_of(tx);
	gz_tx_one_way(tx, dir);
	if (!ber_next(&c, &tag, &body) || !is_type(tag) || !ber_enter(&body, BER_SEQUENCE, &seq)) {
		gz_tx_event(tx, KRB_EVENT_MALFORMED);
		return true;
	}
	t->type = tag & 0x1f;
	while (ber_next(&seq, &tag, &part))
		take_part(app, t, tag, part);
	if (gz_cursor_left(&seq) > 0)
		gz_tx_event(tx, KRB_EVENT_MALFORMED);
	if ((t->has_etype && gz_krb5_etype_is_weak(t->etype)) ||
			(t->has_ticket && gz_krb5_etype_is_weak(t->ticket_etype)))
		gz_tx_event(tx, KRB_EVENT_WEAK);
	if (t->type == KRB_ERROR)
		t->failed = state->last;
	else if (dir == GZ_C2S)
		state->last = t->type;
	return true;
}

/** @return false: the next message is not all there. */
static bool
next_message(struct krb_state *s, struct gz_input *in, struct gz_span *msg)
{
	struct gz_cursor c;
	uint32_t n, len;

	for (;;) {
		n = RTE_MIN(s->skip[in->dir], in->len - in->eaten);
		in->eaten += n;
		s->skip[in->dir] -= n;
		c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
		if (!gz_cursor_be32(&c, &len))
			return false;
		if (len <= KRB_MESSAGE_MOST)
			break;
		in->eaten += 4;
		s->skip[in->dir] = len;
	}
	if (!gz_cursor_take(&c, len, msg))
		return false;
	in->eaten += 4 + len;
	return true;
}

static enum gz_parse
krb5_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_span msg;

	if (app->flow->proto == IPPROTO_UDP) {
		in->eaten = in->len;
		return take_message(app, in->dir, gz_span(in->p, in->len)) ? GZ_PARSE_OK
									   : GZ_PARSE_BROKEN;
	}
	while (next_message(app->state, in, &msg)) {
		if (!take_message(app, in->dir, msg))
			return GZ_PARSE_BROKEN;
	}
	return GZ_PARSE_OK;
}

static void
krb5_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &tx_of(tx)->cname);
	gz_bytes_free(app, &tx_of(tx)->sname);
	gz_bytes_free(app, &tx_of(tx)->realm);
}

/** A tag, a length, a sequence. */
static enum gz_probe
krb5_probe_udp(enum gz_dir dir, struct gz_span s)
{
	uint32_t at;

	if (s.len > 0 && !is_type(s.p[0]))
		return GZ_PROBE_NO;
	if (s.len < 2)
		return GZ_PROBE_MAYBE;
	at = s.p[1] < 0x80 ? 2 : 2 + (s.p[1] & 0x7fu);
	if (at > 6)
		return GZ_PROBE_NO;
	if (s.len <= at)
		return GZ_PROBE_MAYBE;
	return s.p[at] == BER_SEQUENCE ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static enum gz_probe
krb5_probe(enum gz_dir dir, struct gz_span s)
{
	if ((s.len > 0 && s.p[0] != 0) || (s.len > 1 && s.p[1] > 16))
		return GZ_PROBE_NO;
	if (s.len < 4)
		return GZ_PROBE_MAYBE;
	return krb5_probe_udp(dir, gz_span(s.p + 4, s.len - 4));
}

/* ---- fields ---- */

static bool
get_part(const struct gz_bytes *n, uint32_t index, struct gz_value *v)
{
	struct gz_span rest = gz_bytes_span(n), part;

	while (gz_span_cut(&rest, '\0', &part)) {
		if (index-- > 0)
			continue;
		*v = (struct gz_value){ part.p, part.len, 0, true };
		return part.len > 0;
	}
	return false;
}

static bool
get_cname(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(&tx_of(tx)->cname, index, v);
}

static bool
get_sname(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(&tx_of(tx)->sname, index, v);
}

static bool
get_type(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->type;
	return index == 0 && *v != 0;
}

static bool
get_code(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = (uint32_t)tx_of(tx)->code;
	return index == 0 && tx_of(tx)->has_code;
}

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

/* clang-format off */
static const struct gz_field_row fields[] = {
	{ .name = "krb5_msg_type", .get_number = get_type, .flags = BOTH,
		.help = "type of a Kerberos message: 10 AS-REQ, 11 AS-REP, 12 TGS-REQ, 13 TGS-REP, 30 error" },
	{ .name = "krb5_err_code", .get_number = get_code, .flags = BOTH,
		.help = "code of a Kerberos error" },
	{ .name = "krb5.cname", .alias = "krb5_cname", .get = get_cname, .flags = BOTH | GZ_FIELD_MULTI,
		.priority = 2, .help = "each part of the client's name" },
	{ .name = "krb5.sname", .alias = "krb5_sname", .get = get_sname, .flags = BOTH | GZ_FIELD_MULTI,
		.priority = 2, .help = "each part of the service's name" },
};
/* clang-format on */

/* ---- events ---- */

/* clang-format off */
static const char *const type_names[] = {
	[KRB_AS_REQ] = "KRB_AS_REQ", "KRB_AS_REP", "KRB_TGS_REQ", "KRB_TGS_REP", "KRB_AP_REQ",
	"KRB_AP_REP", [KRB_SAFE] = "KRB_SAFE", "KRB_PRIV", "KRB_CRED", [KRB_ERROR] = "KRB_ERROR",
};

static const char *const etype_names[] = {
	[1] = "des-cbc-crc", "des-cbc-md4", "des-cbc-md5", [5] = "des3-cbc-md5", [7] = "des3-cbc-sha1",
	[16] = "des3-cbc-sha1-kd", "aes128-cts-hmac-sha1-96", "aes256-cts-hmac-sha1-96",
	"aes128-cts-hmac-sha256-128", "aes256-cts-hmac-sha384-192", [23] = "rc4-hmac",
	"rc4-hmac-exp", "camellia128-cts-cmac", "camellia256-cts-cmac",
};
/* clang-format on */

int
gz_krb5_etype_find(struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(etype_names); i++)
		if (etype_names[i] != NULL &&
				gz_span_equal_nocase(gz_span_str(etype_names[i]), name))
			return (int)i;
	return -1;
}

bool
gz_krb5_ticket(const struct gz_tx *tx, int32_t *etype)
{
	const struct krb_tx *t = tx_of(tx);

	*etype = t->ticket_etype;
	return t->has_ticket;
}

static const char *const code_names[] = { "KDC_ERR_NONE", "KDC_ERR_NAME_EXP", "KDC_ERR_SERVICE_EXP",
	"KDC_ERR_BAD_PVNO", "KDC_ERR_C_OLD_MAST_KVNO", "KDC_ERR_S_OLD_MAST_KVNO",
	"KDC_ERR_C_PRINCIPAL_UNKNOWN", "KDC_ERR_S_PRINCIPAL_UNKNOWN",
	"KDC_ERR_PRINCIPAL_NOT_UNIQUE", "KDC_ERR_NULL_KEY", "KDC_ERR_CANNOT_POSTDATE",
	"KDC_ERR_NEVER_VALID", "KDC_ERR_POLICY", "KDC_ERR_BADOPTION", "KDC_ERR_ETYPE_NOSUPP",
	"KDC_ERR_SUMTYPE_NOSUPP", "KDC_ERR_PADATA_TYPE_NOSUPP", "KDC_ERR_TRTYPE_NOSUPP",
	"KDC_ERR_CLIENT_REVOKED", "KDC_ERR_SERVICE_REVOKED", "KDC_ERR_TGT_REVOKED",
	"KDC_ERR_CLIENT_NOTYET", "KDC_ERR_SERVICE_NOTYET", "KDC_ERR_KEY_EXPIRED",
	"KDC_ERR_PREAUTH_FAILED", "KDC_ERR_PREAUTH_REQUIRED", "KDC_ERR_SERVER_NOMATCH",
	"KDC_ERR_MUST_USE_USER2USER", "KDC_ERR_PATH_NOT_ACCEPTED",
	"KDC_ERR_SVC_UNAVAILABLE", [31] = "KRB_AP_ERR_BAD_INTEGRITY", "KRB_AP_ERR_TKT_EXPIRED",
	"KRB_AP_ERR_TKT_NYV", "KRB_AP_ERR_REPEAT", "KRB_AP_ERR_NOT_US", "KRB_AP_ERR_BADMATCH",
	"KRB_AP_ERR_SKEW", "KRB_AP_ERR_BADADDR", "KRB_AP_ERR_BADVERSION", "KRB_AP_ERR_MSG_TYPE",
	"KRB_AP_ERR_MODIFIED", "KRB_AP_ERR_BADORDER", [44] = "KRB_AP_ERR_BADKEYVER",
	"KRB_AP_ERR_NOKEY", "KRB_AP_ERR_MUT_FAIL", "KRB_AP_ERR_BADDIRECTION", "KRB_AP_ERR_METHOD",
	"KRB_AP_ERR_BADSEQ", "KRB_AP_ERR_INAPP_CKSUM", "KRB_AP_PATH_NOT_ACCEPTED",
	"KRB_ERR_RESPONSE_TOO_BIG", [60] = "KRB_ERR_GENERIC", "KRB_ERR_FIELD_TOOLONG" };

/** Its name, or its number where it has none. */
static void
log_named(struct gz_json *j, const char *key, int32_t v, const char *const *names, int32_t n)
{
	if (v >= 0 && v < n && names[v] != NULL)
		gz_json_str(j, key, names[v]);
	else
		gz_json_fmt(j, key, "%d", v);
}

static void
log_name(struct gz_json *j, const char *key, const struct gz_bytes *n)
{
	uint8_t text[KRB_TEXT_MOST];
	uint32_t i, len = n->len;

	if (len == 0) {
		gz_json_str(j, key, "<empty>");
		return;
	}
	for (i = 0; i + 1 < len; i++)
		text[i] = n->p[i] == '\0' ? '/' : n->p[i];
	gz_json_bytes(j, key, gz_span(text, len - 1));
}

static void
log_error(const struct krb_tx *t, struct gz_json *j)
{
	if (t->type != KRB_ERROR)
		return;
	if (t->failed != 0)
		log_named(j, "failed_request", t->failed, type_names, RTE_DIM(type_names));
	if (t->has_code)
		log_named(j, "error_code", t->code, code_names, RTE_DIM(code_names));
}

static void
krb5_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct krb_tx *t = tx_of(tx);

	gz_json_object(j, "krb5");
	log_named(j, "msg_type", t->type, type_names, RTE_DIM(type_names));
	log_error(t, j);
	log_name(j, "cname", &t->cname);
	if (t->has_realm)
		gz_json_bytes(j, "realm", gz_bytes_span(&t->realm));
	else
		gz_json_str(j, "realm", "<empty>");
	log_name(j, "sname", &t->sname);
	if (t->has_etype)
		log_named(j, "encryption", t->etype, etype_names, RTE_DIM(etype_names));
	else
		gz_json_str(j, "encryption", "<none>");
	gz_json_bool(j, "weak_encryption", t->has_etype && gz_krb5_etype_is_weak(t->etype));
	if (t->has_ticket) {
		log_named(j, "ticket_encryption", t->ticket_etype, etype_names,
				RTE_DIM(etype_names));
		gz_json_bool(j, "ticket_weak_encryption", gz_krb5_etype_is_weak(t->ticket_etype));
	}
	gz_json_object_end(j);
}

GZ_EVENT_TYPE(krb5_event, "krb5", "a message of Kerberos")

static struct gz_proto krb5 = {
	.reg = { .name = "krb5" },
	.help = "Kerberos 5 over TCP and UDP",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "88",
	.probe = krb5_probe,
	.probe_udp = krb5_probe_udp,
	.state_size = sizeof(struct krb_state),
	.tx_size = sizeof(struct krb_tx),
	.parse = krb5_parse,
	.tx_free = krb5_tx_free,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &krb5_event,
	.log_when = GZ_LOG_BOTH,
	.log = krb5_log,
};
GZ_PROTO_REGISTER(krb5)
