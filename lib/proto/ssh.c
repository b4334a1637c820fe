/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * SSH until it is encrypted: the banners (RFC 4253 section 4.2) and the binary
 * packets of the key exchange (section 6), of which the offer of algorithms
 * (section 7.1) makes the HASSH fingerprint.
 *
 * One transaction a connection. It is complete in a direction with NEWKEYS.
 */

#include "gz_cursor.h"
#include "gz_digest.h"
#include "gz_frame.h"
#include "gz_proto.h"

enum {
	SSH_LINE_MOST = 255, /* a banner, its line end included */
	SSH_LINES_MOST = 1024, /* lines that a server may send before its banner */
	SSH_PACKET_MOST = 35000, /* section 6.1 asks for it */
	SSH_OFFER_MOST = 16 * 1024, /* an offer of algorithms that is kept */

	SSH_KEXINIT = 20,
	SSH_NEWKEYS = 21,
};

enum {
	SSH_BANNER_AWAITED,
	SSH_BANNER_DONE,
	SSH_KEXINIT_DONE,
	SSH_FINISHED,
};

static const char *const ssh_progress[] = { "banner_awaited", "banner_done", "kexinit_done",
	"finished", NULL };

enum {
	SSH_EVENT_INVALID_BANNER,
	SSH_EVENT_LONG_BANNER,
	SSH_EVENT_INVALID_RECORD,
	SSH_EVENT_LONG_KEX_RECORD,
};

static const char *const ssh_events[] = {
	[SSH_EVENT_INVALID_BANNER] = "invalid_banner",
	[SSH_EVENT_LONG_BANNER] = "long_banner",
	[SSH_EVENT_INVALID_RECORD] = "invalid_record",
	[SSH_EVENT_LONG_KEX_RECORD] = "long_kex_record",
};

/** What one side has said. */
struct ssh_side {
	uint8_t banner[SSH_LINE_MOST];
	uint8_t banner_len;
	uint8_t proto_len; /* behind "SSH-" */
	uint8_t software_len; /* behind the protocol and a dash */
	uint16_t lines; /* before the banner */
	bool skipping; /* the rest of a line that is too long */
	uint32_t left; /* bytes of a packet to pass over */
	struct gz_bytes hassh; /* the text that is hashed */
	char hash[32];
	bool has_hash;
};

struct ssh_tx {
	struct ssh_side side[2];
};

struct ssh_state {
	struct gz_tx *tx;
};

enum {
	SSH_PREFIX = 4, /* "SSH-" */
	SSH_HEADER = 6, /* of a packet: length, padding, type */
};

static struct gz_span
ssh_proto_of(const struct ssh_side *s)
{
	return gz_span(s->banner + SSH_PREFIX, s->proto_len);
}

static struct gz_span
ssh_software_of(const struct ssh_side *s)
{
	return gz_span(s->banner + SSH_PREFIX + s->proto_len + 1, s->software_len);
}

/* ---- banners ---- */

/** Keep a banner. @return false: it is none. */
static bool
take_banner(struct ssh_side *s, struct gz_span line)
{
	struct gz_span rest = gz_span(line.p + SSH_PREFIX, line.len - SSH_PREFIX);
	const uint8_t *dash = memchr(rest.p, '-', rest.len);
	const uint8_t *blank;

	if (dash == NULL || dash == rest.p)
		return false;
	s->banner_len = (uint8_t)line.len;
	memcpy(s->banner, line.p, line.len);
	s->proto_len = (uint8_t)(dash - rest.p);
	rest.len -= (uint32_t)(dash + 1 - rest.p);
	rest.p = dash + 1;
	blank = memchr(rest.p, ' ', rest.len);
	s->software_len = (uint8_t)(blank != NULL ? blank - rest.p : rest.len);
	return true;
}

static bool
is_banner(struct gz_span line)
{
	return gz_span_starts(line, GZ_SPAN("SSH-"));
}

/** A line, without its end. */
static enum gz_parse
take_line(struct gz_tx *tx, enum gz_dir dir, struct gz_span line)
{
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[dir];

	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (is_banner(line)) {
		if (!take_banner(s, line)) {
			gz_tx_event(tx, SSH_EVENT_INVALID_BANNER);
			return GZ_PARSE_BROKEN;
		}
		gz_tx_progress(tx, dir, SSH_BANNER_DONE);
		return GZ_PARSE_OK;
	}
	if (s->lines++ == 0 && dir == GZ_C2S)
		gz_tx_event(tx, SSH_EVENT_INVALID_BANNER);
	return s->lines < SSH_LINES_MOST ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

/** A line longer than allowed: its start may still be a banner; the rest is passed over. */
static enum gz_parse
cut_line(struct gz_tx *tx, struct gz_input *in)
{
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[in->dir];
	struct gz_span line = gz_span(in->p + in->eaten, SSH_LINE_MOST);

	if (is_banner(line)) {
		gz_tx_event(tx, SSH_EVENT_LONG_BANNER);
		if (take_line(tx, in->dir, line) != GZ_PARSE_OK)
			return GZ_PARSE_BROKEN;
	}
	in->eaten += SSH_LINE_MOST;
	s->skipping = true;
	return GZ_PARSE_OK;
}

/** @return OK with nothing eaten: a line's end is still to come. */
static enum gz_parse
parse_line(struct gz_tx *tx, struct gz_input *in)
{
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[in->dir];
	const uint8_t *p = in->p + in->eaten;
	uint32_t left = in->len - in->eaten;
	const uint8_t *end = memchr(p, '\n', s->skipping ? left : RTE_MIN(left, 256u));
	struct gz_span line;

	if (s->skipping) {
		in->eaten += end != NULL ? (uint32_t)(end + 1 - p) : left;
		s->skipping = end == NULL;
		return GZ_PARSE_OK;
	}
	if (end == NULL)
		return left > SSH_LINE_MOST ? cut_line(tx, in) : GZ_PARSE_OK;
	line = gz_span(p, (uint32_t)(end - p));
	in->eaten += line.len + 1;
	return take_line(tx, in->dir, line);
}

/* ---- the key exchange ---- */

/** The lists of a KEXINIT that HASSH is made of: exchange, cipher, MAC, compression. */
static void
take_kexinit(struct gz_tx *tx, enum gz_dir dir, struct gz_cursor c)
{
	static const uint8_t wanted[2][4] = { { 0, 2, 4, 6 }, { 0, 3, 5, 7 } };
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[dir];
	struct gz_span list;
	uint32_t len, k = 0;

	if (s->has_hash || !gz_cursor_skip(&c, 16)) /* the cookie */
		return;
	for (uint32_t i = 0; i < 8; i++) {
		if (!gz_cursor_be32(&c, &len) || !gz_cursor_take(&c, len, &list)) {
			gz_tx_event(tx, SSH_EVENT_INVALID_RECORD);
			return;
		}
		if (k == RTE_DIM(wanted[0]) || i != wanted[dir][k])
			continue;
		k++;
		if ((k > 1 && !gz_bytes_add(tx->app, &s->hassh, GZ_SPAN(";"), SSH_OFFER_MOST)) ||
				!gz_bytes_add(tx->app, &s->hassh, list, SSH_OFFER_MOST))
			return;
	}
	gz_digest_hex(GZ_DIGEST_MD5, gz_bytes_span(&s->hassh), s->hash);
	s->has_hash = true;
	gz_tx_progress(tx, dir, SSH_KEXINIT_DONE);
}

enum {
	FRAME_HDR,
	FRAME_DATA,
	FRAME_PDU,
};

static const struct gz_field_row ssh_frames[] = {
	[FRAME_HDR] = GZ_FRAME("ssh.record.hdr", "length, padding and type of a record"),
	[FRAME_DATA] = GZ_FRAME("ssh.record.data", "what follows a record's header"),
	[FRAME_PDU] = GZ_FRAME("ssh.record.pdu", "a record"),
};

/** @return OK with nothing eaten: the packet is still to come. */
static enum gz_parse
parse_packet(struct gz_tx *tx, struct gz_input *in)
{
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[in->dir];
	struct gz_cursor c = gz_cursor(in->p + in->eaten, in->len - in->eaten), body;
	uint8_t padding, code;
	uint32_t len;

	if (!gz_cursor_be32(&c, &len) || !gz_cursor_u8(&c, &padding) || !gz_cursor_u8(&c, &code))
		return GZ_PARSE_OK;
	if (len < 2 || padding >= len) {
		gz_tx_event(tx, SSH_EVENT_INVALID_RECORD);
		return GZ_PARSE_BROKEN;
	}
	gz_app_frame(tx->app, in, FRAME_HDR, in->p + in->eaten, SSH_HEADER);
	if (len > 2)
		gz_app_frame(tx->app, in, FRAME_DATA, c.p, len - 2);
	gz_app_frame(tx->app, in, FRAME_PDU, in->p + in->eaten, 4 + (uint64_t)len);
	if (code == SSH_KEXINIT && len <= SSH_PACKET_MOST) {
		if (!gz_cursor_sub(&c, len - 2, &body))
			return GZ_PARSE_OK;
		take_kexinit(tx, in->dir, body);
		in->eaten += 4 + len;
		return GZ_PARSE_OK;
	}
	if (len > SSH_PACKET_MOST)
		gz_tx_event(tx, SSH_EVENT_LONG_KEX_RECORD);
	if (code == SSH_NEWKEYS) {
		gz_tx_progress(tx, in->dir, SSH_FINISHED);
		gz_tx_complete(tx, in->dir);
	}
	in->eaten += SSH_HEADER;
	s->left = len - 2;
	return GZ_PARSE_OK;
}

static enum gz_parse
parse_some(struct gz_tx *tx, struct gz_input *in)
{
	struct ssh_side *s = &((struct ssh_tx *)gz_tx_state(tx))->side[in->dir];
	uint32_t n = RTE_MIN(s->left, in->len - in->eaten);

	if (n > 0) {
		in->eaten += n;
		s->left -= n;
		return GZ_PARSE_OK;
	}
	return tx->progress[in->dir] == SSH_BANNER_AWAITED ? parse_line(tx, in)
							   : parse_packet(tx, in);
}

static enum gz_parse
ssh_parse(struct gz_app *app, struct gz_input *in)
{
	struct ssh_state *state = app->state;
	struct gz_tx *tx = state->tx;
	enum gz_parse result = GZ_PARSE_OK;
	uint32_t before;

	if (tx == NULL)
		tx = state->tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	do {
		if (tx->complete[in->dir]) {
			in->eaten = in->len; /* encrypted from here on */
			break;
		}
		before = in->eaten;
		result = parse_some(tx, in);
	} while (result == GZ_PARSE_OK && in->eaten > before && in->eaten < in->len);
	if (tx->complete[GZ_C2S] && tx->complete[GZ_S2C])
		return GZ_PARSE_ENCRYPTED;
	return result;
}

static void
ssh_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct ssh_tx *x = gz_tx_state(tx);

	gz_bytes_free(app, &x->side[GZ_C2S].hassh);
	gz_bytes_free(app, &x->side[GZ_S2C].hassh);
}

/* ---- fields ---- */

static bool
get_span(struct gz_span s, uint32_t index, struct gz_value *v)
{
	*v = (struct gz_value){ .p = s.p, .len = s.len, .complete = true };
	return index == 0;
}

static const struct ssh_side *
side_of(const struct gz_tx *tx, int dir)
{
	return &((const struct ssh_tx *)gz_tx_state(tx))->side[dir];
}

static bool
get_banner(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ssh_side *s = side_of(tx, dir);

	return get_span(gz_span(s->banner, s->banner_len), index, v);
}

static bool
get_proto(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_span(ssh_proto_of(side_of(tx, dir)), index, v);
}

static bool
get_software(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_span(ssh_software_of(side_of(tx, dir)), index, v);
}

static bool
get_hassh(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ssh_side *s = side_of(tx, dir);

	return s->has_hash && get_span(gz_span(s->hash, sizeof(s->hash)), index, v);
}

static bool
get_hassh_string(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ssh_side *s = side_of(tx, dir);

	return s->has_hash && get_span(gz_bytes_span(&s->hassh), index, v);
}

static const struct gz_field_row ssh_fields[] = {
	{ .name = "ssh.banner",
			.get = get_banner,
			.help = "the banner, without its line end",
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C | GZ_FIELD_TELLS,
			.progress = { SSH_BANNER_DONE, SSH_BANNER_DONE } },
	{ .name = "ssh.proto",
			.alias = "ssh_proto",
			.get = get_proto,
			.help = "the protocol version of the banner",
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			.progress = { SSH_BANNER_DONE, SSH_BANNER_DONE } },
	{ .name = "ssh.software",
			.alias = "ssh_software",
			.get = get_software,
			.help = "the software version of the banner",
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			.progress = { SSH_BANNER_DONE, SSH_BANNER_DONE } },
	{ .name = "ssh.hassh",
			.get = get_hassh,
			.help = "MD5 of the algorithms a client offers",
			.flags = GZ_FIELD_C2S,
			.progress = { SSH_KEXINIT_DONE, SSH_KEXINIT_DONE } },
	{ .name = "ssh.hassh.string",
			.get = get_hassh_string,
			.help = "the algorithms a client offers",
			.flags = GZ_FIELD_C2S,
			.progress = { SSH_KEXINIT_DONE, SSH_KEXINIT_DONE } },
	{ .name = "ssh.hassh.server",
			.get = get_hassh,
			.help = "MD5 of the algorithms a server offers",
			.flags = GZ_FIELD_S2C,
			.progress = { SSH_KEXINIT_DONE, SSH_KEXINIT_DONE } },
	{ .name = "ssh.hassh.server.string",
			.get = get_hassh_string,
			.help = "the algorithms a server offers",
			.flags = GZ_FIELD_S2C,
			.progress = { SSH_KEXINIT_DONE, SSH_KEXINIT_DONE } },
};

/* ---- events ---- */

static void
log_side(const struct ssh_side *s, const char *name, struct gz_json *j)
{
	if (s->banner_len == 0)
		return;
	gz_json_object(j, name);
	gz_json_bytes(j, "proto_version", ssh_proto_of(s));
	gz_json_bytes(j, "software_version", ssh_software_of(s));
	if (s->has_hash) {
		gz_json_object(j, "hassh");
		gz_json_bytes(j, "hash", gz_span(s->hash, sizeof(s->hash)));
		gz_json_bytes(j, "string", gz_bytes_span(&s->hassh));
		gz_json_object_end(j);
	}
	gz_json_object_end(j);
}

static uint32_t
ssh_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return side_of(tx, GZ_C2S)->banner_len != 0 || side_of(tx, GZ_S2C)->banner_len != 0;
}

static void
ssh_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	gz_json_object(j, "ssh");
	log_side(side_of(tx, GZ_C2S), "client", j);
	log_side(side_of(tx, GZ_S2C), "server", j);
	gz_json_object_end(j);
}

static struct gz_event_type ssh_event = {
	.reg = { .name = "ssh" },
	.help = "the banners and offers of an SSH connection",
};
GZ_REGISTER(gz_event_types, ssh_event)

static const struct gz_proto_pattern ssh_patterns[] = {
	{ .bytes = { (const uint8_t *)"SSH-", 4 }, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"SSH-", 4 }, .dir = GZ_S2C },
};

static struct gz_proto ssh = {
	.reg = { .name = "ssh" },
	.help = "Secure Shell until it is encrypted (RFC 4253)",
	.l4 = GZ_L4_TCP,
	.ports = "22",
	.patterns = ssh_patterns,
	.nb_patterns = RTE_DIM(ssh_patterns),
	.state_size = sizeof(struct ssh_state),
	.tx_size = sizeof(struct ssh_tx),
	.one_tx = true,
	.parse = ssh_parse,
	.tx_free = ssh_tx_free,
	.progress = { ssh_progress, ssh_progress },
	.frames = ssh_frames,
	.nb_frames = RTE_DIM(ssh_frames),
	.fields = ssh_fields,
	.nb_fields = RTE_DIM(ssh_fields),
	.events = ssh_events,
	.nb_events = RTE_DIM(ssh_events),
	.event = &ssh_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = ssh_nb_logs,
	.log = ssh_log,
};
GZ_PROTO_REGISTER(ssh)
