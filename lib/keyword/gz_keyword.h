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
#include "gz_sig_builder.h"

enum gz_scope {
	GZ_SCOPE_NONE, /* sets something of the signature; never evaluated */
	GZ_SCOPE_PACKET, /* header or flow of a packet: cheap, before everything else */
	GZ_SCOPE_BUFFER, /* looks into the current buffer (payload, or the sticky one) */
	GZ_SCOPE_TX, /* of a transaction's numbers and states */
	GZ_SCOPE_POST, /* done when all else has matched: sets bits, counts thresholds */
};

struct gz_keyword {
	struct gz_reg reg;
	const char *alias; /* a second name, or NULL */
	const char *help; /* one line */
	const char *usage; /* "content:[!]\"<bytes>\"" */
	enum gz_scope scope;
	bool no_value; /* a value is an error */
	bool needs_value; /* none is an error */
	bool once; /* a rule may say it once */
	bool ip_only; /* GZ_SCOPE_PACKET: leaves a rule of addresses only what it is */
	/**
	 * @return NULL, or a sentence (from gz_sig_error() or of static life) that says what was
	 *         expected; the caller adds place and keyword and refuses the rule.
	 */
	const char *(*parse)(struct gz_sig_builder *b, const char *value);
	/** The match's own data ends with its signature. */
	void (*free)(void *arg);
	/** GZ_SCOPE_BUFFER: moves e->at; may be asked again for a later match, see gz_eval.h. */
	enum gz_answer (*eval)(const struct gz_match *m, struct gz_eval *e);
	/** GZ_SCOPE_BUFFER: its answer may change while a field grows (bsize): all its matches get
	 * GZ_MATCH_NEEDS_END. */
	bool needs_end;
	/** GZ_SCOPE_TX: what it needs, to know when to ask: NULL proto: any. */
	const char *proto;
	uint8_t dirs; /* 1 << GZ_C2S | 1 << GZ_S2C; 0: both */
	uint8_t progress[2];
};

extern struct gz_registry gz_keywords;

#define GZ_KEYWORD_REGISTER(var) GZ_REGISTER(gz_keywords, var)

/** Seal the keywords and transforms and index their second names. Idempotent; fields and protocols are
 * sealed before. */
void gz_keywords_seal(void);
/** By name or alias, or NULL. */
const struct gz_keyword *gz_keyword_find(const char *name);

/** An event that rules in circulation are about and that no parser here can raise. */
struct gz_never_event {
	const char *proto, *name;
	const char *why; /* a sentence */
};
const struct gz_never_event *gz_keyword_never_events(uint32_t *n);

/** A keyword of Suricata's that is known and not taken. */
struct gz_refused_keyword {
	const char *name; /* with a dot at its end: all that begin so */
	const char *why; /* a sentence */
};
const struct gz_refused_keyword *gz_keyword_refused(uint32_t *n);

/** The protocols that rules are written for and no parser speaks: the @p i-th of them, NULL: no more. */
const char *gz_keyword_absent_protocol(uint32_t i);

/** Classes of alerts and their priorities: by the setting classification-file, else built in. */
struct gz_classes;
struct gz_classes *gz_classes_create(const struct gz_conf *conf, struct gz_errors *errors);
void gz_classes_destroy(struct gz_classes *c);

/** What a threshold file says (setting rules.threshold-file); what is wrong in it is told, the rest
 * holds. Never NULL. */
struct gz_limits;
struct gz_limits *
gz_limits_create(const struct gz_conf *conf, const struct gz_vars *vars, struct gz_errors *errors);
void gz_limits_destroy(struct gz_limits *l);

/** Reputations of addresses for iprep (settings reputation.*); what is wrong in their files is told, the
 * rest holds. Never NULL; what signatures ask stays with them. */
struct gz_reputation;
struct gz_reputation *gz_reputation_create(const struct gz_conf *conf, struct gz_errors *errors);
void gz_reputation_destroy(struct gz_reputation *r);

/** Countries of addresses for geoip (setting geoip.database). Never NULL. */
struct gz_geo;
struct gz_geo *gz_geo_create(const struct gz_conf *conf, struct gz_errors *errors);
void gz_geo_destroy(struct gz_geo *g);

/** What all rules of a load have in common. */
struct gz_sig_env {
	const struct gz_vars *vars;
	const struct gz_classes *classes;
	struct gz_names *names;
	const struct gz_limits *limits; /* NULL: none */
	struct gz_reputation *reputation; /* NULL: none */
	struct gz_geo *geo; /* NULL: none */
	bool stores_files; /* there is a store for filestore */
	bool stores_certs; /* and one for tls.store */
};

/** Build a signature from a rule. @return NULL with rows in @p errors: then nothing of it holds. */
struct gz_sig *
gz_sig_build(const struct gz_rule *r, const struct gz_sig_env *env, struct gz_errors *errors);
void gz_sig_destroy(struct gz_sig *s);

#endif /* GZ_KEYWORD_H */
