/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The frames of SMB: each has four bytes in front (RFC 1002 4.3, MS-SMB2 2.1), one
 * message of SMB 1 or a chain of those of SMB 2. Of messages that carry file data
 * the start is enough; the data goes on as it comes. The others are waited for.
 */

#include "smb.h"

#include "gz_frame.h"

enum {
	FRAME_HEAD = 4,
	FRAME_MESSAGE = 0x00,
	FRAME_REQUEST = 0x81,
	FRAME_KEEPALIVE = 0x85,

	NEXT_OFFSET = 20, /* of SMB 2's header: where the next message starts */
};

static const char *const events[] = {
	[SMB_EVENT_MALFORMED] = "malformed_data",
	[SMB_EVENT_MALFORMED_NTLMSSP] = "malformed_ntlmssp_request",
	[SMB_EVENT_MALFORMED_DIALECTS] = "negotiate_malformed_dialects",
	[SMB_EVENT_FILE_OVERLAP] = "file_overlap",
	[SMB_EVENT_RESPONSE_TO_SERVER] = "response_to_server",
	[SMB_EVENT_REQUEST_TO_CLIENT] = "request_to_client",
	[SMB_EVENT_READ_REQUEST_TOO_LARGE] = "read_request_too_large",
	[SMB_EVENT_READ_RESPONSE_TOO_LARGE] = "read_response_too_large",
	[SMB_EVENT_WRITE_REQUEST_TOO_LARGE] = "write_request_too_large",
	[SMB_EVENT_MAX_READ_TOO_LARGE] = "negotiate_max_read_size_too_large",
	[SMB_EVENT_MAX_WRITE_TOO_LARGE] = "negotiate_max_write_size_too_large",
	[SMB_EVENT_WRITE_QUEUE_SIZE] = "write_queue_size_exceeded",
	[SMB_EVENT_WRITE_QUEUE_COUNT] = "write_queue_cnt_exceeded",
	[SMB_EVENT_READ_QUEUE_SIZE] = "read_queue_size_exceeded",
	[SMB_EVENT_READ_QUEUE_COUNT] = "read_queue_cnt_exceeded",
	[SMB_EVENT_TOO_MANY] = "too_many_transactions",
};

/** "SMB" behind one of four bytes: 0xff SMB 1, 0xfe 2, 0xfd encrypted, 0xfc compressed. */
static bool
is_smb(const uint8_t *p)
{
	return p[0] >= 0xfc && p[1] == 'S' && p[2] == 'M' && p[3] == 'B';
}

/** The whole of the message at the front of the frame: to the next one of a chain. */
static uint32_t
message_len(const struct smb_side *side, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint32_t next;

	if (s.p[0] != 0xfe || !gz_cursor_skip(&c, NEXT_OFFSET) || !gz_cursor_le32(&c, &next))
		return side->left;
	return next >= SMB2_HEAD && next < side->left ? next : side->left;
}

static void
read_message(struct gz_app *app, enum gz_dir dir, struct gz_span s, uint32_t len)
{
	struct smb_msg m = { .app = app,
		.s = app->state,
		.dir = dir,
		.version = s.p[0] == 0xff ? 1 : 2,
		.all = s,
		.len = len };

	m.chained = len < m.s->side[dir].left;
	if (m.version == 1)
		smb1_message(&m);
	else
		smb2_message(&m);
}

enum {
	FRAME_NBSS_PDU,
	FRAME_NBSS_HDR,
	FRAME_NBSS_DATA,
	FRAME_SMB1_PDU,
	FRAME_SMB1_HDR,
	FRAME_SMB1_DATA,
	FRAME_SMB2_PDU,
	FRAME_SMB2_HDR,
	FRAME_SMB2_DATA,
	FRAME_SMB3_PDU,
	FRAME_SMB3_HDR,
	FRAME_SMB3_DATA,
	SMB3_HEAD = 52, /* what stands before an encrypted message */
};

static const struct gz_field_row smb_frames[] = {
	[FRAME_NBSS_PDU] = GZ_FRAME("smb.nbss.pdu", "a message of NetBIOS' session service"),
	[FRAME_NBSS_HDR] = GZ_FRAME("smb.nbss.hdr", "its type and length"),
	[FRAME_NBSS_DATA] = GZ_FRAME("smb.nbss.data", "what it carries"),
	[FRAME_SMB1_PDU] = GZ_FRAME("smb.smb1.pdu", "a message of SMB 1"),
	[FRAME_SMB1_HDR] = GZ_FRAME("smb.smb1.hdr", "its header"),
	[FRAME_SMB1_DATA] = GZ_FRAME("smb.smb1.data", "what follows its header"),
	[FRAME_SMB2_PDU] = GZ_FRAME("smb.smb2.pdu", "a message of SMB 2 or 3"),
	[FRAME_SMB2_HDR] = GZ_FRAME("smb.smb2.hdr", "its header"),
	[FRAME_SMB2_DATA] = GZ_FRAME("smb.smb2.data", "what follows its header"),
	[FRAME_SMB3_PDU] = GZ_FRAME("smb.smb3.pdu", "an encrypted message of SMB 3"),
	[FRAME_SMB3_HDR] = GZ_FRAME("smb.smb3.hdr", "the header before it"),
	[FRAME_SMB3_DATA] = GZ_FRAME("smb.smb3.data", "what is encrypted"),
};

/** Whole, head, and what follows: @p kind is the first of three. */
static void
note_frames(struct gz_app *app, const struct gz_input *in, uint32_t kind, uint32_t head,
		uint32_t len)
{
	const uint8_t *p = in->p + in->eaten;

	gz_app_frame(app, in, kind, p, len);
	gz_app_frame(app, in, kind + 1, p, RTE_MIN(head, len));
	if (len > head)
		gz_app_frame(app, in, kind + 2, p + head, len - head);
}

/**
 * The message at the front of the frame.
 *
 * @return bytes used, 0: more are needed.
 */
static uint32_t
take_message(struct gz_app *app, const struct gz_input *in, struct gz_span s)
{
	enum gz_dir dir = in->dir;
	struct smb_side *side = &((struct smb_state *)app->state)->side[dir];
	uint32_t head = s.p[0] == 0xff ? SMB1_HEAD : SMB2_HEAD, len, start;

	if (s.p[0] < 0xfe) { /* encrypted or compressed */
		if (s.p[0] == 0xfd)
			note_frames(app, in, FRAME_SMB3_PDU, SMB3_HEAD, side->left);
		side->skip = side->left;
		return s.len;
	}
	if (s.len < RTE_MIN(head, side->left))
		return 0;
	len = message_len(side, s);
	note_frames(app, in, s.p[0] == 0xff ? FRAME_SMB1_PDU : FRAME_SMB2_PDU, head, len);
	start = s.p[0] == 0xff ? smb1_data_start(s, dir) : smb2_data_start(s, dir);
	if (start == 0 || start > len)
		start = RTE_MIN(len, (uint32_t)SMB_MESSAGE_MOST);
	if (s.len < start)
		return 0;
	side->data = 0;
	read_message(app, dir, gz_span(s.p, start), len);
	side->skip = len - start - side->data;
	return start;
}

/** A frame's head, when it is all there. @return false: it is not. */
static bool
take_frame(struct gz_app *app, struct smb_side *side, struct gz_input *in)
{
	const uint8_t *p = in->p + in->eaten;

	if (in->len - in->eaten < FRAME_HEAD)
		return false;
	side->left = (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	if (p[0] != FRAME_MESSAGE)
		side->skip = side->left;
	note_frames(app, in, FRAME_NBSS_PDU, FRAME_HEAD, FRAME_HEAD + side->left);
	in->eaten += FRAME_HEAD;
	return true;
}

/** After a gap: go to what looks like a frame. @return false: there is none yet. */
static bool
find_frame(struct smb_side *side, struct gz_input *in)
{
	const uint8_t *p;

	for (; in->len - in->eaten >= FRAME_HEAD + 4; in->eaten++) {
		p = in->p + in->eaten;
		if (p[0] == FRAME_MESSAGE && is_smb(p + FRAME_HEAD)) {
			side->lost = false;
			return true;
		}
	}
	return false;
}

/** Data first, then what is passed over. @return how much of @p n. */
static uint32_t
pass(struct gz_app *app, enum gz_dir dir, const uint8_t *p, uint32_t n)
{
	struct smb_side *side = &((struct smb_state *)app->state)->side[dir];

	if (side->data > 0) {
		n = RTE_MIN(n, side->data);
		smb_data_add(app, dir, gz_span(p, n));
		return n;
	}
	n = RTE_MIN(n, side->skip);
	side->skip -= n;
	side->left -= n;
	return n;
}

/** @return false: nothing more can be done with what is there. */
static bool
step(struct gz_app *app, struct gz_input *in)
{
	struct smb_side *side = &((struct smb_state *)app->state)->side[in->dir];
	const uint8_t *p = in->p + in->eaten;
	uint32_t n = in->len - in->eaten, used;

	if (side->lost)
		return find_frame(side, in);
	if (side->left == 0)
		return take_frame(app, side, in);
	if (side->data > 0 || side->skip > 0) {
		in->eaten += pass(app, in->dir, p, n);
		return n > 0;
	}
	n = RTE_MIN(n, side->left);
	if (n < RTE_MIN(4u, side->left))
		return false;
	if (n < 4 || !is_smb(p)) {
		side->skip = side->left;
		return true;
	}
	used = take_message(app, in, gz_span(p, n));
	in->eaten += used;
	side->left -= RTE_MIN(used, side->left);
	side->skip = RTE_MIN(side->skip, side->left - RTE_MIN(side->data, side->left));
	return used > 0;
}

static enum gz_parse
smb_parse(struct gz_app *app, struct gz_input *in)
{
	struct smb_state *s = app->state;

	if (s->calls.tqh_last == NULL) {
		TAILQ_INIT(&s->calls);
		TAILQ_INIT(&s->handles);
		TAILQ_INIT(&s->trees);
	}
	while (step(app, in))
		;
	return GZ_PARSE_OK;
}

static enum gz_parse
smb_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct smb_side *side = &((struct smb_state *)app->state)->side[dir];
	uint32_t n;

	if (side->data > 0) {
		n = (uint32_t)RTE_MIN(len, side->data);
		smb_data_gap(app, dir, n);
		len -= n;
	}
	if (len == 0)
		return GZ_PARSE_OK;
	if (len > side->left || side->left == 0) {
		side->left = side->skip = 0;
		side->lost = true;
		return GZ_PARSE_OK;
	}
	/* The rest of a frame whose messages can no longer be told apart. */
	side->left -= (uint32_t)len;
	side->skip = side->left;
	return GZ_PARSE_OK;
}

static void
smb_free(struct gz_app *app, void *state)
{
	struct smb_state *s = state;

	if (s->calls.tqh_last != NULL)
		smb_tables_free(app, s);
}

static void
smb_judged(struct gz_tx *tx, enum gz_dir dir)
{
	struct smb_tx *t = smb_tx_of(tx);

	if (t->rpc != NULL)
		gz_body_judged(&t->rpc->side[dir].stub);
}

static const struct dcerpc_call *
smb_rpc(const struct gz_tx *tx)
{
	return smb_tx_of(tx)->rpc;
}

/* ---- detection ---- */

#define MAGIC(first, to)                                                                      \
	{                                                                                     \
		.bytes = { (const uint8_t *)first "SMB", 4 }, .offset = FRAME_HEAD, .dir = to \
	}

static const struct gz_proto_pattern patterns[] = {
	MAGIC("\xff", GZ_C2S),
	MAGIC("\xff", GZ_S2C),
	MAGIC("\xfe", GZ_C2S),
	MAGIC("\xfe", GZ_S2C),
	MAGIC("\xfd", GZ_C2S),
	MAGIC("\xfd", GZ_S2C),
};

/** On its ports: the start of a NetBIOS session, which is about names. */
static enum gz_probe
smb_probe(enum gz_dir dir, struct gz_span s)
{
	if (s.len > 0 && (s.p[0] < FRAME_REQUEST || s.p[0] > FRAME_KEEPALIVE))
		return GZ_PROBE_NO;
	if (s.len < FRAME_HEAD)
		return GZ_PROBE_MAYBE;
	return s.p[1] == 0 && s.p[2] == 0 && s.p[3] <= 72 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

GZ_EVENT_TYPE(smb_event_type, "smb", "an SMB request and its response, or a file")

static struct gz_proto smb = {
	.reg = { .name = "smb" },
	.help = "SMB 1, 2 and 3, with DCE/RPC in its pipes",
	.carries = "dcerpc",
	.l4 = GZ_L4_TCP,
	.ports = "139,445",
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.probe = smb_probe,
	.state_size = sizeof(struct smb_state),
	.tx_size = sizeof(struct smb_tx),
	.most_pending = FRAME_HEAD + SMB_MESSAGE_MOST,
	.parse = smb_parse,
	.gap = smb_gap,
	.free = smb_free,
	.tx_free = smb_tx_free,
	.judged = smb_judged,
	.rpc = smb_rpc,
	.frames = smb_frames,
	.nb_frames = RTE_DIM(smb_frames),
	.fields = smb_fields,
	.nb_fields = SMB_NB_FIELDS,
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &smb_event_type,
	.log_when = GZ_LOG_BOTH,
	.log = smb_log,
};
GZ_PROTO_REGISTER(smb)
