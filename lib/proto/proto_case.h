/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PROTO_CASE_H
#define PROTO_CASE_H

/*
 * A conversation and what a parser must make of it: values of fields and texts
 * of events. It is run whole, in pieces of several sizes and cut once at every
 * position: the outcome must be the same.
 */

#include "proto_feeder.h"

enum {
	CASE_SAYS = 12,
	CASE_WANTS = 40,
	CASE_EVENTS = 12,
	CASE_VALUE = 4096,
};

#define SAY(dir, literal)                                             \
	{                                                             \
		dir,                                                  \
		{                                                     \
			(const uint8_t *)literal, sizeof(literal) - 1 \
		}                                                     \
	}

struct proto_say {
	enum gz_dir dir;
	struct gz_span s;
};

/** The @p index-th value of @p field in transaction @p tx; text NULL: there must be none. */
struct proto_want {
	const char *field;
	enum gz_dir dir;
	uint32_t tx, index;
	const char *text;
	uint32_t len; /* 0: strlen(text) */
};

struct proto_case {
	uint8_t l4;
	uint16_t port;
	struct proto_say says[CASE_SAYS];
	struct proto_want wants[CASE_WANTS];
	const char *events[CASE_EVENTS]; /* pieces of text that must be there */
	const char *no_events[CASE_EVENTS]; /* that must not */
	bool open; /* the flow ends without being closed */
};

struct proto_got {
	const struct proto_case *c;
	bool have[CASE_WANTS];
	uint32_t len[CASE_WANTS];
	uint8_t value[CASE_WANTS][CASE_VALUE];
};

static inline void
case_look(struct feeder *f, enum gz_dir dir)
{
	struct proto_got *got = f->arg;
	const struct proto_want *w;
	struct gz_value v;
	struct gz_tx *tx;
	uint32_t i;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		for (i = 0; i < CASE_WANTS && (w = &got->c->wants[i])->field != NULL; i++) {
			if (w->tx != tx->id || !feeder_tx_value(tx, w->field, w->dir, w->index, &v))
				continue;
			assert_true(v.offset + v.len <= CASE_VALUE);
			got->have[i] = true;
			got->len[i] = (uint32_t)v.offset + v.len;
			if (v.len > 0)
				memcpy(got->value[i] + v.offset, v.p, v.len);
		}
	}
}

static inline void
case_check(const struct proto_got *got, const char *how)
{
	const struct proto_want *w;
	uint32_t i, len;

	for (i = 0; i < CASE_WANTS && (w = &got->c->wants[i])->field != NULL; i++) {
		if (w->text == NULL) {
			if (got->have[i])
				fail_msg("%s: %s has a value", how, w->field);
			continue;
		}
		len = w->len > 0 ? w->len : (uint32_t)strlen(w->text);
		if (!got->have[i])
			fail_msg("%s: %s of %u has no value", how, w->field, w->tx);
		if (got->len[i] != len || memcmp(got->value[i], w->text, len) != 0)
			fail_msg("%s: %s of %u is \"%.*s\"", how, w->field, w->tx, (int)got->len[i],
					(const char *)got->value[i]);
	}
}

static inline void
case_check_events(const struct proto_case *c, const char *events, const char *how)
{
	uint32_t i;

	for (i = 0; i < CASE_EVENTS && c->events[i] != NULL; i++) {
		if (strstr(events, c->events[i]) == NULL)
			fail_msg("%s: no %s in\n%s", how, c->events[i], events);
	}
	for (i = 0; i < CASE_EVENTS && c->no_events[i] != NULL; i++) {
		if (strstr(events, c->no_events[i]) != NULL)
			fail_msg("%s: there is %s in\n%s", how, c->no_events[i], events);
	}
}

/** One run: @p piece bytes at a time, or @p cut says at @p at. */
static inline void
case_run_once(const struct proto_case *c, uint32_t piece, uint32_t cut, uint32_t at)
{
	static struct proto_got got;
	struct feeder f;
	char how[64];
	uint32_t i;

	memset(&got, 0, sizeof(got));
	got.c = c;
	feeder_init(&f, c->l4 == 0 ? IPPROTO_TCP : c->l4, c->port);
	f.piece = piece;
	f.look = case_look;
	f.arg = &got;
	snprintf(how, sizeof(how), "pieces of %u, say %u cut at %u", piece, cut, at);
	for (i = 0; i < CASE_SAYS && c->says[i].s.p != NULL; i++) {
		const struct proto_say *say = &c->says[i];
		uint32_t first = i == cut ? at : say->s.len;

		feeder_say(&f, say->dir, gz_span(say->s.p, first));
		feeder_say(&f, say->dir, gz_span(say->s.p + first, say->s.len - first));
	}
	if (!c->open)
		feeder_close(&f);
	feeder_end(&f);
	case_check(&got, how);
	case_check_events(c, f.events, how);
	feeder_fini(&f);
}

static inline void
case_run(const struct proto_case *c)
{
	static const uint32_t pieces[] = { 0, 1, 2, 3, 7, 61 };
	uint32_t i, at;

	for (i = 0; i < RTE_DIM(pieces); i++)
		case_run_once(c, pieces[i], UINT32_MAX, 0);
	if (c->l4 == IPPROTO_UDP)
		return;
	for (i = 0; i < CASE_SAYS && c->says[i].s.p != NULL; i++) {
		for (at = 1; at < c->says[i].s.len; at++)
			case_run_once(c, 0, i, at);
	}
}

#endif /* PROTO_CASE_H */
