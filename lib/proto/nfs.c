/* SPDX-License-Identifier: BSD-3-Clause */

/* NFS's records (RFC 5531 section 11), its datagrams, and how it is recognised. */

#include "nfs.h"

#include <netinet/in.h>

enum {
	RECORD_HEAD = 4,
	LAST_VERSION = 4,
	LAST_PROCEDURE = 21,
};

#define LAST_FRAGMENT UINT32_C(0x80000000)

static const char *const nfs_events[] = {
	[NFS_EVENT_MALFORMED] = "malformed_data",
	[NFS_EVENT_NON_EXISTING_VERSION] = "non_existing_version",
	[NFS_EVENT_UNSUPPORTED_VERSION] = "unsupported_version",
	[NFS_EVENT_TOO_MANY] = "too_many_transactions",
};

/* ---- detection ---- */

/** The next number, which must be from @p low to @p high. @return NO, MAYBE: cut off, SURE. */
static enum gz_probe
want(struct gz_cursor *c, uint32_t low, uint32_t high)
{
	uint32_t i, v = 0, have = RTE_MIN(gz_cursor_left(c), 4u);

	for (i = 0; i < have; i++)
		v = v << 8 | c->p[i];
	if (have == 4) {
		c->p += 4;
		return v >= low && v <= high ? GZ_PROBE_SURE : GZ_PROBE_NO;
	}
	v = have == 0 ? 0 : v;
	low = have == 0 ? 0 : low >> 8 * (4 - have);
	high = have == 0 ? 0 : high >> 8 * (4 - have);
	c->p += have;
	return v >= low && v <= high ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
}

static enum gz_probe
probe_message(enum gz_dir dir, struct gz_cursor *c)
{
	static const struct {
		uint32_t low, high;
	} call[] = { { 0, UINT32_MAX }, { RPC_CALL, RPC_CALL }, { 2, 2 },
		{ NFS_PROGRAM, NFS_PROGRAM }, { 2, LAST_VERSION }, { 0, LAST_PROCEDURE } },
	  reply[] = { { 0, UINT32_MAX }, { RPC_REPLY, RPC_REPLY }, { 0, 1 } };
	uint32_t i, n = dir == GZ_C2S ? RTE_DIM(call) : RTE_DIM(reply);
	enum gz_probe answer = GZ_PROBE_SURE;

	for (i = 0; i < n && answer == GZ_PROBE_SURE; i++)
		answer = dir == GZ_C2S ? want(c, call[i].low, call[i].high)
				       : want(c, reply[i].low, reply[i].high);
	return answer;
}

/** On its port: a record, with a call or a reply. */
static enum gz_probe
nfs_probe(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	enum gz_probe answer = want(
			&c, LAST_FRAGMENT | RPC_REPLY_HEAD, LAST_FRAGMENT | NFS_RECORD_MOST);

	return answer == GZ_PROBE_SURE ? probe_message(dir, &c) : answer;
}

static enum gz_probe
nfs_probe_udp(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	return probe_message(dir, &c);
}

/** Anywhere: a call, which tells the program's number. */
static enum gz_probe
nfs_guess(enum gz_dir dir, struct gz_span s)
{
	return dir == GZ_C2S ? nfs_probe(dir, s) : GZ_PROBE_NO;
}

/* ---- messages ---- */

static void
note(struct gz_app *app, enum gz_dir dir, enum nfs_event event)
{
	struct gz_tx *tx = gz_tx_new(app);

	if (tx == NULL)
		return;
	nfs_tx_of(tx)->quiet = true;
	gz_tx_event(tx, event);
	gz_tx_one_way(tx, dir);
}

/*
 * A number that waits already: most likely the call was sent again. But a server looks closer before
 * it takes two calls for one, so both are looked at; the reply belongs to the last.
 */
static void
replace_call(struct nfs_msg *m)
{
	struct nfs_call *c = nfs_call_find(m->s, m->rpc.xid);

	if (c == NULL)
		return;
	if (c->tx != NULL)
		gz_tx_complete(c->tx, GZ_S2C);
	nfs_call_free(m->app, m->s, c);
}

static void
take_call(struct nfs_msg *m)
{
	if (m->rpc.program != NFS_PROGRAM)
		return;
	replace_call(m);
	if (m->rpc.version < 2)
		note(m->app, m->dir, NFS_EVENT_NON_EXISTING_VERSION);
	else if (m->rpc.version > LAST_VERSION)
		note(m->app, m->dir, NFS_EVENT_UNSUPPORTED_VERSION);
	else if (m->rpc.version == LAST_VERSION && m->rpc.procedure != 0)
		nfs4_request(m);
	else
		nfs_request(m);
}

static void
take_reply(struct nfs_msg *m)
{
	struct nfs_call *c = nfs_call_find(m->s, m->rpc.xid);

	if (c == NULL)
		return;
	m->call = c;
	m->rpc.version = c->version;
	m->rpc.procedure = c->procedure;
	if (c->version == LAST_VERSION && c->procedure != 0)
		nfs4_reply(m);
	else
		nfs_reply(m);
	nfs_call_free(m->app, m->s, c);
}

/** A message, of which @p left bytes are still to come. */
static void
take_message(struct gz_app *app, enum gz_dir dir, struct gz_span s, uint32_t left)
{
	struct nfs_msg m = { .app = app, .s = app->state, .dir = dir, .left = left };

	if (!rpc_read(s, &m.rpc))
		note(app, dir, NFS_EVENT_MALFORMED);
	else if (m.rpc.type == RPC_CALL && dir == GZ_C2S)
		take_call(&m);
	else if (m.rpc.type == RPC_REPLY && dir == GZ_S2C)
		take_reply(&m);
}

/* ---- records ---- */

/** What is still to come of a record that was begun. */
static void
take_rest(struct gz_app *app, struct nfs_side *side, struct gz_input *in)
{
	uint32_t n = RTE_MIN(side->data, in->len - in->eaten);

	if (n > 0)
		nfs_data_add(app, in->dir, gz_span(in->p + in->eaten, n));
	in->eaten += n;
	n = RTE_MIN(side->skip, in->len - in->eaten);
	side->skip -= n;
	in->eaten += n;
}

/** Of a record in fragments. @return false: it is too long. */
static bool
take_fragment(struct gz_app *app, struct nfs_side *side, struct gz_input *in)
{
	uint32_t n = RTE_MIN(side->join, in->len - in->eaten);

	if (n > 0 &&
			!gz_bytes_add(app, &side->joined, gz_span(in->p + in->eaten, n),
					NFS_JOINED_MOST))
		return false;
	in->eaten += n;
	side->join -= n;
	if (side->join > 0 || !side->join_last)
		return true;
	side->join_last = false;
	take_message(app, in->dir, gz_bytes_span(&side->joined), 0);
	gz_bytes_free(app, &side->joined);
	return true;
}

/** After lost bytes: go to what looks like a record. @return false: there is none yet. */
static bool
find_record(const struct nfs_state *s, struct gz_input *in)
{
	struct gz_cursor c;
	enum gz_probe p;
	uint32_t xid;

	for (; in->eaten < in->len; in->eaten++) {
		c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
		p = nfs_probe(in->dir, gz_span(c.p, gz_cursor_left(&c)));
		if (p == GZ_PROBE_NO)
			continue;
		if (p == GZ_PROBE_MAYBE)
			return false;
		if (in->dir == GZ_C2S ||
				(gz_cursor_skip(&c, RECORD_HEAD) && gz_cursor_be32(&c, &xid) &&
						nfs_call_find(s, xid) != NULL))
			return true;
	}
	return false;
}

/** @return false: not all there yet. */
static bool
take_record(struct gz_app *app, struct nfs_side *side, struct gz_input *in, uint32_t head)
{
	uint32_t len = head & ~LAST_FRAGMENT;
	uint32_t need = len <= NFS_WHOLE_MOST ? len : NFS_HEAD_MOST;

	if ((head & LAST_FRAGMENT) == 0 || side->joined.len > 0) {
		in->eaten += RECORD_HEAD;
		side->join = len;
		side->join_last = (head & LAST_FRAGMENT) != 0;
		return true;
	}
	side->expect = RECORD_HEAD + len;
	if (in->len - in->eaten < RECORD_HEAD + need)
		return false;
	side->expect = 0;
	nfs_note_frames(app, in, RECORD_HEAD, gz_span(in->p + in->eaten, RECORD_HEAD + need), len);
	take_message(app, in->dir, gz_span(in->p + in->eaten + RECORD_HEAD, need), len - need);
	side->skip = len - need - side->data;
	in->eaten += RECORD_HEAD + need;
	return true;
}

static enum gz_parse
parse_stream(struct gz_app *app, struct gz_input *in)
{
	struct nfs_state *s = app->state;
	struct nfs_side *side = &s->side[in->dir];
	struct gz_cursor c;
	uint32_t head;

	for (;;) {
		take_rest(app, side, in);
		if (!take_fragment(app, side, in))
			break;
		if (side->lost && !find_record(s, in))
			return GZ_PARSE_OK;
		side->lost = false;
		c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
		if (side->join > 0 || !gz_cursor_be32(&c, &head))
			return GZ_PARSE_OK;
		if ((head & ~LAST_FRAGMENT) > NFS_RECORD_MOST)
			break;
		if (!take_record(app, side, in, head))
			return GZ_PARSE_OK;
	}
	note(app, in->dir, NFS_EVENT_MALFORMED);
	return GZ_PARSE_BROKEN;
}

static enum gz_parse
nfs_parse(struct gz_app *app, struct gz_input *in)
{
	struct nfs_state *s = app->state;

	if (s->files.tqh_last == NULL) {
		TAILQ_INIT(&s->files);
		TAILQ_INIT(&s->names);
		TAILQ_INIT(&s->calls);
	}
	if (app->flow->proto != IPPROTO_UDP)
		return parse_stream(app, in);
	in->eaten = in->len;
	nfs_note_frames(app, in, 0, gz_span(in->p, in->len), in->len);
	take_message(app, in->dir, gz_span(in->p, in->len), 0);
	return GZ_PARSE_OK;
}

static enum gz_parse
nfs_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct nfs_state *s = app->state;
	struct nfs_side *side = &s->side[dir];
	uint64_t n = RTE_MIN(len, (uint64_t)side->data);

	nfs_data_lost(app, dir, (uint32_t)n);
	len -= n;
	n = RTE_MIN(len, (uint64_t)side->skip);
	side->skip -= (uint32_t)n;
	len -= n;
	if (len == 0)
		return GZ_PARSE_OK;
	side->lost = len > side->expect;
	side->skip = side->lost ? 0 : side->expect - (uint32_t)len;
	side->expect = 0;
	if (side->join > 0 || side->joined.len > 0) {
		side->lost = true;
		side->join = 0;
		side->join_last = false;
		gz_bytes_free(app, &side->joined);
	}
	return GZ_PARSE_OK;
}

static void
nfs_free(struct gz_app *app, void *state)
{
	nfs_state_free(app, state);
}

static void
nfs_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct nfs_tx *t = nfs_tx_of(tx);

	gz_bytes_free(app, &t->machine);
	gz_bytes_free(app, &t->name);
	gz_bytes_free(app, &t->to);
}

static uint32_t
nfs_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return when == GZ_LOG_ALERT || !nfs_tx_of(tx)->quiet;
}

GZ_EVENT_TYPE(nfs_event, "nfs", "a call of NFS and its reply, or a file that was read or written")

static struct gz_proto nfs = {
	.reg = { .name = "nfs" },
	.help = "NFS 2, 3 and 4 over TCP and UDP, with its files",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "2049",
	.probe = nfs_probe,
	.probe_udp = nfs_probe_udp,
	.guess = nfs_guess,
	.state_size = sizeof(struct nfs_state),
	.tx_size = sizeof(struct nfs_tx),
	.parse = nfs_parse,
	.gap = nfs_gap,
	.free = nfs_free,
	.tx_free = nfs_tx_free,
	.fields = nfs_fields,
	.nb_fields = NFS_NB_FIELDS,
	.frames = nfs_frames,
	.nb_frames = NFS_NB_FRAMES,
	.events = nfs_events,
	.nb_events = RTE_DIM(nfs_events),
	.event = &nfs_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = nfs_nb_logs,
	.log = nfs_log,
};
GZ_PROTO_REGISTER(nfs)
