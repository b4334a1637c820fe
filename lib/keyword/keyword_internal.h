/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_INTERNAL_H
#define KEYWORD_INTERNAL_H

/* The signature under construction, as the files that build it share it. */

#include "gz_keyword.h"

#include "keyword_text.h"

enum {
	BUILDER_DECODED = 4, /* base64_decode in one rule */
};

struct gz_sig_builder {
	const struct gz_rule *rule;
	const struct gz_sig_env *env;
	struct gz_errors *errors;
	struct gz_sig *sig;

	const struct gz_rule_option *option; /* being read */
	const char *blame; /* the byte of its value that is wrong, or NULL */
	char sentence[512];

	struct gz_sig_buffer *current; /* NULL: nothing chosen yet, the payload */
	bool sticky; /* a sticky buffer, or pkt_data, has been named */
	struct gz_match *last; /* the last match put into a buffer, and where */
	struct gz_sig_buffer *last_buffer;
	struct gz_match *content; /* the last content, and where */
	struct gz_sig_buffer *content_buffer;
	struct gz_sig_buffer *decoded[BUILDER_DECODED]; /* what each base64_decode fills */
	uint32_t nb_decoded;

	uint64_t protos; /* ids of the protocols that it may be about */
	bool proto_said; /* by header or keyword: they are not all there are */
	bool pkt_only; /* header says tcp-pkt */
	bool stream_only; /* header says tcp-stream */
	bool has_sid, has_priority;
	const char *class_name; /* of classtype: what EVE calls it */
	uint32_t class_priority;
	uint32_t nb_metadata, nb_references;
	uint32_t nb_replaces, nb_captures;
	char *var_names[GZ_EVAL_VARS];
};

/** Understand the rule's header. false: told. */
bool sig_read_header(struct gz_sig_builder *b);
/** Put together what the options have left. false: told. */
bool sig_finish(struct gz_sig_builder *b);
/** Write sig->eve. */
void sig_write_eve(struct gz_sig_builder *b);
/** Say what is wrong with the rule as a whole. @return false. */
bool sig_refuse(struct gz_sig_builder *b, struct gz_place place, const char *reason,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** Mark the matches of a chain (RETRY, FINAL, CUT). @return how many may be tried again. */
uint32_t chain_mark(struct gz_match *first);

/** Bits of the protocols that have @p f; 0 when it is of packets. */
uint64_t builder_protos_of(const struct gz_field *f);
/** The rule is about one of these. */
const char *builder_need_protos(struct gz_sig_builder *b, uint64_t protos);
/** The rule is about this protocol, or one that carries it. */
const char *builder_need_kin(struct gz_sig_builder *b, const char *proto);

/** Is it what a base64_decode fills? */
bool builder_is_decoded(const struct gz_sig_builder *b, const struct gz_sig_buffer *buf);

/** Walk a chain that lies within another (base64_data): the steps are shared. */
bool chain_walk(struct gz_eval *e, const struct gz_match *first);

/** A protocol of Suricata's that no parser speaks: its name by the name of a rule's protocol or of a
 * keyword, else NULL. */
const char *absent_protocol(const char *name);
const char *absent_keyword_protocol(const char *keyword);

extern struct gz_keyword app_layer_protocol, keyword_dsize;

/** Can all of it match together, as far as lengths go? false: told. */
bool sig_check_lengths(struct gz_sig_builder *b);
/** What @p m demands of the length of its buffer (bsize), or of the packet's payload (dsize); else NULL. */
const struct number_test *length_test(const struct gz_match *m);

/** The rule is about this event of TCP's connections. */
const char *stream_event_add(struct gz_sig_builder *b, struct gz_span name);

/** What is said of a keyword that is known and not taken, or NULL. */
const struct gz_refused_keyword *refused_find(const char *name);

/** Such an event of @p proto, or NULL. */
const struct gz_never_event *events_never_find(const char *proto, struct gz_span name);

struct rule_class {
	const char *name, *text;
	uint32_t priority;
};
const struct rule_class *classes_find(const struct gz_classes *c, struct gz_span name);
const char *classes_nearest(const struct gz_classes *c, struct gz_span name);

/** The datasets of the process. */
struct datasets *names_datasets(struct gz_names *n);

void matches_destroy(struct gz_match *first);
void buffer_destroy(struct gz_sig_buffer *buf);

#endif /* KEYWORD_INTERNAL_H */
