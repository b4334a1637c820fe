/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which of a rule's contents makes it a candidate: the one that it names
 * (fast_pattern), else the one least likely to be found by chance, in the place
 * where the fewest bytes have to be searched for it.
 */
#include <string.h>

#include "ruleset_internal.h"

enum {
	SHORT_LITERAL = 4, /* bytes from which on a literal is seldom found by chance */
	WORTH_MOST = 100, /* of a literal by itself: beyond that more bytes do not help */
	WORTH_REPEATED = 1, /* of a byte that stood in the literal before */
	LESS_WHEN_SHORT = 500, /* and for each byte less once more; at one place only */
	LESS_AT_PLACE = 300, /* so much: taken where there is no longer one */
	WEAK_WORTH = 20, /* below, a longer one is as common: zeros, blanks */
	LESS_WHEN_WEAK = 400,
	MORE_WHEN_NAMED = 50, /* by the rule; a short one that it names is but one of them */
	LESS_WITHOUT_FP = 500, /* in a field that says so of itself */
	LESS_IN_BODY = 20, /* in a field that grows: many bytes to search */
	MORE_BY_PRIORITY = 10, /* for each step of the field's own priority */
};

static int
literal_worth(struct gz_span s)
{
	bool seen[256] = { false };
	int worth = 0;
	uint32_t i;

	for (i = 0; i < s.len; i++) {
		worth += seen[s.p[i]] ? WORTH_REPEATED : gz_literal_rarity(s.p[i]);
		seen[s.p[i]] = true;
	}
	return RTE_MIN(worth, WORTH_MOST);
}

static int
place_worth(const struct gz_sig_buffer *b)
{
	int worth = 0;

	if (b->field == NULL)
		return 0;
	worth += b->field->nb_rows > 0 ? b->field->rows[0].row->priority * MORE_BY_PRIORITY : 0;
	if (b->field->flags & GZ_FIELD_NO_FP)
		worth -= LESS_WITHOUT_FP;
	if (b->field->flags & GZ_FIELD_STREAM)
		worth -= LESS_IN_BODY;
	return worth;
}

/* The best RS_LITERAL_MOST bytes of a longer literal; its place in it goes to @p at. */
static struct gz_span
best_part(struct gz_span s, uint32_t *at)
{
	uint32_t i, best = 0;
	int worth, most = -1;

	*at = 0;
	if (s.len <= RS_LITERAL_MOST)
		return s;
	for (i = 0; i + RS_LITERAL_MOST <= s.len && i < GZ_MPM_LITERAL_MOST; i++) {
		worth = literal_worth(gz_span(s.p + i, RS_LITERAL_MOST));
		if (worth > most) {
			most = worth;
			best = i;
		}
	}
	*at = best;
	return gz_span(s.p + best, RS_LITERAL_MOST);
}

/* Does another match of the buffer say that it is @p c's length long, and no longer? */
static bool
is_whole_buffer(const struct gz_sig_buffer *b, const struct gz_content *c)
{
	const struct gz_match *m;
	uint64_t bytes;

	for (m = b->first; m != NULL; m = m->next)
		if (gz_match_bsize(m, &bytes) && bytes == c->literal->len)
			return true;
	return false;
}

/* Where a content starts that counts from the buffer's start, or -1: in several places. */
static int64_t
absolute_start(const struct gz_content *c)
{
	if (c->offset_var >= 0 || c->depth_var >= 0)
		return -1;
	if (c->flags & GZ_CONTENT_STARTSWITH)
		return 0;
	if (!(c->flags & GZ_CONTENT_DEPTH) || c->depth != c->literal->len)
		return -1;
	return c->flags & GZ_CONTENT_OFFSET ? c->offset : 0;
}

/* The same for one that counts from the end of the match before, if that is known (or -1). */
static int64_t
relative_start(const struct gz_content *c, int64_t before)
{
	int64_t at = before + (c->flags & GZ_CONTENT_DISTANCE ? c->distance : 0);

	if (before < 0 || c->distance_var >= 0 || c->within_var >= 0 ||
			!(c->flags & GZ_CONTENT_WITHIN) || c->within != c->literal->len)
		return -1;
	return at;
}

/* Where content @p m starts in @p b, or -1: in several places. Followed from match to match. */
static int64_t
start_of(const struct gz_sig_buffer *b, const struct gz_match *m)
{
	int64_t before = 0, at;
	const struct gz_match *k;
	const struct gz_content *c;

	for (k = b->first; k != NULL; k = k->next) {
		c = gz_match_content(k);
		if (c == NULL) {
			before = k->flags & GZ_MATCH_MOVES ? -1 : before;
			continue;
		}
		at = k->flags & GZ_MATCH_RELATIVE ? relative_start(c, before) : absolute_start(c);
		if (k == m)
			return at;
		if (!(c->flags & (GZ_CONTENT_NEGATED | GZ_CONTENT_FAST_ONLY)))
			before = at < 0 ? -1 : at + c->literal->len;
	}
	return -1;
}

/* Where in its buffer the whole content must stand, if there is one such place. */
static enum rs_place
place_of(const struct gz_sig_buffer *b, const struct gz_match *m, uint32_t *at)
{
	const struct gz_content *c = gz_match_content(m);
	bool grows = b->field == NULL || (b->field->flags & GZ_FIELD_STREAM);
	int64_t start;

	*at = 0;
	if (!grows && ((c->flags & GZ_CONTENT_ENDSWITH) || is_whole_buffer(b, c)))
		return RS_AT_END;
	start = start_of(b, m);
	if (start < 0 || start > UINT16_MAX)
		return RS_ANYWHERE;
	*at = (uint32_t)start;
	return RS_AT;
}

/* Where a content that starts in bounds ends at the latest. */
static uint64_t
last_end(const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);
	uint64_t offset = c->flags & GZ_CONTENT_OFFSET ? (uint64_t)c->offset : 0;

	if ((m->flags & GZ_MATCH_RELATIVE) || c->offset_var >= 0 || c->depth_var >= 0)
		return UINT64_MAX;
	if (c->flags & GZ_CONTENT_STARTSWITH)
		return c->literal->len;
	return c->flags & GZ_CONTENT_DEPTH ? offset + c->depth : UINT64_MAX;
}

static void
take(struct rs_fast *f, const struct gz_sig_buffer *b, const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);
	struct gz_span all = gz_span(c->literal->p, c->literal->len);
	bool relative = (m->flags & GZ_MATCH_RELATIVE) != 0;
	uint64_t first, last = last_end(m);
	uint32_t at, chop = 0;

	*f = (struct rs_fast){ .buffer = b, .match = m, .to = UINT32_MAX };
	f->place = place_of(b, m, &f->at);
	if (c->flags & GZ_CONTENT_CHOP) {
		chop = c->chop_at;
		f->literal = best_part(gz_span(all.p + chop, c->chop_len), &at);
	} else {
		f->literal = best_part(all, &at);
	}
	f->nocase = c->literal->nocase;
	/* Where the whole may start, then where the part of it ends. */
	at += chop + f->literal.len;
	first = !relative && (c->flags & GZ_CONTENT_OFFSET) && c->offset_var < 0
			? (uint64_t)c->offset
			: 0;
	f->from = (uint32_t)(first + at);
	if (last != UINT64_MAX)
		f->to = (uint32_t)RTE_MIN(last - all.len + at, UINT32_MAX);
}

static bool
is_usable(const struct gz_sig *s, const struct gz_sig_buffer *b, const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);

	if (c == NULL || (m->flags & GZ_MATCH_NEGATED) || (c->flags & GZ_CONTENT_NEGATED))
		return false;
	/* What may be absent need not be found. */
	if (b->absent || b->absent_or_else)
		return false;
	/* Rules about transactions are asked for when a transaction is; fields of packets are not
	 * searched, their rules are few. */
	if (b->field == NULL)
		return !(s->flags & GZ_SIG_APP);
	return b->field->rows[0].proto != NULL;
}

static int
content_worth(const struct gz_sig_buffer *b, const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);
	uint32_t at, missing;
	int worth;

	worth = literal_worth(best_part(gz_span(c->literal->p, c->literal->len), &at));
	if (c->literal->len < SHORT_LITERAL) {
		missing = SHORT_LITERAL - c->literal->len;
		worth -= LESS_WHEN_SHORT * (int)missing;
		if (place_of(b, m, &at) != RS_ANYWHERE)
			worth += (LESS_WHEN_SHORT - LESS_AT_PLACE) * (int)missing;
	} else if (worth < WEAK_WORTH && place_of(b, m, &at) == RS_ANYWHERE) {
		worth -= LESS_WHEN_WEAK;
	}
	return worth + place_worth(b);
}

/* Is what the rule names better than anything that we could choose? */
static bool
is_named_well(const struct gz_sig *s)
{
	const struct gz_content *c;
	uint32_t at;

	if (s->fast == NULL || !is_usable(s, s->fast_buffer, s->fast))
		return false;
	c = gz_match_content(s->fast);
	return c->literal->len >= SHORT_LITERAL || (c->flags & GZ_CONTENT_FAST_ONLY) ||
			(c->literal->len > 1 &&
					place_of(s->fast_buffer, s->fast, &at) != RS_ANYWHERE);
}

static const struct gz_match *
best_of(const struct gz_sig *s, const struct gz_sig_buffer **buffer)
{
	const struct gz_sig_buffer *b;
	const struct gz_match *m, *best = NULL;
	int worth, most = 0;

	for (b = s->buffers; b != NULL; b = b->next)
		for (m = b->first; m != NULL; m = m->next) {
			if (!is_usable(s, b, m))
				continue;
			worth = content_worth(b, m) + (m == s->fast ? MORE_WHEN_NAMED : 0);
			if (best == NULL || worth > most) {
				best = m;
				*buffer = b;
				most = worth;
			}
		}
	return best;
}

bool
rs_fast_choose(const struct gz_sig *s, struct rs_fast *f)
{
	const struct gz_sig_buffer *b = NULL;
	const struct gz_match *m;

	if (is_named_well(s)) {
		take(f, s->fast_buffer, s->fast);
		return true;
	}
	m = best_of(s, &b);
	if (m == NULL)
		return false;
	take(f, b, m);
	/* A byte somewhere is found everywhere: that is no better than asking always. */
	return f->literal.len > 1 || f->place != RS_ANYWHERE;
}

uint32_t
rs_fast_kind(const struct rs_fast *f)
{
	return f->literal.len >= SHORT_LITERAL ? RS_FAR : RS_SHORT;
}
