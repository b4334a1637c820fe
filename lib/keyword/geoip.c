/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "geo.h"
#include "keyword_internal.h"

enum {
	COUNTRIES = 32, /* in one rule */
};

enum geoip_side {
	GEOIP_SRC,
	GEOIP_DST,
	GEOIP_BOTH,
	GEOIP_ANY,
};

struct geoip {
	struct gz_geo *geo;
	enum geoip_side side;
	bool negated;
	uint32_t n;
	char country[COUNTRIES][2];
};

static bool
has(const struct geoip *g, const struct gz_addr *a)
{
	char country[2];
	uint32_t i;

	if (!geo_country(g->geo, a, country))
		return false;
	for (i = 0; i < g->n; i++) {
		if (memcmp(country, g->country[i], sizeof(country)) == 0)
			return !g->negated;
	}
	return g->negated;
}

static enum gz_answer
geoip_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct geoip *g = m->arg;
	bool src, dst;

	if (e->pkt == NULL || !(e->pkt->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)))
		return GZ_NO;
	src = g->side != GEOIP_DST && has(g, &e->pkt->src);
	dst = g->side != GEOIP_SRC && has(g, &e->pkt->dst);
	if (g->side == GEOIP_BOTH)
		return src && dst ? GZ_YES : GZ_NO;
	return src || dst ? GZ_YES : GZ_NO;
}

static struct gz_keyword geoip;

static bool
read_side(struct gz_span word, enum geoip_side *side)
{
	if (text_is(word, "src"))
		*side = GEOIP_SRC;
	else if (text_is(word, "dst") || text_is(word, "dest"))
		*side = GEOIP_DST;
	else if (text_is(word, "both"))
		*side = GEOIP_BOTH;
	else if (text_is(word, "any"))
		*side = GEOIP_ANY;
	else
		return false;
	return true;
}

/** "src,!CN,RU": the mark in front negates all. */
static const char *
read_countries(struct gz_sig_builder *b, struct gz_span rest, struct geoip *g)
{
	struct gz_span word;

	while (text_next(&rest, &word)) {
		if (g->n == 0)
			g->negated = text_skip(&word, "!");
		if (word.len != 2)
			return gz_sig_error_at(b, word.p, "expected a country by its two letters");
		if (g->n == COUNTRIES)
			return gz_sig_error_at(b, word.p, "more than %d countries", COUNTRIES);
		g->country[g->n][0] = (char)(word.p[0] & ~0x20);
		g->country[g->n++][1] = (char)(word.p[1] & ~0x20);
	}
	return g->n == 0 ? "the countries are missing" : NULL;
}

static const char *
geoip_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), whole = rest, word = gz_span(rest.p, 0);
	struct geoip read = { .geo = b->env->geo, .side = GEOIP_ANY }, *g;
	const char *wrong;

	if (!geo_is_there(read.geo))
		return "there is no database of countries: the setting geoip.database names it";
	text_next(&rest, &word);
	if (!read_side(word, &read.side))
		rest = whole; /* countries only: of either end */
	wrong = read_countries(b, rest, &read);
	if (wrong != NULL)
		return wrong;
	g = gz_sig_alloc(sizeof(*g));
	*g = read;
	geo_get(g->geo);
	gz_sig_add(b, &geoip, g, 0);
	return NULL;
}

static void
geoip_free(void *arg)
{
	struct geoip *g = arg;

	geo_put(g->geo);
	free(g);
}

static struct gz_keyword geoip = {
	.reg.name = "geoip",
	.help = "the country of an address",
	.usage = "geoip:[src|dst|both|any,][!]<country>[,<country>...]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = geoip_parse,
	.free = geoip_free,
	.eval = geoip_eval,
};
GZ_KEYWORD_REGISTER(geoip)
