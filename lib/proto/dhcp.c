/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DHCP (RFC 2131, options RFC 2132): each message is a transaction. Options may
 * go on in the fields for names, when option 52 says so.
 */

#include <stdio.h>

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	DHCP_REQUEST = 1, /* of the first byte */
	DHCP_REPLY = 2,

	DHCP_SNAME = 44, /* where the fields for names are, and how long */
	DHCP_SNAME_LEN = 64,
	DHCP_FILE = 108,
	DHCP_FILE_LEN = 128,
	DHCP_COOKIE = 236,
	DHCP_OPTIONS = 240,

	DHCP_OPTIONS_MOST = 128, /* that are looked at in a message */
	DHCP_TEXT_MOST = 255,
	DHCP_LIST_MOST = 16, /* addresses, or parameters */

	OPTION_PAD = 0,
	OPTION_SUBNET_MASK = 1,
	OPTION_ROUTER = 3,
	OPTION_DNS_SERVER = 6,
	OPTION_HOSTNAME = 12,
	OPTION_REQUESTED_IP = 50,
	OPTION_LEASE_TIME = 51,
	OPTION_OVERLOAD = 52,
	OPTION_TYPE = 53,
	OPTION_PARAMETERS = 55,
	OPTION_RENEWAL_TIME = 58,
	OPTION_REBINDING_TIME = 59,
	OPTION_VENDOR_CLASS = 60,
	OPTION_CLIENT_ID = 61,
	OPTION_END = 255,
};

enum {
	DHCP_EVENT_TRUNCATED,
	DHCP_EVENT_MALFORMED,
};

static const char *const events[] = {
	[DHCP_EVENT_TRUNCATED] = "truncated_options",
	[DHCP_EVENT_MALFORMED] = "malformed_options",
};

struct dhcp_text {
	uint8_t len;
	uint8_t b[DHCP_TEXT_MOST];
};

struct dhcp_list {
	uint32_t n;
	uint8_t b[DHCP_LIST_MOST][4];
};

/** A number that an option tells, if it is there. */
struct dhcp_number {
	bool known;
	uint32_t v;
};

struct dhcp_tx {
	uint8_t op, type, overload, dir;
	uint32_t id;
	uint8_t address[4][4]; /* the client's, assigned, next server, relay */
	uint8_t mac[6];
	struct dhcp_number lease, renewal, rebinding;
	bool has_mask, has_requested;
	uint8_t mask[4], requested[4];
	struct dhcp_list routers, servers;
	struct dhcp_text host, vendor, client;
	struct dhcp_text params; /* numbers of options */
};

static struct dhcp_tx *
tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static enum gz_probe
dhcp_probe(enum gz_dir dir, struct gz_span s)
{
	static const uint8_t cookie[] = { 0x63, 0x82, 0x53, 0x63 };

	if (s.len < DHCP_OPTIONS || (s.p[0] != DHCP_REQUEST && s.p[0] != DHCP_REPLY))
		return GZ_PROBE_NO;
	return memcmp(s.p + DHCP_COOKIE, cookie, sizeof(cookie)) == 0 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/* ---- options ---- */

static void
set_text(struct dhcp_text *t, struct gz_span s)
{
	t->len = (uint8_t)s.len;
	memcpy(t->b, s.p, s.len);
}

/** @return false: not four bytes. */
static bool
set_number(struct dhcp_number *n, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	n->known = s.len == 4 && gz_cursor_be32(&c, &n->v);
	return n->known;
}

static bool
set_address(uint8_t to[4], bool *known, struct gz_span s)
{
	*known = s.len == 4;
	if (*known)
		memcpy(to, s.p, 4);
	return *known;
}

static bool
add_addresses(struct dhcp_list *l, struct gz_span s)
{
	uint32_t i;

	for (i = 0; i + 4 <= s.len && l->n < DHCP_LIST_MOST; i += 4)
		memcpy(l->b[l->n++], s.p + i, 4);
	return s.len % 4 == 0;
}

static bool
set_byte(uint8_t *to, struct gz_span s)
{
	if (s.len != 1)
		return false;
	*to = s.p[0];
	return true;
}

/** @return false: its length is wrong. */
static bool
take_option(struct dhcp_tx *t, uint8_t code, struct gz_span s)
{
	switch (code) {
	case OPTION_SUBNET_MASK:
		return set_address(t->mask, &t->has_mask, s);
	case OPTION_ROUTER:
		return add_addresses(&t->routers, s);
	case OPTION_DNS_SERVER:
		return add_addresses(&t->servers, s);
	case OPTION_HOSTNAME:
		set_text(&t->host, s);
		return true;
	case OPTION_REQUESTED_IP:
		return set_address(t->requested, &t->has_requested, s);
	case OPTION_LEASE_TIME:
		return set_number(&t->lease, s);
	case OPTION_OVERLOAD:
		return set_byte(&t->overload, s);
	case OPTION_TYPE:
		return set_byte(&t->type, s);
	case OPTION_PARAMETERS:
		set_text(&t->params, s);
		return true;
	case OPTION_RENEWAL_TIME:
		return set_number(&t->renewal, s);
	case OPTION_REBINDING_TIME:
		return set_number(&t->rebinding, s);
	case OPTION_VENDOR_CLASS:
		set_text(&t->vendor, s);
		return true;
	case OPTION_CLIENT_ID:
		set_text(&t->client, s);
		return s.len > 0;
	default:
		return true;
	}
}

static void
take_options(struct gz_tx *tx, struct gz_span all)
{
	struct gz_cursor c = gz_cursor(all.p, all.len);
	uint8_t code, len;
	struct gz_span s;
	uint32_t i;

	for (i = 0; i < DHCP_OPTIONS_MOST && gz_cursor_u8(&c, &code); i++) {
		if (code == OPTION_END)
			return;
		if (code == OPTION_PAD)
			continue;
		if (!gz_cursor_u8(&c, &len) || !gz_cursor_take(&c, len, &s)) {
			gz_tx_event(tx, DHCP_EVENT_TRUNCATED);
			return;
		}
		if (!take_option(tx_of(tx), code, s))
			gz_tx_event(tx, DHCP_EVENT_MALFORMED);
	}
}

/* ---- messages ---- */

static bool
take_fixed(struct dhcp_tx *t, struct gz_cursor c)
{
	struct gz_span s;
	uint32_t i;

	if (!gz_cursor_u8(&c, &t->op) || !gz_cursor_skip(&c, 3) || !gz_cursor_be32(&c, &t->id) ||
			!gz_cursor_skip(&c, 4))
		return false;
	for (i = 0; i < RTE_DIM(t->address); i++) {
		if (!gz_cursor_take(&c, 4, &s))
			return false;
		memcpy(t->address[i], s.p, 4);
	}
	if (!gz_cursor_take(&c, sizeof(t->mac), &s))
		return false;
	memcpy(t->mac, s.p, sizeof(t->mac));
	return true;
}

static enum gz_parse
dhcp_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_tx *tx;
	struct dhcp_tx *t;

	in->eaten = in->len;
	if (dhcp_probe(in->dir, gz_span(in->p, in->len)) != GZ_PROBE_SURE)
		return GZ_PARSE_OK;
	tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = tx_of(tx);
	t->dir = (uint8_t)in->dir;
	take_fixed(t, gz_cursor(in->p, in->len));
	take_options(tx, gz_span(in->p + DHCP_OPTIONS, in->len - DHCP_OPTIONS));
	if (t->overload & 1)
		take_options(tx, gz_span(in->p + DHCP_FILE, DHCP_FILE_LEN));
	if (t->overload & 2)
		take_options(tx, gz_span(in->p + DHCP_SNAME, DHCP_SNAME_LEN));
	gz_tx_one_way(tx, in->dir);
	return GZ_PARSE_OK;
}

/* ---- fields ---- */

static bool
number(const struct dhcp_number *n, uint32_t index, uint64_t *v)
{
	*v = n->v;
	return index == 0 && n->known;
}

static bool
get_lease(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	return number(&tx_of(tx)->lease, index, v);
}

static bool
get_renewal(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	return number(&tx_of(tx)->renewal, index, v);
}

static bool
get_rebinding(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	return number(&tx_of(tx)->rebinding, index, v);
}

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

static const struct gz_field_row fields[] = {
	{ .name = "dhcp.leasetime",
			.get_number = get_lease,
			.flags = BOTH,
			.help = "seconds for which an address is lent" },
	{ .name = "dhcp.renewal_time",
			.get_number = get_renewal,
			.flags = BOTH,
			.help = "seconds until a client asks its server to go on" },
	{ .name = "dhcp.rebinding_time",
			.get_number = get_rebinding,
			.flags = BOTH,
			.help = "seconds until a client asks any server to go on" },
};

/* ---- events ---- */

static const char *const type_names[] = { NULL, "discover", "offer", "request", "decline", "ack",
	"nak", "release", "inform" };

static const struct {
	uint8_t code;
	const char *name;
} parameters[] = {
	{ 1, "subnet_mask" },
	{ 3, "router" },
	{ 6, "dns_server" },
	{ 15, "domain" },
	{ 35, "arp_timeout" },
	{ 42, "ntp_server" },
	{ 66, "tftp_server_name" },
	{ 150, "tftp_server_ip" },
};

static void
log_address(struct gz_json *j, const char *key, const uint8_t a[4])
{
	gz_json_fmt(j, key, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
}

static void
log_list(struct gz_json *j, const char *key, const struct dhcp_list *l)
{
	uint32_t i;

	if (l->n == 0)
		return;
	gz_json_array(j, key);
	for (i = 0; i < l->n; i++)
		log_address(j, NULL, l->b[i]);
	gz_json_array_end(j);
}

static void
log_text(struct gz_json *j, const char *key, const struct dhcp_text *t)
{
	if (t->len > 0)
		gz_json_bytes(j, key, gz_span(t->b, t->len));
}

static void
log_number(struct gz_json *j, const char *key, const struct dhcp_number *n)
{
	if (n->known)
		gz_json_u64(j, key, n->v);
}

static void
log_params(struct gz_json *j, const struct dhcp_text *p)
{
	uint32_t i, k;

	if (p->len == 0)
		return;
	gz_json_array(j, "params");
	for (i = 0; i < p->len; i++) {
		for (k = 0; k < RTE_DIM(parameters); k++) {
			if (parameters[k].code == p->b[i])
				gz_json_str(j, NULL, parameters[k].name);
		}
	}
	gz_json_array_end(j);
}

static void
log_options(const struct dhcp_tx *t, struct gz_json *j)
{
	if (t->type > 0 && t->type < RTE_DIM(type_names))
		gz_json_str(j, "dhcp_type", type_names[t->type]);
	else if (t->type > 0)
		gz_json_str(j, "dhcp_type", "unknown");
	log_number(j, "lease_time", &t->lease);
	log_number(j, "renewal_time", &t->renewal);
	log_number(j, "rebinding_time", &t->rebinding);
	/* Behind the kind of hardware; others have whatever they like. */
	if (t->client.len > 1)
		gz_json_hex(j, "client_id", gz_span(t->client.b + 1, t->client.len - 1u), ':');
	if (t->has_requested)
		log_address(j, "requested_ip", t->requested);
	if (t->has_mask)
		log_address(j, "subnet_mask", t->mask);
	log_list(j, "routers", &t->routers);
	log_list(j, "dns_servers", &t->servers);
	log_text(j, "hostname", &t->host);
	log_text(j, "vendor_class_identifier", &t->vendor);
	log_params(j, &t->params);
}

static uint32_t
dhcp_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return (when == GZ_LOG_S2C) == (tx_of(tx)->dir == GZ_S2C);
}

static void
dhcp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct dhcp_tx *t = tx_of(tx);

	gz_json_object(j, "dhcp");
	gz_json_str(j, "type", t->op == DHCP_REQUEST ? "request" : "reply");
	gz_json_u64(j, "id", t->id);
	gz_json_hex(j, "client_mac", gz_span(t->mac, sizeof(t->mac)), ':');
	log_address(j, "assigned_ip", t->address[1]);
	log_address(j, "client_ip", t->address[0]);
	if (t->op == DHCP_REPLY) {
		log_address(j, "relay_ip", t->address[3]);
		log_address(j, "next_server_ip", t->address[2]);
	}
	log_options(t, j);
	gz_json_object_end(j);
}

GZ_EVENT_TYPE(dhcp_event, "dhcp", "a message of DHCP")

static struct gz_proto dhcp = {
	.reg = { .name = "dhcp" },
	.help = "DHCP for IPv4",
	.l4 = GZ_L4_UDP,
	.ports = "67,68",
	.probe = dhcp_probe,
	.tx_size = sizeof(struct dhcp_tx),
	.parse = dhcp_parse,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &dhcp_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = dhcp_nb_logs,
	.log = dhcp_log,
};
GZ_PROTO_REGISTER(dhcp)
