/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DNS over UDP and TCP (RFC 1035, RFC 6895). Every message is a transaction of
 * its own, complete at once. Names are unfolded when a message is read, so that
 * rules and events see them as a resolver would.
 */

#include "dns.h"

#include <netinet/in.h>

#include "gz_frame.h"

enum {
	OPCODE_LAST = 6, /* DSO: RFC 8490 */
};

enum {
	FRAME_PDU,
};

static struct gz_proto dns;

const char *const dns_progress[] = { "awaited", "done", NULL };

const char *const dns_events[DNS_NB_EVENTS] = {
	[DNS_EVENT_MALFORMED_DATA] = "malformed_data",
	[DNS_EVENT_NOT_REQUEST] = "not_request",
	[DNS_EVENT_NOT_RESPONSE] = "not_response",
	[DNS_EVENT_Z_FLAG_SET] = "z_flag_set",
	[DNS_EVENT_INVALID_OPCODE] = "invalid_opcode",
	[DNS_EVENT_NAME_TOO_LONG] = "name_too_long",
	[DNS_EVENT_INFINITE_LOOP] = "infinite_loop",
	[DNS_EVENT_TOO_MANY_LABELS] = "too_many_labels",
	[DNS_EVENT_INVALID_ADDITIONALS] = "invalid_additionals",
	[DNS_EVENT_INVALID_AUTHORITIES] = "invalid_authorities",
};

bool
dns_read_header(struct gz_cursor *c, struct dns_header *h)
{
	bool whole = gz_cursor_be16(c, &h->id) && gz_cursor_be16(c, &h->flags);

	for (int s = 0; s < DNS_NB_SECTIONS; s++)
		whole = whole && gz_cursor_be16(c, &h->count[s]);
	return whole;
}

/* ---- records ---- */

/** What a message is read with. */
struct reading {
	struct gz_tx *tx;
	struct dns_tx *x;
	struct gz_span message;
	struct gz_cursor c;
	uint64_t events;
};

/** Keep bytes; their place, or UINT32_MAX without memory. */
static uint32_t
keep(struct reading *r, struct gz_span s)
{
	uint32_t at = r->x->store.len;

	return gz_bytes_add(r->tx->app, &r->x->store, s, DNS_STORE_MOST) ? at : UINT32_MAX;
}

static bool
keep_name(struct reading *r, struct gz_cursor *c, uint32_t *at, uint16_t *len)
{
	uint8_t name[DNS_NAME_MOST];
	int n = dns_unfold(r->message, c, name, &r->events);

	if (n < 0)
		return false;
	*len = (uint16_t)n;
	*at = keep(r, gz_span(name, (uint32_t)n));
	return *at != UINT32_MAX;
}

/** The two names of an SOA, each behind its length in two bytes of ours, and its numbers. */
static bool
keep_soa(struct reading *r, struct gz_cursor *c)
{
	uint16_t len;
	uint32_t at;

	for (int i = 0; i < 2; i++) {
		uint32_t length_at = keep(r, GZ_SPAN("\0\0"));

		if (length_at == UINT32_MAX || !keep_name(r, c, &at, &len))
			return false;
		memcpy(r->x->store.p + length_at, &len, sizeof(len));
	}
	return keep(r, gz_span(c->p, gz_cursor_left(c))) != UINT32_MAX;
}

/** The data of a record as it is told: names unfolded, an MX without its preference. */
static bool
keep_data(struct reading *r, const struct dns_record *rec, struct gz_span data)
{
	/* Names in it are unfolded by their place in the message, which the cursor has. */
	struct gz_cursor c = gz_cursor(data.p, data.len);
	struct gz_span numbers;
	uint16_t len;
	uint32_t at;

	switch (rec->type) {
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
		return keep_name(r, &c, &at, &len);
	case DNS_TYPE_MX:
		return gz_cursor_skip(&c, 2) && keep_name(r, &c, &at, &len);
	case DNS_TYPE_SRV:
		return gz_cursor_take(&c, 6, &numbers) && keep(r, numbers) != UINT32_MAX &&
				keep_name(r, &c, &at, &len);
	case DNS_TYPE_SOA:
		return keep_soa(r, &c);
	default:
		return keep(r, data) != UINT32_MAX;
	}
}

static bool
read_record(struct reading *r, enum dns_section section)
{
	struct dns_record rec = { .section = (uint8_t)section };
	uint16_t class, len;
	struct gz_span data;

	if (!keep_name(r, &r->c, &rec.name, &rec.name_len) || !gz_cursor_be16(&r->c, &rec.type) ||
			!gz_cursor_be16(&r->c, &class))
		return false;
	if (section != DNS_QUERIES) {
		if (!gz_cursor_be32(&r->c, &rec.ttl) || !gz_cursor_be16(&r->c, &len) ||
				!gz_cursor_take(&r->c, len, &data))
			return false;
		rec.data = r->x->store.len;
		if (!keep_data(r, &rec, data))
			return false;
		rec.data_len = r->x->store.len - rec.data;
	}
	if (!gz_bytes_add(r->tx->app, &r->x->records, gz_span(&rec, sizeof(rec)),
			    DNS_RECORDS_MOST * sizeof(rec)))
		return false;
	r->x->count[section]++;
	return true;
}

static void
read_sections(struct reading *r, const struct dns_header *h)
{
	static const uint8_t broken[] = { DNS_EVENT_MALFORMED_DATA, DNS_EVENT_MALFORMED_DATA,
		DNS_EVENT_INVALID_AUTHORITIES, DNS_EVENT_INVALID_ADDITIONALS };
	uint32_t kept = 0;

	for (int s = 0; s < DNS_NB_SECTIONS; s++) {
		r->x->first[s] = (uint16_t)kept;
		for (uint32_t i = 0; i < h->count[s] && kept < DNS_RECORDS_MOST; i++, kept++) {
			if (read_record(r, (enum dns_section)s))
				continue;
			r->events |= 1u << broken[s];
			for (int rest = s + 1; rest < DNS_NB_SECTIONS; rest++)
				r->x->first[rest] = r->x->first[s];
			return;
		}
	}
}

/** @return false: no room for the transaction. */
static bool
read_message(struct gz_app *app, enum gz_dir dir, struct gz_span message)
{
	struct reading r = { .message = message, .c = gz_cursor(message.p, message.len) };
	struct dns_header h;

	if (!dns_read_header(&r.c, &h))
		return true;
	r.tx = gz_tx_new(app);
	if (r.tx == NULL)
		return false;
	r.x = gz_tx_state(r.tx);
	r.x->id = h.id;
	r.x->flags = h.flags;
	/* neighbours all ask and answer on one port */
	if (app->proto == &dns && dir == GZ_C2S && dns_is_response(r.x))
		r.events |= 1u << DNS_EVENT_NOT_REQUEST;
	if (app->proto == &dns && dir == GZ_S2C && !dns_is_response(r.x))
		r.events |= 1u << DNS_EVENT_NOT_RESPONSE;
	if ((h.flags & DNS_Z) != 0)
		r.events |= 1u << DNS_EVENT_Z_FLAG_SET;
	if (dns_opcode(r.x) > OPCODE_LAST || dns_opcode(r.x) == 3)
		r.events |= 1u << DNS_EVENT_INVALID_OPCODE;
	read_sections(&r, &h);
	for (uint32_t e = 0; e < DNS_NB_EVENTS; e++)
		if (r.events >> e & 1)
			gz_tx_event(r.tx, e);
	gz_tx_progress(r.tx, dir, DNS_DONE);
	gz_tx_one_way(r.tx, dir);
	return true;
}

/* ---- streams and datagrams ---- */

static bool
is_odd(const struct dns_header *h)
{
	return (h->flags >> 11 & 15) > OPCODE_LAST ||
			((h->flags & DNS_QR) == 0 && (h->flags & 15) != 0);
}

/** What has an odd header is DNS all the same when its first question is one (RFC 6895 section 3.2). */
static enum gz_probe
asks_of_a_class(const struct dns_header *h, struct gz_cursor *c)
{
	uint16_t type, class;

	if (h->count[DNS_QUERIES] == 0)
		return GZ_PROBE_NO;
	if (!gz_cursor_be16(c, &type) || !gz_cursor_be16(c, &class))
		return GZ_PROBE_MAYBE;
	return type != 0 && class != 0 && class < 256 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** Could a message begin here? The header must make sense, and the first name too. */
static enum gz_probe
looks_like(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint8_t name[DNS_NAME_MOST];
	uint64_t events = 0;
	struct dns_header h;

	if (!dns_read_header(&c, &h))
		return GZ_PROBE_MAYBE;
	if (h.count[DNS_QUERIES] > 16 || (h.count[DNS_QUERIES] == 0 && (h.flags & DNS_QR) == 0))
		return GZ_PROBE_NO;
	if ((h.flags & DNS_QR) == 0 && h.count[DNS_ANSWERS] > 16)
		return GZ_PROBE_NO;
	if (h.count[DNS_QUERIES] > 0 && dns_unfold(s, &c, name, &events) < 0)
		return gz_cursor_left(&c) < 256 ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	return is_odd(&h) ? asks_of_a_class(&h, &c) : GZ_PROBE_SURE;
}

enum gz_probe
dns_probe_udp(enum gz_dir dir, struct gz_span first)
{
	enum gz_probe answer = looks_like(dir, first);

	return answer == GZ_PROBE_MAYBE ? GZ_PROBE_NO : answer;
}

enum gz_probe
dns_probe_tcp(enum gz_dir dir, struct gz_span first)
{
	uint32_t len;

	if (first.len < 2)
		return GZ_PROBE_MAYBE;
	len = (uint32_t)first.p[0] << 8 | first.p[1];
	if (len < DNS_HEADER)
		return GZ_PROBE_NO;
	first = gz_span(first.p + 2, RTE_MIN(first.len - 2, len));
	if (first.len < len)
		return looks_like(dir, first) == GZ_PROBE_NO && first.len >= DNS_HEADER
				? GZ_PROBE_NO
				: GZ_PROBE_MAYBE;
	return dns_probe_udp(dir, first);
}

static enum gz_parse
dns_parse_udp(struct gz_app *app, struct gz_input *in)
{
	in->eaten = in->len;
	if (in->len == 0)
		return GZ_PARSE_OK;
	gz_app_frame(app, in, FRAME_PDU, in->p, in->len);
	return read_message(app, in->dir, gz_span(in->p, in->len)) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

static enum gz_parse
dns_parse_tcp(struct gz_app *app, struct gz_input *in)
{
	struct dns_state *state = app->state;

	while (in->len - in->eaten >= 2) {
		const uint8_t *p = in->p + in->eaten;
		uint32_t len = (uint32_t)p[0] << 8 | p[1], left = in->len - in->eaten - 2;

		if (state->lost[in->dir]) {
			if (dns_probe_tcp(in->dir, gz_span(p, left + 2)) == GZ_PROBE_NO) {
				in->eaten = in->len;
				return GZ_PARSE_OK;
			}
			state->lost[in->dir] = false;
		}
		if (len > 0)
			gz_app_frame(app, in, FRAME_PDU, p + 2, len);
		if (left < len)
			return GZ_PARSE_OK;
		in->eaten += 2 + len;
		if (len > 0 && !read_message(app, in->dir, gz_span(p + 2, len)))
			return GZ_PARSE_BROKEN;
	}
	return GZ_PARSE_OK;
}

enum gz_parse
dns_parse(struct gz_app *app, struct gz_input *in)
{
	return app->flow->proto == IPPROTO_UDP ? dns_parse_udp(app, in) : dns_parse_tcp(app, in);
}

enum gz_parse
dns_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	((struct dns_state *)app->state)->lost[dir] = true;
	return GZ_PARSE_OK;
}

void
dns_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct dns_tx *x = gz_tx_state(tx);

	gz_bytes_free(app, &x->records);
	gz_bytes_free(app, &x->store);
}

static struct gz_event_type dns_event = {
	.reg = { .name = "dns" },
	.help = "questions to name servers and their answers",
};
GZ_REGISTER(gz_event_types, dns_event)

static const struct gz_field_row dns_frames[] = {
	[FRAME_PDU] = GZ_FRAME("dns.pdu", "a message, without the length before it over TCP"),
};

static struct gz_proto dns = {
	.reg = { .name = "dns" },
	.help = "the Domain Name System (RFC 1035)",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "53",
	.probe = dns_probe_tcp,
	.probe_udp = dns_probe_udp,
	DNS_MESSAGES,
	.fields = dns_fields,
	.frames = dns_frames,
	.nb_frames = RTE_DIM(dns_frames),
	.nb_fields = DNS_NB_FIELDS,
	.event = &dns_event,
	.log_by_sender = true,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.nb_logs = dns_nb_logs,
	.log = dns_log,
};
GZ_PROTO_REGISTER(dns)
