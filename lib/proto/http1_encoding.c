/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "http1_parts.h"

/*
 * Layers of content encoding, taken off from the outside. What a layer gets need
 * not be what the header says: each finds out by itself, and hands on as it came
 * what is not compressed. So their order does not matter, but for brotli, which does
 * not tell itself from other bytes: what was put on last comes off first.
 */

enum {
	LAYERS_USUAL = 2, /* more in the header, whatever they do, are told */
	ROOM = 8 * 1024, /* bytes decoded at a time */
	BOMB_LEAST = 1024 * 1024, /* bytes out, before a ratio means anything */
	BOMB_RATIO = 2048, /* bytes out for each byte in */
	FEED_MOST = 8 * 1024 * 1024, /* bytes decoded by all layers for one piece of input */
};

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[p->dir];
}

/** Take the next word of a list off @p rest: commas and blanks part it. */
static bool
next_word(struct gz_span *rest, struct gz_span *word)
{
	uint32_t n = 0;

	while (rest->len > 0 && (rest->p[0] == ',' || rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = gz_span(rest->p + 1, rest->len - 1);
	while (n < rest->len && rest->p[n] != ',' && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	*word = gz_span(rest->p, n);
	*rest = gz_span(rest->p + n, rest->len - n);
	return n > 0;
}

/** Does the word name a compression that we know? */
static bool
is_compression(const struct http_parse *p, struct gz_span word, enum gz_inflate_kind *kind)
{
	*kind = http_is_word(word, "br") ? GZ_INFLATE_BROTLI : GZ_INFLATE_AUTO;
	if (*kind == GZ_INFLATE_BROTLI || http_is_word(word, "gzip") ||
			http_is_word(word, "deflate") || http_is_word(word, "x-gzip") ||
			http_is_word(word, "x-deflate"))
		return true;
	http_note(p, HTTP_EVENT_ABNORMAL_CE);
	return http_has_word(word, "gzip") || http_has_word(word, "deflate");
}

void
http_encoding_open(struct http_parse *p)
{
	struct http_side *m = side_of(p);
	struct gz_span rest = http_known_joined(p->app, m, HTTP_CONTENT_ENCODING), word;
	enum gz_inflate_kind kind, kinds[HTTP_LAYERS_MOST];
	uint32_t named = 0, n = 0, i;

	if (rest.p == NULL)
		return;
	while (next_word(&rest, &word)) {
		if (++named > LAYERS_USUAL)
			http_note(p, HTTP_EVENT_TOO_MANY_LAYERS);
		if (is_compression(p, word, &kind) && n < HTTP_LAYERS_MOST)
			kinds[n++] = kind;
	}
	if (n == 0)
		return;
	m->layers = gz_app_alloc(p->app, n * (uint32_t)sizeof(*m->layers));
	if (m->layers == NULL)
		return;
	m->nb_layers = (uint8_t)n;
	for (i = 0; i < n; i++) {
		m->layers[i].z = gz_inflate_create(gz_app_mem(p->app), kinds[n - 1 - i]);
		if (m->layers[i].z == NULL)
			gz_app_forgot(p->app);
	}
}

void
http_encoding_close(struct gz_app *app, struct http_side *m)
{
	uint32_t i;

	for (i = 0; i < m->nb_layers; i++) {
		if (m->layers[i].z != NULL)
			gz_inflate_destroy(gz_app_mem(app), m->layers[i].z);
	}
	gz_app_free(app, m->layers, m->nb_layers * (uint32_t)sizeof(*m->layers));
	m->layers = NULL;
	m->nb_layers = 0;
}

/** Work on one piece of input. */
struct decoding {
	struct http_parse *p;
	struct http_side *m;
	uint64_t out; /* bytes decoded by all layers */
	bool bomb;
};

static void decode(struct decoding *d, uint32_t layer, struct gz_span s);

/** The layer cannot go on: what is left goes through as it is. */
static void
give_up(struct decoding *d, struct http_layer *l)
{
	gz_inflate_destroy(gz_app_mem(d->p->app), l->z);
	l->z = NULL;
	http_note(d->p, HTTP_EVENT_GZIP_FAILED);
}

static bool
is_bomb(struct decoding *d, const struct http_layer *l)
{
	if ((l->out > BOMB_LEAST && l->out / BOMB_RATIO > l->in) || d->out > FEED_MOST) {
		d->bomb = true;
		http_note(d->p, HTTP_EVENT_BOMB);
	}
	return d->bomb;
}

/** Keep the layer's first bytes as they came. */
static void
remember_head(struct http_layer *l, struct gz_span s)
{
	if (l->in < sizeof(l->head))
		memcpy(l->head + l->in, s.p, RTE_MIN(s.len, (uint32_t)(sizeof(l->head) - l->in)));
	l->in += s.len;
}

static void
inflate_layer(struct decoding *d, uint32_t layer, struct gz_span s)
{
	struct http_layer *l = &d->m->layers[layer];
	const struct gz_span whole = s;
	uint64_t before = l->in;
	uint8_t room[ROOM];
	int n;

	remember_head(l, s);
	while ((n = gz_inflate_feed(l->z, &s, room, sizeof(room))) > 0) {
		l->out += (uint32_t)n;
		d->out += (uint32_t)n;
		if (is_bomb(d, l))
			return;
		decode(d, layer + 1, gz_span(room, (uint32_t)n));
		if (d->bomb)
			return;
	}
	if (n != -EINVAL)
		return;
	give_up(d, l);
	/* Little came of it: it was no compressed data from the start. */
	if (before <= sizeof(l->head) && (l->out == 0 || l->in <= sizeof(l->head))) {
		decode(d, layer + 1, gz_span(l->head, (uint32_t)before));
		s = whole;
	}
	decode(d, layer + 1, s);
}

static void
decode(struct decoding *d, uint32_t layer, struct gz_span s)
{
	if (s.len == 0)
		return;
	if (layer == d->m->nb_layers)
		http_file_add(d->p, s);
	else if (d->m->layers[layer].z == NULL)
		decode(d, layer + 1, s);
	else
		inflate_layer(d, layer, s);
}

void
http_content(struct http_parse *p, struct gz_span s)
{
	struct decoding d = { .p = p, .m = side_of(p) };

	decode(&d, 0, s);
	if (!d.bomb)
		return;
	/* What a bomb still holds is not looked at. */
	d.m->body.truncated = true;
	http_encoding_close(p->app, d.m);
	http_file_close(p, false);
}
