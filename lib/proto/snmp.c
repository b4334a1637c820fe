/* SPDX-License-Identifier: BSD-3-Clause */

/* SNMP 1 (RFC 1157), 2c (RFC 1901) and 3 (RFC 3412, 3414): each message is a transaction. */

#include <arpa/inet.h>
#include <stdio.h>

#include "gz_proto.h"

#include "ber.h"

enum {
	PDU_TRAP_V1 = 4,
	PDU_REPORT = 8,
	NB_PDUS,
	PDU_NONE = 0xff,
	PDU_FIRST_BYTE = 0xa0,

	VARS_MOST = 64, /* that are told */
	OID_TEXT = 256,
	MODEL_USER = 3, /* RFC 3411 section 5 */
	ENCRYPTED = 2, /* a flag of version 3 */
};

enum {
	SNMP_EVENT_MALFORMED,
	SNMP_EVENT_UNKNOWN_MODEL,
	SNMP_EVENT_VERSION_MISMATCH,
};

static const char *const events[] = {
	[SNMP_EVENT_MALFORMED] = "malformed_data",
	[SNMP_EVENT_UNKNOWN_MODEL] = "unknown_security_model",
	[SNMP_EVENT_VERSION_MISMATCH] = "version_mismatch",
};

struct snmp_tx {
	uint8_t dir, version, pdu; /* pdu: PDU_NONE: none was read */
	bool encrypted, has_error, malformed;
	int64_t error, trap;
	struct gz_bytes message; /* the spans lie in it */
	struct gz_span community, user, vars;
	char trap_oid[OID_TEXT], trap_address[INET_ADDRSTRLEN];
};

struct snmp_state {
	uint8_t version; /* of the first message */
};

static struct snmp_tx *
tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* ---- reading ---- */

/** "1.3.6.1": the first byte is two numbers (X.690 section 8.19). */
static void
oid_text(struct gz_span s, char text[OID_TEXT])
{
	uint64_t n = 0;
	uint32_t i, len = 0;
	bool first = true;

	text[0] = '\0';
	for (i = 0; i < s.len && len < OID_TEXT - 24; i++) {
		n = n << 7 | (s.p[i] & 0x7f);
		if (s.p[i] & 0x80)
			continue;
		if (first)
			len += (uint32_t)snprintf(text + len, OID_TEXT - len, "%u.%llu",
					(uint32_t)RTE_MIN(n / 40, UINT64_C(2)),
					(unsigned long long)(n -
							40 * RTE_MIN(n / 40, UINT64_C(2))));
		else
			len += (uint32_t)snprintf(
					text + len, OID_TEXT - len, ".%llu", (unsigned long long)n);
		first = false;
		n = 0;
	}
}

/** RFC 1157 section 4.1.6. */
static bool
read_trap(struct gz_cursor *c, struct snmp_tx *t)
{
	enum {
		ADDRESS = 0x40,
		TICKS = 0x43
	};
	struct gz_span oid, address, ticks;
	int64_t specific;

	if (!ber_expect(c, BER_OID, &oid) || !ber_expect(c, ADDRESS, &address) ||
			!ber_expect_number(c, BER_INTEGER, &t->trap) ||
			!ber_expect_number(c, BER_INTEGER, &specific) ||
			!ber_expect(c, TICKS, &ticks))
		return false;
	oid_text(oid, t->trap_oid);
	if (address.len == sizeof(struct in_addr))
		inet_ntop(AF_INET, address.p, t->trap_address, sizeof(t->trap_address));
	return ber_expect(c, BER_SEQUENCE, &t->vars);
}

/** A PDU's kind is its tag, which may be in the form for long ones, too (X.690 section 8.1.2.4). */
static bool
enter_pdu(struct gz_cursor *c, uint8_t *pdu, struct gz_cursor *in)
{
	enum {
		LONG_TAG = 0xbf
	};
	struct gz_cursor at = *c;
	uint8_t id, kind;
	uint32_t len;

	if (ber_head(&at, &id, &len) == 1) {
		kind = (uint8_t)(id - PDU_FIRST_BYTE);
	} else {
		at = *c;
		if (!gz_cursor_u8(&at, &id) || id != LONG_TAG || ber_head(&at, &kind, &len) != 1)
			return false;
	}
	if (kind >= NB_PDUS || !gz_cursor_sub(&at, len, in))
		return false;
	*pdu = kind;
	*c = at;
	return true;
}

/** RFC 3416 section 3; of a GetBulk the error is how much of it may not repeat. */
static bool
read_pdu(struct gz_cursor *c, struct snmp_tx *t)
{
	enum {
		GET_BULK = 5
	};
	struct gz_cursor in;
	int64_t id, index;

	if (!enter_pdu(c, &t->pdu, &in))
		return false;
	if (t->pdu == PDU_TRAP_V1)
		return read_trap(&in, t);
	if (!ber_expect_number(&in, BER_INTEGER, &id) ||
			!ber_expect_number(&in, BER_INTEGER, &t->error) ||
			!ber_expect_number(&in, BER_INTEGER, &index))
		return false;
	t->has_error = t->error != 0 && t->pdu != GET_BULK;
	return ber_expect(&in, BER_SEQUENCE, &t->vars);
}

/** RFC 3414 section 2.4. */
static bool
read_user(struct gz_span s, struct snmp_tx *t)
{
	struct gz_cursor c = gz_cursor(s.p, s.len), in;
	struct gz_span engine;
	int64_t boots, time;

	return ber_enter(&c, BER_SEQUENCE, &in) && ber_expect(&in, BER_OCTETS, &engine) &&
			ber_expect_number(&in, BER_INTEGER, &boots) &&
			ber_expect_number(&in, BER_INTEGER, &time) &&
			ber_expect(&in, BER_OCTETS, &t->user);
}

/** RFC 3412 section 6. */
static bool
read_v3(struct gz_cursor *c, struct snmp_tx *t, struct gz_tx *tx)
{
	struct gz_span flags, security, engine, name;
	struct gz_cursor head, scoped;
	int64_t id, size, model;

	if (!ber_enter(c, BER_SEQUENCE, &head) || !ber_expect_number(&head, BER_INTEGER, &id) ||
			!ber_expect_number(&head, BER_INTEGER, &size) ||
			!ber_expect(&head, BER_OCTETS, &flags) ||
			!ber_expect_number(&head, BER_INTEGER, &model) ||
			!ber_expect(c, BER_OCTETS, &security))
		return false;
	if (model != MODEL_USER)
		gz_tx_event(tx, SNMP_EVENT_UNKNOWN_MODEL);
	else if (!read_user(security, t))
		return false;
	t->encrypted = flags.len > 0 && flags.p[0] & ENCRYPTED;
	if (t->encrypted)
		return ber_expect(c, BER_OCTETS, &name);
	return ber_enter(c, BER_SEQUENCE, &scoped) && ber_expect(&scoped, BER_OCTETS, &engine) &&
			ber_expect(&scoped, BER_OCTETS, &name) && read_pdu(&scoped, t);
}

static bool
read_message(struct snmp_state *s, struct snmp_tx *t, struct gz_tx *tx)
{
	struct gz_cursor c = gz_cursor(t->message.p, t->message.len), in;
	int64_t version;

	if (!ber_enter(&c, BER_SEQUENCE, &in) || !ber_expect_number(&in, BER_INTEGER, &version) ||
			version < 0 || version > 3 || version == 2)
		return false;
	t->version = version == 3 ? 3 : (uint8_t)version + 1;
	if (s->version == 0)
		s->version = t->version;
	if (s->version != t->version)
		gz_tx_event(tx, SNMP_EVENT_VERSION_MISMATCH);
	if (version == 3)
		return read_v3(&in, t, tx);
	return ber_expect(&in, BER_OCTETS, &t->community) && read_pdu(&in, t);
}

static enum gz_parse
snmp_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_tx *tx = gz_tx_new(app);
	struct snmp_tx *t;

	in->eaten = in->len;
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = tx_of(tx);
	t->dir = (uint8_t)in->dir;
	t->pdu = PDU_NONE;
	if (!gz_bytes_add(app, &t->message, gz_span(in->p, in->len), UINT16_MAX) ||
			!read_message(app->state, t, tx)) {
		t->malformed = true;
		gz_tx_event(tx, SNMP_EVENT_MALFORMED);
	}
	gz_tx_one_way(tx, in->dir);
	return GZ_PARSE_OK;
}

static void
snmp_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &tx_of(tx)->message);
}

/** A sequence with a version, as long as the datagram. */
static enum gz_probe
snmp_probe(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	int64_t version;
	uint32_t len;
	uint8_t id;

	if (ber_head(&c, &id, &len) != 1 || id != BER_SEQUENCE || len > gz_cursor_left(&c) ||
			!ber_expect_number(&c, BER_INTEGER, &version))
		return GZ_PROBE_NO;
	return version == 0 || version == 1 || version == 3 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/* ---- fields ---- */

static bool
bytes(struct gz_span s, uint32_t index, struct gz_value *v)
{
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return index == 0 && s.p != NULL;
}

static bool
text(const char *s, uint32_t index, struct gz_value *v)
{
	return s[0] != '\0' && bytes(gz_span_str(s), index, v);
}

static bool
get_community(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(tx_of(tx)->community, index, v);
}

static bool
get_user(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(tx_of(tx)->user, index, v);
}

static bool
get_trap_oid(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return text(tx_of(tx)->trap_oid, index, v);
}

static bool
get_trap_address(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return text(tx_of(tx)->trap_address, index, v);
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->version;
	return index == 0 && *v != 0;
}

static bool
get_pdu(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->pdu;
	return index == 0 && *v != PDU_NONE;
}

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

static const struct gz_field_word pdus[] = { { "get_request", 0 }, { "get_next_request", 1 },
	{ "response", 2 }, { "set_request", 3 }, { "trap_v1", 4 }, { "get_bulk_request", 5 },
	{ "inform_request", 6 }, { "trap_v2", 7 }, { "report", PDU_REPORT }, { NULL, 0 } };

/* clang-format off */
static const struct gz_field_row fields[] = {
	{ .name = "snmp.version", .get_number = get_version, .flags = BOTH,
		.help = "version of SNMP: 1, 2 for 2c, or 3" },
	{ .name = "snmp.pdu_type", .get_number = get_pdu, .flags = BOTH, .words = pdus,
		.help = "what a message of SNMP is: get_request, response, trap_v1 ..." },
	{ .name = "snmp.community", .get = get_community, .flags = BOTH, .priority = 2,
		.help = "community of a message of SNMP 1 or 2c" },
	{ .name = "snmp.usm", .get = get_user, .flags = BOTH, .priority = 2,
		.help = "user of a message of SNMP 3" },
	{ .name = "snmp.trap_oid", .get = get_trap_oid, .flags = BOTH, .priority = 1,
		.help = "what a trap of SNMP 1 is about, as numbers with dots" },
	{ .name = "snmp.trap_address", .get = get_trap_address, .flags = BOTH,
		.help = "address in a trap of SNMP 1" },
};
/* clang-format on */

/* ---- events ---- */

static void
log_vars(struct gz_json *j, struct gz_span vars)
{
	struct gz_cursor c = gz_cursor(vars.p, vars.len), one;
	char oid[OID_TEXT];
	struct gz_span s;
	uint32_t i;

	gz_json_array(j, "vars");
	for (i = 0; i < VARS_MOST && ber_enter(&c, BER_SEQUENCE, &one); i++) {
		if (!ber_expect(&one, BER_OID, &s))
			continue;
		oid_text(s, oid);
		gz_json_str(j, NULL, oid);
	}
	gz_json_array_end(j);
}

static void
log_trap(struct gz_json *j, const struct snmp_tx *t)
{
	static const char *const traps[] = { "coldStart", "warmStart", "linkDown", "linkUp",
		"authenticationFailure", "egpNeighborLoss", "enterpriseSpecific" };

	if (t->trap >= 0 && t->trap < (int64_t)RTE_DIM(traps))
		gz_json_str(j, "trap_type", traps[t->trap]);
	else
		gz_json_fmt(j, "trap_type", "%lld", (long long)t->trap);
	gz_json_str(j, "trap_oid", t->trap_oid);
	if (t->trap_address[0] != '\0')
		gz_json_str(j, "trap_address", t->trap_address);
}

static void
log_error(struct gz_json *j, int64_t error)
{
	static const char *const errors[] = { "NoError", "TooBig", "NoSuchName", "BadValue",
		"ReadOnly", "GenErr", "NoAccess", "WrongType", "WrongLength", "WrongEncoding",
		"WrongValue", "NoCreation", "InconsistentValue", "ResourceUnavailable",
		"CommitFailed", "UndoFailed", "AuthorizationError", "NotWritable",
		"InconsistentName" };

	if (error >= 0 && error < (int64_t)RTE_DIM(errors))
		gz_json_str(j, "error", errors[error]);
	else
		gz_json_fmt(j, "error", "%lld", (long long)error);
}

static void
snmp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct snmp_tx *t = tx_of(tx);

	gz_json_object(j, "snmp");
	gz_json_u64(j, "version", t->version);
	if (t->encrypted)
		gz_json_str(j, "pdu_type", "encrypted");
	if (t->pdu != PDU_NONE) {
		gz_json_str(j, "pdu_type", pdus[t->pdu].word);
		if (t->has_error)
			log_error(j, t->error);
		if (t->pdu == PDU_TRAP_V1)
			log_trap(j, t);
		log_vars(j, t->vars);
	}
	if (t->community.p != NULL)
		gz_json_bytes(j, "community", t->community);
	if (t->user.p != NULL)
		gz_json_bytes(j, "usm", t->user);
	gz_json_object_end(j);
}

static uint32_t
snmp_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct snmp_tx *t = tx_of(tx);

	return when == GZ_LOG_ALERT ||
			(!t->malformed && (when == GZ_LOG_S2C) == (t->dir == GZ_S2C));
}

GZ_EVENT_TYPE(snmp_event, "snmp", "a message of SNMP")

static struct gz_proto snmp = {
	.reg = { .name = "snmp" },
	.help = "SNMP 1, 2c and 3",
	.l4 = GZ_L4_UDP,
	.ports = "161,162",
	.probe = snmp_probe,
	.state_size = sizeof(struct snmp_state),
	.tx_size = sizeof(struct snmp_tx),
	.parse = snmp_parse,
	.tx_free = snmp_tx_free,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &snmp_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = snmp_nb_logs,
	.log = snmp_log,
};
GZ_PROTO_REGISTER(snmp)
