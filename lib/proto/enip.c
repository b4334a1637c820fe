/* SPDX-License-Identifier: BSD-3-Clause */

/* EtherNet/IP's messages, and which belong together. */

#include "enip.h"

#include <netinet/in.h>

#include "gz_frame.h"

enum {
	DATA_MOST = 65511, /* volume 2, section 2-3.2 */
	WAITING_MOST = 64, /* requests that wait for their response */
	NOP = 0,
};

enum {
	ENIP_EVENT_MALFORMED,
	ENIP_EVENT_TOO_MANY,
};

enum {
	FRAME_PDU,
	FRAME_HDR,
	FRAME_DATA,
	FRAME_ITEM,
	FRAME_CIP,
};

static const struct gz_field_row enip_frames[] = {
	[FRAME_PDU] = GZ_FRAME("enip.pdu", "a message"),
	[FRAME_HDR] = GZ_FRAME("enip.hdr", "a message's header"),
	[FRAME_DATA] = GZ_FRAME("enip.data", "what follows a message's header"),
	[FRAME_ITEM] = GZ_FRAME("enip.enip_item", "an item of a message that carries data"),
	[FRAME_CIP] = GZ_FRAME("enip.cip", "CIP in an item"),
};

static const char *const enip_events[] = {
	[ENIP_EVENT_MALFORMED] = "malformed_data",
	[ENIP_EVENT_TOO_MANY] = "too_many_transactions",
};

struct enip_head {
	uint16_t command, len;
	uint32_t session, status, options;
	uint64_t context;
};

static bool
read_head(struct gz_span s, struct enip_head *h)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	return gz_cursor_le16(&c, &h->command) && gz_cursor_le16(&c, &h->len) &&
			gz_cursor_le32(&c, &h->session) && gz_cursor_le32(&c, &h->status) &&
			gz_cursor_le64(&c, &h->context) && gz_cursor_le32(&c, &h->options);
}

static bool
is_command(uint16_t command)
{
	const struct gz_field_word *w;

	for (w = enip_commands; w->word != NULL; w++) {
		if (w->number == command)
			return true;
	}
	return false;
}

/** A command that there is, no options; requests have no status. */
static enum gz_probe
enip_probe(enum gz_dir dir, struct gz_span s)
{
	struct enip_head h;

	if (s.len >= 2 && !is_command((uint16_t)(s.p[1] << 8 | s.p[0])))
		return GZ_PROBE_NO;
	if (!read_head(s, &h))
		return GZ_PROBE_MAYBE;
	if (h.options != 0 || h.len > DATA_MOST || (dir == GZ_C2S && h.status != 0))
		return GZ_PROBE_NO;
	return GZ_PROBE_SURE;
}

static enum gz_probe
enip_probe_udp(enum gz_dir dir, struct gz_span s)
{
	struct enip_head h;

	if (!read_head(s, &h) || (uint32_t)ENIP_HEAD + h.len > s.len)
		return GZ_PROBE_NO;
	return enip_probe(dir, s);
}

/** The request that a response answers. NULL: none waits. */
static struct gz_tx *
find(struct gz_app *app, const struct enip_head *h)
{
	const struct enip_message *m;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		m = &enip_tx_of(tx)->side[GZ_C2S];
		if (!tx->complete[GZ_S2C] && m->here && m->command == h->command &&
				m->context == h->context)
			return tx;
	}
	return NULL;
}

static bool
take(struct gz_app *app, enum gz_dir dir, const struct enip_head *h, struct gz_span data)
{
	struct gz_tx *tx = dir == GZ_S2C ? find(app, h) : NULL;
	bool alone = tx == NULL && (dir == GZ_S2C || h->command == NOP);
	struct enip_message *m;

	if (tx == NULL)
		tx = gz_tx_new_among(app, WAITING_MOST, ENIP_EVENT_TOO_MANY);
	if (tx == NULL)
		return false;
	m = &enip_tx_of(tx)->side[dir];
	m->here = true;
	m->command = h->command;
	m->session = h->session;
	m->status = h->status;
	m->context = h->context;
	if (!gz_bytes_add(app, &m->data, data, DATA_MOST) || !enip_read(app, m))
		gz_tx_event(tx, ENIP_EVENT_MALFORMED);
	if (alone)
		gz_tx_one_way(tx, dir);
	else
		gz_tx_complete(tx, dir);
	return true;
}

/** Volume 2, section 2-6: a handle, a time, so many items. */
static void
note_items(struct gz_app *app, const struct gz_input *in, struct gz_span data)
{
	struct gz_cursor c = gz_cursor(data.p, data.len);
	uint16_t n = 0, type, len;
	const uint8_t *at;
	struct gz_span s;
	uint32_t sequence, i;

	if (!gz_cursor_skip(&c, 6) || !gz_cursor_le16(&c, &n))
		return;
	for (i = 0; i < RTE_MIN(n, (uint32_t)ENIP_ITEMS_MOST); i++) {
		at = c.p;
		if (!gz_cursor_le16(&c, &type) || !gz_cursor_le16(&c, &len) ||
				!gz_cursor_take(&c, len, &s))
			return;
		gz_app_frame(app, in, FRAME_ITEM, at, (uint64_t)(c.p - at));
		sequence = type == ENIP_ITEM_CONNECTED ? 2 : 0;
		if ((sequence > 0 || type == ENIP_ITEM_UNCONNECTED) && s.len > sequence)
			gz_app_frame(app, in, FRAME_CIP, s.p + sequence, s.len - sequence);
	}
}

static void
note_frames(struct gz_app *app, const struct gz_input *in, const struct enip_head *h,
		const uint8_t *at)
{
	if (!gz_app_frames_wanted(app))
		return;
	gz_app_frame(app, in, FRAME_PDU, at, (uint64_t)ENIP_HEAD + h->len);
	gz_app_frame(app, in, FRAME_HDR, at, ENIP_HEAD);
	if (h->len > 0)
		gz_app_frame(app, in, FRAME_DATA, at + ENIP_HEAD, h->len);
	if (h->command == ENIP_SEND_RR_DATA || h->command == ENIP_SEND_UNIT_DATA)
		note_items(app, in, gz_span(at + ENIP_HEAD, h->len));
}

static enum gz_parse
enip_parse(struct gz_app *app, struct gz_input *in)
{
	struct enip_head h;
	struct gz_span s;

	while (in->eaten < in->len) {
		s = gz_span(in->p + in->eaten, in->len - in->eaten);
		if (!read_head(s, &h))
			return GZ_PARSE_OK;
		if (h.len > DATA_MOST)
			return GZ_PARSE_BROKEN;
		if (s.len < (uint32_t)ENIP_HEAD + h.len)
			return GZ_PARSE_OK;
		note_frames(app, in, &h, s.p);
		in->eaten += (uint32_t)ENIP_HEAD + h.len;
		if (!take(app, in->dir, &h, gz_span(s.p + ENIP_HEAD, h.len)))
			return GZ_PARSE_BROKEN;
	}
	return GZ_PARSE_OK;
}

static void
enip_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct enip_message *m;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		m = &enip_tx_of(tx)->side[dir];
		gz_bytes_free(app, &m->data);
		gz_app_free(app, m->cip, ENIP_SERVICES_MOST * sizeof(*m->cip));
	}
}

bool
gz_cip_of(const struct gz_tx *tx, int dir, uint32_t index, struct gz_cip *c)
{
	const struct enip_message *m = &enip_tx_of(tx)->side[dir];

	if (index >= m->nb_cip)
		return false;
	*c = m->cip[index];
	return true;
}

GZ_EVENT_TYPE(enip_event, "enip", "a request of EtherNet/IP and its response")

static struct gz_proto enip = {
	.reg = { .name = "enip" },
	.help = "EtherNet/IP with CIP, over TCP and UDP",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "44818",
	.probe = enip_probe,
	.probe_udp = enip_probe_udp,
	.most_pending = ENIP_HEAD + UINT16_MAX,
	.tx_size = sizeof(struct enip_tx),
	.parse = enip_parse,
	.tx_free = enip_tx_free,
	.fields = enip_fields,
	.nb_fields = ENIP_NB_FIELDS,
	.frames = enip_frames,
	.nb_frames = RTE_DIM(enip_frames),
	.events = enip_events,
	.nb_events = RTE_DIM(enip_events),
	.event = &enip_event,
	.log_when = GZ_LOG_BOTH,
	.log = enip_log,
};
GZ_PROTO_REGISTER(enip)
