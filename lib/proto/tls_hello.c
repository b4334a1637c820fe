/* SPDX-License-Identifier: BSD-3-Clause */

#include "tls.h"

enum {
	EXT_SERVER_NAME = 0,
	EXT_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_TICKET = 35,
	EXT_VERSIONS = 43,
};

static bool
is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

void
tls_list_add(struct tls_list *l, uint16_t value)
{
	if (!is_grease(value) && l->n < TLS_CIPHERS_MOST)
		l->v[l->n++] = value;
}

static void
read_list(struct tls_list *l, struct gz_cursor c)
{
	uint16_t v;

	while (gz_cursor_be16(&c, &v))
		tls_list_add(l, v);
}

/** A vector behind its length in one byte, or in two. */
static bool
read_vector(struct gz_cursor *c, uint32_t length_bytes, struct gz_cursor *v)
{
	uint16_t len = 0;
	uint8_t small = 0;

	if (length_bytes == 1 ? !gz_cursor_u8(c, &small) : !gz_cursor_be16(c, &len))
		return false;
	return gz_cursor_sub(c, length_bytes == 1 ? small : len, v);
}

/* ---- extensions ---- */

/** RFC 6066 section 3. */
static void
read_server_name(struct gz_tx *tx, struct gz_cursor c)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct gz_cursor list, name;
	uint8_t type;

	if (x->has_sni) {
		tls_note(tx, TLS_EVENT_MULTIPLE_SNI_EXTENSIONS);
		return;
	}
	if (!read_vector(&c, 2, &list) || !gz_cursor_u8(&list, &type) ||
			!read_vector(&list, 2, &name)) {
		tls_note(tx, TLS_EVENT_INVALID_SNI_LENGTH);
		return;
	}
	if (type != 0) {
		tls_note(tx, TLS_EVENT_INVALID_SNI_TYPE);
		return;
	}
	x->sni = tls_keep(tx, gz_span(name.p, gz_cursor_left(&name)));
	x->has_sni = x->sni.len > 0;
}

/** RFC 7301: the names, joined by commas. */
static void
read_alpn(struct gz_tx *tx, struct tls_hello *h, struct gz_cursor c)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct gz_cursor list, name;
	uint32_t at = x->store.len;

	if (!read_vector(&c, 2, &list))
		return;
	while (read_vector(&list, 1, &name)) {
		struct gz_span s = gz_span(name.p, gz_cursor_left(&name));

		if (h->first_alpn.p == NULL)
			h->first_alpn = s;
		if (x->store.len > at)
			tls_keep(tx, GZ_SPAN(","));
		tls_keep(tx, s);
	}
	x->alpn = (struct tls_text){ at, x->store.len - at };
}

static void
read_client_versions(struct tls_hello *h, struct gz_cursor c)
{
	struct gz_cursor list;
	uint16_t v;

	if (!read_vector(&c, 1, &list))
		return;
	while (gz_cursor_be16(&list, &v))
		if (!is_grease(v) && v > h->best)
			h->best = v;
}

static void
read_client_extension(struct gz_tx *tx, struct tls_hello *h, uint16_t type, struct gz_cursor c)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct gz_cursor list;

	switch (type) {
	case EXT_SERVER_NAME:
		h->has_sni = true;
		read_server_name(tx, c);
		break;
	case EXT_GROUPS:
		if (read_vector(&c, 2, &list))
			read_list(&h->groups, list);
		break;
	case EXT_POINT_FORMATS:
		if (read_vector(&c, 1, &list))
			h->formats = gz_span(list.p, gz_cursor_left(&list));
		break;
	case EXT_SIGNATURES:
		if (read_vector(&c, 2, &list))
			read_list(&h->signatures, list);
		break;
	case EXT_ALPN:
		read_alpn(tx, h, c);
		break;
	case EXT_TICKET:
		x->offers_resumption |= gz_cursor_left(&c) > 0;
		break;
	case EXT_VERSIONS:
		read_client_versions(h, c);
		break;
	default:
		break;
	}
}

/** The next of the extensions in @p c. */
static bool
next_extension(struct gz_cursor *c, uint16_t *type, struct gz_cursor *body)
{
	return gz_cursor_be16(c, type) && read_vector(c, 2, body);
}

/* ---- hellos ---- */

/** Events of QUIC tell all of them. */
static void
keep_extensions(struct gz_tx *tx, struct gz_cursor all)
{
	struct tls_tx *x = gz_tx_state(tx);

	if (x->quic)
		x->extensions = tls_keep(tx, gz_span(all.p, gz_cursor_left(&all)));
}

static bool
read_random(struct gz_tx *tx, enum gz_dir dir, struct gz_cursor *c)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct gz_span random;

	if (!gz_cursor_be16(c, &x->version[dir]) || !gz_cursor_take(c, 32, &random))
		return false;
	memcpy(x->random[dir], random.p, 32);
	x->has_random[dir] = true;
	return true;
}

void
tls_client_hello(struct gz_tx *tx, struct gz_span body)
{
	struct gz_cursor c = gz_cursor(body.p, body.len), session, ciphers, methods, all, one;
	struct tls_tx *x = gz_tx_state(tx);
	struct tls_hello h = { 0 };
	uint16_t type;

	if (tx->progress[GZ_C2S] >= TLS_HELLO_DONE)
		return; /* after a HelloRetryRequest, or renegotiated: the first one counts */
	if (!read_random(tx, GZ_C2S, &c) || !read_vector(&c, 1, &session) ||
			!read_vector(&c, 2, &ciphers) || !read_vector(&c, 1, &methods)) {
		tls_note(tx, TLS_EVENT_HANDSHAKE_INVALID_LENGTH);
		return;
	}
	h.version = x->version[GZ_C2S];
	x->offers_resumption = gz_cursor_left(&session) > 0;
	read_list(&h.ciphers, ciphers);
	if (read_vector(&c, 2, &all)) {
		keep_extensions(tx, all);
		while (next_extension(&all, &type, &one)) {
			tls_list_add(&h.extensions, type);
			read_client_extension(tx, &h, type, one);
		}
	}
	x->offered = h.best != 0 ? h.best : h.version;
	tls_print_client(tx, &h);
	gz_tx_progress(tx, GZ_C2S, TLS_HELLO_DONE);
}

/** Drafts of TLS 1.3 up to 21 have neither a session nor a compression method in it. */
static bool
is_short_hello(uint16_t version)
{
	return version == TLS_1_3 || (version >= TLS_DRAFT && version < TLS_DRAFT + 22);
}

void
tls_server_hello(struct gz_tx *tx, struct gz_span body)
{
	struct gz_cursor c = gz_cursor(body.p, body.len), session, all, one;
	struct tls_tx *x = gz_tx_state(tx);
	struct tls_list extensions = { 0 };
	uint16_t cipher, type, chosen;

	if (tx->progress[GZ_S2C] >= TLS_HELLO_DONE)
		return;
	if (!read_random(tx, GZ_S2C, &c) ||
			(!is_short_hello(x->version[GZ_S2C]) && !read_vector(&c, 1, &session)) ||
			!gz_cursor_be16(&c, &cipher) ||
			(!is_short_hello(x->version[GZ_S2C]) && !gz_cursor_skip(&c, 1))) {
		tls_note(tx, TLS_EVENT_HANDSHAKE_INVALID_LENGTH);
		return;
	}
	/* The earliest drafts took the number of what they were to become. */
	x->agreed = x->version[GZ_S2C] == TLS_1_3 ? TLS_DRAFT + 1 : x->version[GZ_S2C];
	if (read_vector(&c, 2, &all)) {
		keep_extensions(tx, all);
		while (next_extension(&all, &type, &one)) {
			tls_list_add(&extensions, type);
			if (type == EXT_VERSIONS && gz_cursor_be16(&one, &chosen))
				x->agreed = chosen;
		}
	}
	tls_print_server(tx, x->version[GZ_S2C], cipher, &extensions);
	gz_tx_progress(tx, GZ_S2C, TLS_HELLO_DONE);
}
