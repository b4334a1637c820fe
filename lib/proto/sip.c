/* SPDX-License-Identifier: BSD-3-Clause */

/* SIP's messages in streams and datagrams. */

#include "sip.h"

#include <netinet/in.h>

#include "gz_frame.h"

static const char *const sip_events[] = {
	[SIP_EVENT_INCOMPLETE_DATA] = "incomplete_data",
	[SIP_EVENT_INVALID_DATA] = "invalid_data",
};

/** A transaction with a copy of a message's head and kept body. NULL: no room. */
static struct gz_tx *
begin(struct gz_app *app, enum gz_dir dir, struct gz_span message)
{
	struct gz_tx *tx = gz_tx_new(app);
	struct sip_tx *t;

	if (tx == NULL)
		return NULL;
	t = sip_tx_of(tx);
	t->dir = (uint8_t)dir;
	if (!gz_bytes_add(app, &t->message, message, SIP_HEAD_MOST + SIP_BODY_MOST))
		gz_tx_event(tx, SIP_EVENT_INVALID_DATA);
	return tx;
}

/** Bytes that are none of SIP's: told, and not followed. */
static enum gz_parse
refuse(struct gz_app *app, enum gz_dir dir)
{
	struct gz_tx *tx = begin(app, dir, gz_span(NULL, 0));

	if (tx != NULL) {
		gz_tx_event(tx, SIP_EVENT_INVALID_DATA);
		gz_tx_one_way(tx, dir);
	}
	return GZ_PARSE_BROKEN;
}

/** The first line, without its end. */
static struct gz_span
first_line(struct gz_span s)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);

	if (lf != NULL)
		s.len = (uint32_t)(lf - s.p);
	if (s.len > 0 && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/** Where the second line begins. */
static uint32_t
second_line(struct gz_span s)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);

	return lf != NULL ? (uint32_t)(lf + 1 - s.p) : s.len;
}

/** Read a message of which the first @p head_len bytes are its head. */
static struct gz_tx *
read_message(struct gz_app *app, enum gz_dir dir, struct gz_span s, uint32_t head_len)
{
	struct gz_tx *tx = begin(app, dir, s);
	struct sip_tx *t;

	if (tx == NULL)
		return NULL;
	t = sip_tx_of(tx);
	if (t->message.len == 0)
		return tx;
	if (!sip_first_line(t, first_line(s)) || !sip_headers(app, t, second_line(s)))
		gz_tx_event(tx, SIP_EVENT_INVALID_DATA);
	if (head_len < s.len)
		sdp_read(app, t, head_len);
	return tx;
}

/** Bytes up to and with the empty line, looked for behind the first @p seen; 0: there is none. */
static uint32_t
head_len_of(struct gz_span s, uint32_t seen)
{
	const uint8_t *p = s.p + (seen > 3 ? seen - 3 : 0), *end = s.p + s.len, *lf;

	while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		p = lf + 1;
		if (end - p >= 1 && p[0] == '\n')
			return (uint32_t)(p + 1 - s.p);
		if (end - p >= 2 && p[0] == '\r' && p[1] == '\n')
			return (uint32_t)(p + 2 - s.p);
	}
	return 0;
}

/** What Content-Length says of a head. */
static uint64_t
body_len_of(struct gz_app *app, struct gz_span head)
{
	struct sip_tx t = { .message = { .p = (uint8_t *)(uintptr_t)head.p, .len = head.len } };
	const struct sip_line *l;
	uint64_t len = 0;

	sip_headers(app, &t, second_line(head));
	l = sip_header(&t, SIP_CONTENT_LENGTH, 0);
	if (l != NULL)
		gz_span_u64(sip_span(&t, l), &len);
	gz_bytes_free(app, &t.headers);
	return len;
}

enum {
	FRAME_PDU,
	FRAME_REQUEST_LINE,
	FRAME_REQUEST_HEADERS,
	FRAME_REQUEST_BODY,
	FRAME_RESPONSE_LINE,
	FRAME_RESPONSE_HEADERS,
	FRAME_RESPONSE_BODY,
};

static const struct gz_field_row sip_frames[] = {
	[FRAME_PDU] = GZ_FRAME("sip.pdu", "a message"),
	[FRAME_REQUEST_LINE] = GZ_FRAME("sip.request.line", "a request's first line"),
	[FRAME_REQUEST_HEADERS] = GZ_FRAME("sip.request.headers", "a request's headers"),
	[FRAME_REQUEST_BODY] = GZ_FRAME("sip.request.body", "a request's body"),
	[FRAME_RESPONSE_LINE] = GZ_FRAME("sip.response.line", "a response's first line"),
	[FRAME_RESPONSE_HEADERS] = GZ_FRAME("sip.response.headers", "a response's headers"),
	[FRAME_RESPONSE_BODY] = GZ_FRAME("sip.response.body", "a response's body"),
};

/** Of a message whose head, with the empty line at its end, is @p head. */
static void
note_frames(struct gz_app *app, const struct gz_input *in, struct gz_span head, uint64_t body)
{
	bool response = gz_span_starts(head, GZ_SPAN("SIP/"));
	uint32_t first = response ? FRAME_RESPONSE_LINE : FRAME_REQUEST_LINE;
	uint32_t line = second_line(head), end = head.len;

	gz_app_frame(app, in, FRAME_PDU, head.p, head.len + body);
	gz_app_frame(app, in, first, head.p, line);
	end -= end > line && head.p[end - 1] == '\n';
	end -= end > line && head.p[end - 1] == '\r';
	if (end > line)
		gz_app_frame(app, in, first + 1, head.p + line, end - line);
	if (body > 0)
		gz_app_frame(app, in, first + 2, head.p + head.len, body);
}

static enum gz_parse
parse_datagram(struct gz_app *app, struct gz_input *in)
{
	struct gz_span s = gz_span(in->p, in->len);
	uint32_t head_len = head_len_of(s, 0);
	struct gz_tx *tx;

	in->eaten = in->len;
	if (head_len > SIP_HEAD_MOST)
		return refuse(app, in->dir);
	if (head_len == 0)
		head_len = RTE_MIN(s.len, (uint32_t)SIP_HEAD_MOST);
	s.len = RTE_MIN(s.len, head_len + SIP_BODY_MOST);
	/* what keeps a path through NATs open (RFC 5626 section 3.5.1) */
	if (s.len == 0 || s.p[0] == '\r' || s.p[0] == '\n' || s.p[0] == '\0')
		return GZ_PARSE_OK;
	note_frames(app, in, gz_span(s.p, head_len), in->len - head_len);
	tx = read_message(app, in->dir, s, head_len);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	gz_tx_one_way(tx, in->dir);
	return GZ_PARSE_OK;
}

/** Find out how long the message at @p s is. @return false: it is none. */
static bool
measure(struct gz_app *app, struct gz_input *in, struct gz_span s)
{
	struct sip_state *state = app->state;
	uint32_t seen = in->seen > in->eaten ? in->seen - in->eaten : 0;
	uint32_t head_len = head_len_of(s, seen);
	struct sip_tx line = { 0 };

	if (head_len == 0)
		return s.len <= SIP_HEAD_MOST && !in->end;
	if (head_len > SIP_HEAD_MOST || !sip_first_line(&line, first_line(s)))
		return false;
	state->head_len[in->dir] = head_len;
	state->body_len[in->dir] = body_len_of(app, gz_span(s.p, head_len));
	return true;
}

/** @return OK with nothing eaten: more must come. */
static enum gz_parse
parse_message(struct gz_app *app, struct gz_input *in)
{
	struct gz_span s = gz_span(in->p + in->eaten, in->len - in->eaten);
	struct sip_state *state = app->state;
	uint32_t head_len, keep;
	struct gz_tx *tx;
	uint64_t body;

	if (state->head_len[in->dir] == 0 && !measure(app, in, s))
		return refuse(app, in->dir);
	head_len = state->head_len[in->dir];
	body = state->body_len[in->dir];
	keep = (uint32_t)RTE_MIN(body, (uint64_t)SIP_BODY_MOST);
	if (head_len > 0)
		note_frames(app, in, gz_span(s.p, head_len), body);
	if (head_len == 0 || (s.len - head_len < keep && !in->end))
		return GZ_PARSE_OK;
	keep = RTE_MIN(keep, s.len - head_len);
	tx = read_message(app, in->dir, gz_span(s.p, head_len + keep), head_len);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	if (in->end && s.len - head_len < body)
		gz_tx_event(tx, SIP_EVENT_INCOMPLETE_DATA);
	gz_tx_one_way(tx, in->dir);
	in->eaten += head_len + keep;
	state->head_len[in->dir] = 0;
	state->skip[in->dir] = body - keep;
	return GZ_PARSE_OK;
}

/** Pass over the rest of a body and the line ends between messages. */
static void
pass_over(struct sip_state *state, struct gz_input *in)
{
	uint64_t n = RTE_MIN(state->skip[in->dir], (uint64_t)(in->len - in->eaten));

	state->skip[in->dir] -= n;
	in->eaten += (uint32_t)n;
	while (in->eaten < in->len && (in->p[in->eaten] == '\r' || in->p[in->eaten] == '\n'))
		in->eaten++;
}

static enum gz_parse
sip_parse(struct gz_app *app, struct gz_input *in)
{
	enum gz_parse result = GZ_PARSE_OK;
	uint32_t before;

	if (app->flow->proto != IPPROTO_TCP)
		return parse_datagram(app, in);
	do {
		if (in->eaten < in->len)
			pass_over(app->state, in);
		before = in->eaten;
		if (before < in->len)
			result = parse_message(app, in);
	} while (result == GZ_PARSE_OK && in->eaten > before);
	return result;
}

static enum gz_parse
sip_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct sip_state *state = app->state;

	if (len > state->skip[dir])
		return GZ_PARSE_BROKEN;
	state->skip[dir] -= len;
	return GZ_PARSE_OK;
}

static void
sip_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct sip_tx *t = sip_tx_of(tx);

	gz_bytes_free(app, &t->message);
	gz_bytes_free(app, &t->headers);
	gz_bytes_free(app, &t->sdp);
}

/* ---- detection ---- */

static enum gz_probe
begins(struct gz_span s, struct gz_span with)
{
	uint32_t n = RTE_MIN(s.len, with.len);

	if (n > 0 && memcmp(s.p, with.p, n) != 0)
		return GZ_PROBE_NO;
	return n == with.len ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

/** A request's method is known and its first line ends with SIP's version. */
static enum gz_probe
probe_request(struct gz_span s)
{
	static const struct gz_span methods[] = {
#define METHOD(name) { (const uint8_t *)name " ", sizeof(name) }
		METHOD("ACK"),
		METHOD("BYE"),
		METHOD("CANCEL"),
		METHOD("INFO"),
		METHOD("INVITE"),
		METHOD("MESSAGE"),
		METHOD("NOTIFY"),
		METHOD("OPTIONS"),
		METHOD("PRACK"),
		METHOD("PUBLISH"),
		METHOD("REFER"),
		METHOD("REGISTER"),
		METHOD("SUBSCRIBE"),
		METHOD("UPDATE"),
#undef METHOD
	};
	struct gz_span line = first_line(s);
	enum gz_probe answer = GZ_PROBE_NO;
	struct sip_tx t = { 0 };

	for (uint32_t i = 0; i < RTE_DIM(methods) && answer != GZ_PROBE_SURE; i++)
		answer = RTE_MAX(answer, begins(s, methods[i]));
	if (answer != GZ_PROBE_SURE)
		return answer;
	if (memchr(s.p, '\n', s.len) == NULL)
		return s.len < 1024 ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	return sip_first_line(&t, line) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** Either side may ask. */
static enum gz_probe
sip_probe(enum gz_dir dir, struct gz_span s)
{
	enum gz_probe response = begins(s, GZ_SPAN("SIP/2.0 "));

	return response != GZ_PROBE_NO ? response : probe_request(s);
}

static uint32_t
sip_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct sip_tx *t = sip_tx_of(tx);

	if (t->first_len == 0)
		return 0;
	return when == GZ_LOG_ALERT || when == (t->dir == GZ_C2S ? GZ_LOG_C2S : GZ_LOG_S2C);
}

static struct gz_event_type sip_event = {
	.reg = { .name = "sip" },
	.help = "requests and responses of SIP",
};
GZ_REGISTER(gz_event_types, sip_event)

static struct gz_proto sip = {
	.reg = { .name = "sip" },
	.help = "SIP and the session descriptions in it",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "5060,5061",
	.probe = sip_probe,
	.probe_anywhere = true,
	.most_pending = SIP_HEAD_MOST + SIP_BODY_MOST,
	.state_size = sizeof(struct sip_state),
	.tx_size = sizeof(struct sip_tx),
	.parse = sip_parse,
	.gap = sip_gap,
	.tx_free = sip_tx_free,
	.frames = sip_frames,
	.nb_frames = RTE_DIM(sip_frames),
	.fields = sip_fields,
	.nb_fields = SIP_NB_FIELDS,
	.events = sip_events,
	.nb_events = RTE_DIM(sip_events),
	.event = &sip_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = sip_nb_logs,
	.log = sip_log,
};
GZ_PROTO_REGISTER(sip)
