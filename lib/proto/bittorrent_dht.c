/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * BitTorrent's distributed hash table (BEP 5, 32): queries, responses and errors
 * in bencode (BEP 3), one a datagram. Each is a transaction of its own.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	DEPTH_MOST = 16, /* lists and dictionaries in one another */
	DIGITS_MOST = 18, /* of a number */
	TOLD_MOST = 256, /* nodes, or values, in an event */
	ID = 20,
	ADDRESS4 = 4,
	ADDRESS6 = 16,
};

enum {
	DHT_EVENT_MALFORMED,
};

static const char *const dht_events[] = {
	[DHT_EVENT_MALFORMED] = "malformed_packet",
};

/** What a query's arguments say, or a response. */
struct dht_body {
	struct gz_span id, target, info_hash, token, nodes, nodes6;
	struct gz_span values; /* the list, as it came */
	bool has_port, has_implied;
	uint16_t port;
	uint8_t implied;
};

struct dht_tx {
	struct gz_bytes data; /* the datagram: the spans lie in it */
	uint8_t dir;
	char kind; /* q, r, e; 0: nothing is known of it */
	struct gz_span id, version, query, error;
	uint16_t error_number;
	struct dht_body body;
};

static struct dht_tx *
tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* ---- bencode ---- */

/** Digits up to @p end, without zeros in front. */
static bool
take_digits(struct gz_cursor *c, char end, uint64_t *v)
{
	const uint8_t *first = c->p;
	uint8_t digit = 0;

	for (*v = 0; gz_cursor_u8(c, &digit) && digit >= '0' && digit <= '9';) {
		if (c->p - first > DIGITS_MOST)
			return false;
		*v = *v * 10 + (uint64_t)(digit - '0');
	}
	return c->p - first > 1 && digit == (uint8_t)end && (*first != '0' || c->p - first == 2);
}

static bool
take_text(struct gz_cursor *c, struct gz_span *s)
{
	uint64_t len;

	return take_digits(c, ':', &len) && len <= UINT32_MAX &&
			gz_cursor_take(c, (uint32_t)len, s);
}

static bool
take_number(struct gz_cursor *c, uint64_t most, uint64_t *v)
{
	uint8_t i;

	return gz_cursor_u8(c, &i) && i == 'i' && take_digits(c, 'e', v) && *v <= most;
}

/** A number, with its sign, or a text. */
static bool
skip_plain(struct gz_cursor *c)
{
	struct gz_span s;
	uint64_t v;

	if (*c->p != 'i')
		return take_text(c, &s);
	gz_cursor_skip(c, 1);
	if (gz_cursor_left(c) > 0 && *c->p == '-')
		gz_cursor_skip(c, 1);
	return take_digits(c, 'e', &v);
}

/** Whatever comes next, as it came. */
static bool
take_any(struct gz_cursor *c, struct gz_span *s)
{
	const uint8_t *first = c->p;
	uint32_t depth = 0;

	do {
		if (gz_cursor_left(c) == 0)
			return false;
		if (*c->p == 'd' || *c->p == 'l') {
			if (++depth > DEPTH_MOST)
				return false;
			gz_cursor_skip(c, 1);
		} else if (*c->p == 'e' && depth > 0) {
			depth--;
			gz_cursor_skip(c, 1);
		} else if (!skip_plain(c)) {
			return false;
		}
	} while (depth > 0);
	*s = gz_span(first, (uint32_t)(c->p - first));
	return true;
}

static bool
comes_after(struct gz_span a, struct gz_span b)
{
	uint32_t n = RTE_MIN(a.len, b.len);
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order > 0 || (order == 0 && a.len > b.len);
}

/** Tells one member of a dictionary. @return false: it cannot be that. */
typedef bool (*member_fn)(void *arg, struct gz_span key, struct gz_span value);

/** A dictionary: its keys in order, none twice. */
static bool
read_dictionary(struct gz_cursor *c, member_fn fn, void *arg)
{
	struct gz_span key, last = gz_span(NULL, 0), value;
	uint8_t byte;

	if (!gz_cursor_u8(c, &byte) || byte != 'd')
		return false;
	while (gz_cursor_left(c) > 0 && *c->p != 'e') {
		if (!take_text(c, &key) || (last.p != NULL && !comes_after(key, last)) ||
				!take_any(c, &value) || !fn(arg, key, value))
			return false;
		last = key;
	}
	return gz_cursor_skip(c, 1);
}

static bool
is_key(struct gz_span key, const char *name)
{
	return gz_span_equal(key, gz_span_str(name));
}

static bool
text_of(struct gz_span value, struct gz_span *to)
{
	struct gz_cursor c = gz_cursor(value.p, value.len);

	return take_text(&c, to);
}

static bool
number_of(struct gz_span value, uint64_t most, uint64_t *to)
{
	struct gz_cursor c = gz_cursor(value.p, value.len);

	*to = 0;
	return take_number(&c, most, to);
}

/* ---- messages ---- */

/** An address and a port, of IPv6 when there is room for it. */
static bool
is_peer(struct gz_span s)
{
	return s.len >= ADDRESS4 + 2;
}

static bool
lists_peers(struct gz_span value)
{
	struct gz_cursor c = gz_cursor(value.p, value.len);
	struct gz_span peer;
	uint8_t byte;

	if (!gz_cursor_u8(&c, &byte) || byte != 'l')
		return true; /* it is none, and nothing is told of it */
	while (gz_cursor_left(&c) > 1)
		if (!take_text(&c, &peer) || !is_peer(peer))
			return false;
	return true;
}

static bool
take_body_member(void *arg, struct gz_span key, struct gz_span value)
{
	struct dht_body *b = arg;
	const struct {
		const char *key;
		struct gz_span *to;
	} texts[] = { { "id", &b->id }, { "info_hash", &b->info_hash }, { "nodes", &b->nodes },
		{ "nodes6", &b->nodes6 }, { "target", &b->target }, { "token", &b->token } };
	uint64_t v;
	uint32_t i;

	for (i = 0; i < RTE_DIM(texts); i++)
		if (is_key(key, texts[i].key))
			return text_of(value, texts[i].to);
	if (is_key(key, "values")) {
		b->values = value;
		return lists_peers(value);
	}
	if (is_key(key, "port")) {
		b->has_port = number_of(value, UINT16_MAX, &v);
		b->port = (uint16_t)v;
		return b->has_port;
	}
	if (is_key(key, "implied_port")) {
		b->has_implied = number_of(value, UINT8_MAX, &v);
		b->implied = (uint8_t)v;
		return b->has_implied;
	}
	return true;
}

/** What stands at the top of a message, not looked into yet. */
struct dht_parts {
	struct gz_span arguments, error, id, query, response, version, kind;
};

static bool
take_part(void *arg, struct gz_span key, struct gz_span value)
{
	struct dht_parts *p = arg;
	const struct {
		char key;
		bool text;
		struct gz_span *to;
	} parts[] = { { 'a', false, &p->arguments }, { 'e', false, &p->error },
		{ 'q', true, &p->query }, { 'r', false, &p->response }, { 't', true, &p->id },
		{ 'v', true, &p->version }, { 'y', true, &p->kind } };
	uint32_t i;

	for (i = 0; i < RTE_DIM(parts); i++) {
		if (key.len != 1 || key.p[0] != (uint8_t)parts[i].key)
			continue;
		if (parts[i].text)
			return text_of(value, parts[i].to);
		*parts[i].to = value;
	}
	return true;
}

/** Arguments or a response: both name their node. */
static bool
read_body(struct dht_tx *t, struct gz_span value)
{
	struct gz_cursor c = gz_cursor(value.p, value.len);

	return value.p != NULL && read_dictionary(&c, take_body_member, &t->body) &&
			t->body.id.p != NULL;
}

/** A list of a number and a text. */
static bool
read_error(struct dht_tx *t, struct gz_span value)
{
	struct gz_cursor c = gz_cursor(value.p, value.len);
	uint64_t number;

	if (value.p == NULL || !gz_cursor_skip(&c, 1) || value.p[0] != 'l' ||
			!take_number(&c, UINT16_MAX, &number) || !take_text(&c, &t->error))
		return false;
	t->error_number = (uint16_t)number;
	return true;
}

/** @return false: malformed; what is known of it by then stays. */
static bool
read_message(struct dht_tx *t)
{
	struct gz_cursor c = gz_cursor(t->data.p, t->data.len);
	struct dht_parts parts = { 0 };
	bool good = false;

	if (!read_dictionary(&c, take_part, &parts) || parts.kind.len != 1)
		return false;
	switch (parts.kind.p[0]) {
	case 'q':
		good = parts.query.p != NULL && read_body(t, parts.arguments);
		break;
	case 'r':
		good = read_body(t, parts.response);
		break;
	case 'e':
		good = read_error(t, parts.error);
		break;
	default:
		break;
	}
	if (!good)
		return false;
	t->kind = (char)parts.kind.p[0];
	t->query = parts.query;
	t->version = parts.version;
	t->id = parts.id;
	return t->id.p != NULL;
}

/** Datagrams that begin otherwise are of something else on the same port, as µTP. */
static bool
looks_like_message(const struct gz_input *in)
{
	static const char *const starts[] = { "d1:ad", "d1:rd", "d1:el", "d2:ip" };
	uint32_t i;

	for (i = 0; i < RTE_DIM(starts); i++)
		if (gz_span_starts(gz_span(in->p, in->len), gz_span_str(starts[i])))
			return true;
	return false;
}

static enum gz_parse
dht_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_tx *tx;
	struct dht_tx *t;

	in->eaten = in->len;
	if (!looks_like_message(in))
		return GZ_PARSE_OK;
	tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = tx_of(tx);
	t->dir = in->dir;
	if (!gz_bytes_add(app, &t->data, gz_span(in->p, in->len), UINT16_MAX) || !read_message(t))
		gz_tx_event(tx, DHT_EVENT_MALFORMED);
	gz_tx_one_way(tx, in->dir);
	return GZ_PARSE_OK;
}

static void
dht_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &tx_of(tx)->data);
}

/* ---- events ---- */

static void
log_hex(struct gz_json *j, const char *key, struct gz_span s)
{
	if (s.p != NULL)
		gz_json_hex(j, key, s, '\0');
}

/** An address of four or sixteen bytes and its port. */
static void
log_peer(struct gz_json *j, struct gz_span s, uint32_t address)
{
	const uint8_t *p = s.p;

	if (address == ADDRESS4)
		gz_json_fmt(j, "ip", "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
	else
		gz_json_fmt(j, "ip",
				"%02x%02x:%02x%02x:%02x%02x:%02x%02x:%02x%02x:%02x%02x:%02x%02x:"
				"%02x%02x",
				p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10],
				p[11], p[12], p[13], p[14], p[15]);
	gz_json_u64(j, "port", (uint64_t)(p[address] << 8 | p[address + 1]));
}

static void
log_nodes(struct gz_json *j, const char *key, struct gz_span nodes, uint32_t address)
{
	struct gz_cursor c = gz_cursor(nodes.p, nodes.len);
	struct gz_span id, peer;
	uint32_t i;

	if (nodes.len < ID + address + 2)
		return;
	gz_json_array(j, key);
	for (i = 0; i < TOLD_MOST && gz_cursor_take(&c, ID, &id) &&
			gz_cursor_take(&c, address + 2, &peer);
			i++) {
		gz_json_object(j, NULL);
		gz_json_hex(j, "id", id, '\0');
		log_peer(j, peer, address);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
log_values(struct gz_json *j, struct gz_span values)
{
	struct gz_cursor c = gz_cursor(values.p, values.len);
	struct gz_span peer;
	uint32_t i;

	if (values.len <= 2 || values.p[0] != 'l' || !gz_cursor_skip(&c, 1))
		return;
	gz_json_array(j, "values");
	for (i = 0; i < TOLD_MOST && gz_cursor_left(&c) > 1 && take_text(&c, &peer) &&
			is_peer(peer);
			i++) {
		gz_json_object(j, NULL);
		log_peer(j, peer, peer.len >= ADDRESS6 + 2 ? ADDRESS6 : ADDRESS4);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
log_body(struct gz_json *j, const char *key, const struct dht_body *b)
{
	gz_json_object(j, key);
	log_hex(j, "id", b->id);
	log_hex(j, "target", b->target);
	log_hex(j, "info_hash", b->info_hash);
	log_nodes(j, "nodes", b->nodes, ADDRESS4);
	log_nodes(j, "nodes6", b->nodes6, ADDRESS6);
	log_values(j, b->values);
	log_hex(j, "token", b->token);
	if (b->has_implied)
		gz_json_u64(j, "implied_port", b->implied);
	if (b->has_port)
		gz_json_u64(j, "port", b->port);
	gz_json_object_end(j);
}

static void
dht_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct dht_tx *t = tx_of(tx);

	gz_json_object(j, "bittorrent_dht");
	gz_json_hex(j, "transaction_id", t->id, '\0');
	log_hex(j, "client_version", t->version);
	if (t->kind == 'q') {
		gz_json_bytes(j, "request_type", t->query);
		log_body(j, "request", &t->body);
	} else if (t->kind == 'r') {
		log_body(j, "response", &t->body);
	} else if (t->kind == 'e') {
		gz_json_object(j, "error");
		gz_json_u64(j, "num", t->error_number);
		gz_json_bytes(j, "msg", t->error);
		gz_json_object_end(j);
	}
	gz_json_object_end(j);
}

static uint32_t
dht_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return (when == GZ_LOG_S2C) == (tx_of(tx)->dir == GZ_S2C);
}

GZ_EVENT_TYPE(dht_event, "bittorrent_dht", "a message of BitTorrent's distributed hash table")

static const struct gz_proto_pattern patterns[] = {
	{ .bytes = { (const uint8_t *)"d1:ad2:id20:", 12 }, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"d1:rd2:id20:", 12 }, .dir = GZ_S2C },
};

static struct gz_proto bittorrent_dht = {
	.reg = { .name = "bittorrent-dht" },
	.help = "BitTorrent's distributed hash table (BEP 5)",
	.l4 = GZ_L4_UDP,
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.tx_size = sizeof(struct dht_tx),
	.parse = dht_parse,
	.tx_free = dht_tx_free,
	.events = dht_events,
	.nb_events = RTE_DIM(dht_events),
	.event = &dht_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = dht_nb_logs,
	.log = dht_log,
};
GZ_PROTO_REGISTER(bittorrent_dht)
