/* SPDX-License-Identifier: BSD-3-Clause */

/* NTP (RFC 5905): each packet is a transaction; its first sixteen bytes are told. */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	NTP_HEAD = 48,
	NTP_CONTROL = 6, /* modes that have a header of their own */
	NTP_PRIVATE = 7,
	NTP_CONTROL_HEAD = 12,
	NTP_REFERENCE = 12, /* where the reference's name is */
};

enum {
	NTP_EVENT_MALFORMED,
};

static const char *const events[] = {
	[NTP_EVENT_MALFORMED] = "malformed_data",
};

struct ntp_tx {
	uint8_t version, mode, stratum;
	bool has_reference;
	uint8_t reference[4];
	uint8_t dir;
};

static struct ntp_tx *
tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static enum gz_probe
ntp_probe(enum gz_dir dir, struct gz_span s)
{
	uint32_t version = s.len > 0 ? s.p[0] >> 3 & 7 : 0, mode = s.len > 0 ? s.p[0] & 7 : 0;

	if (version < 1 || version > 4 || mode == 0)
		return GZ_PROBE_NO;
	if (mode >= NTP_CONTROL)
		return s.len >= NTP_CONTROL_HEAD ? GZ_PROBE_SURE : GZ_PROBE_NO;
	return s.len >= NTP_HEAD ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static enum gz_parse
ntp_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_tx *tx = gz_tx_new(app);
	struct ntp_tx *t;

	in->eaten = in->len;
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = tx_of(tx);
	t->dir = (uint8_t)in->dir;
	gz_tx_one_way(tx, in->dir);
	if (ntp_probe(in->dir, gz_span(in->p, in->len)) != GZ_PROBE_SURE) {
		gz_tx_event(tx, NTP_EVENT_MALFORMED);
		return GZ_PARSE_OK;
	}
	t->version = in->p[0] >> 3 & 7;
	t->mode = in->p[0] & 7;
	if (t->mode >= NTP_CONTROL)
		return GZ_PARSE_OK;
	t->stratum = in->p[1];
	t->has_reference = true;
	memcpy(t->reference, in->p + NTP_REFERENCE, sizeof(t->reference));
	return GZ_PARSE_OK;
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->version;
	return index == 0 && *v != 0;
}

static bool
get_mode(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->mode;
	return index == 0 && *v != 0;
}

static bool
get_stratum(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = tx_of(tx)->stratum;
	return index == 0 && tx_of(tx)->has_reference;
}

static bool
get_reference(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ntp_tx *t = tx_of(tx);

	*v = (struct gz_value){ t->reference, sizeof(t->reference), 0, true };
	return index == 0 && t->has_reference;
}

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

static const struct gz_field_word modes[] = { { "symmetric_active", 1 }, { "symmetric_passive", 2 },
	{ "client", 3 }, { "server", 4 }, { "broadcast", 5 }, { "control", 6 }, { "private", 7 },
	{ NULL, 0 } };

/* clang-format off */
static const struct gz_field_row fields[] = {
	{ .name = "ntp.version", .get_number = get_version, .flags = BOTH,
		.help = "version of NTP" },
	{ .name = "ntp.mode", .get_number = get_mode, .flags = BOTH, .words = modes,
		.help = "what sends the packet: client, server, broadcast, control ..." },
	{ .name = "ntp.stratum", .get_number = get_stratum, .flags = BOTH,
		.help = "how far the clock is from the reference" },
	{ .name = "ntp.reference_id", .get = get_reference, .flags = BOTH | GZ_FIELD_NO_FP,
		.help = "four bytes that name the reference" },
};
/* clang-format on */

static uint32_t
ntp_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return (when == GZ_LOG_S2C) == (tx_of(tx)->dir == GZ_S2C);
}

static void
ntp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct ntp_tx *t = tx_of(tx);

	gz_json_object(j, "ntp");
	gz_json_u64(j, "version", t->version);
	gz_json_u64(j, "mode", t->mode);
	if (t->has_reference) {
		gz_json_u64(j, "stratum", t->stratum);
		gz_json_hex(j, "reference_id", gz_span(t->reference, sizeof(t->reference)), ':');
	}
	gz_json_object_end(j);
}

GZ_EVENT_TYPE(ntp_event, "ntp", "a packet of NTP")

static struct gz_proto ntp = {
	.reg = { .name = "ntp" },
	.help = "NTP",
	.l4 = GZ_L4_UDP,
	.ports = "123",
	.probe = ntp_probe,
	.tx_size = sizeof(struct ntp_tx),
	.parse = ntp_parse,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &ntp_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = ntp_nb_logs,
	.log = ntp_log,
};
GZ_PROTO_REGISTER(ntp)
