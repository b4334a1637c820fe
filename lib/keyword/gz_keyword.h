/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_KEYWORD_H
#define GZ_KEYWORD_H

/*
 * A keyword of the rule language: one file, one registration. parse() turns the
 * option's text into a match (or sets something of the signature) or says in a
 * sentence why not; eval() answers, on a worker, for one packet, buffer or
 * transaction.
 *
 * Sticky buffers and older content modifiers are not keywords but fields
 * (gz_field.h): the room makes them usable by their names.
 */

#include "gz_eval.h"
#include "gz_registry.h"
#include "gz_sig.h"

enum gz_scope {
	GZ_SCOPE_NONE,   /* sets something of the signature; never evaluated */
	GZ_SCOPE_PACKET, /* header or flow of a packet: cheap, before everything else */
	GZ_SCOPE_BUFFER, /* looks into the current buffer (payload, or the sticky one) */
	GZ_SCOPE_TX,     /* of a transaction's numbers and states */
	GZ_SCOPE_POST,   /* done when all else has matched: sets bits, counts thresholds */
};

enum gz_answer {
	GZ_NO,
	GZ_YES,
	GZ_NEVER, /* no, and no other way of matching what came before can change that */
	GZ_QUIET, /* of GZ_SCOPE_POST: yes, with what the rule does, but tell nobody (threshold: limit) */
};

struct gz_keyword {
	struct gz_reg reg;
	const char *alias; /* a second name, or NULL */
	const char *help;  /* one line */
	const char *usage; /* "content:[!]\"<bytes>\"" */
	enum gz_scope scope;
	bool no_value;     /* a value is an error */
	bool needs_value;  /* none is an error */
	/**
	 * @return NULL, or a sentence (from gz_sig_error() or of static life) that says what was
	 *         expected; the caller adds place and keyword and refuses the rule.
	 */
	const char *(*parse)(struct gz_sig_builder *b, const char *value);
	/** The match's own data ends with its signature. */
	void (*free)(void *arg);
	/** GZ_SCOPE_BUFFER: moves e->at; may be asked again for a later match, see gz_eval.h. */
	enum gz_answer (*eval)(const struct gz_match *m, struct gz_eval *e);
	/** GZ_SCOPE_BUFFER: its answer may change while a field grows (bsize): asked when it is whole. */
	bool needs_end;
	/** GZ_SCOPE_TX: what it needs, to know when to ask: NULL proto: any. */
	const char *proto;
	uint8_t dirs;      /* 1 << GZ_C2S | 1 << GZ_S2C; 0: both */
	uint8_t progress[2];
};

extern struct gz_registry gz_keywords;

#define GZ_KEYWORD_REGISTER(var) GZ_REGISTER(gz_keywords, var)

/** Build a signature from a rule. @return NULL with rows in @p errors: then nothing of it holds. */
struct gz_sig *gz_sig_build(const struct gz_rule *r, const struct gz_vars *vars,
		struct gz_names *names, struct gz_errors *errors);
void gz_sig_destroy(struct gz_sig *s);

#endif /* GZ_KEYWORD_H */
