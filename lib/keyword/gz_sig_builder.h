/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SIG_BUILDER_H
#define GZ_SIG_BUILDER_H

/* What keywords' parse() may do to the signature that is being built. Loader only. */

#include "gz_sig.h"

struct gz_sig_builder;

struct gz_sig *gz_sig_of(struct gz_sig_builder *b);
/** Add a match to the list of its keyword's scope: packet, tx, post, or the current buffer. */
struct gz_match *
gz_sig_add(struct gz_sig_builder *b, const struct gz_keyword *kw, void *arg, uint32_t flags);
/** The last match put into a buffer, or NULL when it is not of keyword @p kw (NULL: any); content's is the
 * last content, whatever came behind it. */
struct gz_match *gz_sig_last(struct gz_sig_builder *b, const struct gz_keyword *kw);
/** From now on buffer keywords go to @p field (NULL: the payload). */
void gz_sig_use_field(struct gz_sig_builder *b, const struct gz_field *field);
/** From now on they go to @p buffer, which is not the signature's own (base64_data). */
void gz_sig_use_buffer(struct gz_sig_builder *b, struct gz_sig_buffer *buffer);
struct gz_sig_buffer *gz_sig_current_buffer(struct gz_sig_builder *b);
/** The buffer of @p field without a transform, made when there is none; the current one stays. */
struct gz_sig_buffer *gz_sig_buffer_of(struct gz_sig_builder *b, const struct gz_field *field);
/** Take @p m, which gz_sig_last() gave, out of its buffer and put it at the end of @p to. */
void gz_sig_move(struct gz_sig_builder *b, struct gz_match *m, struct gz_sig_buffer *to);
/** A numbered name of the process (flowbits, xbits): the same number at every reload. */
uint32_t gz_sig_name(struct gz_sig_builder *b, const char *kind, struct gz_span name);
/** Note that the rule sets, or tests, that bit: rules that set go before those that test. */
void gz_sig_bit(struct gz_sig_builder *b, uint32_t name, bool sets);
/** Index of a byte_extract variable of this rule: made when @p create (-1: too many), else -1 when
 * unknown. */
int gz_sig_var(struct gz_sig_builder *b, struct gz_span name, bool create);
/** Require or state the protocol; a sentence when it contradicts what was said before. */
const char *gz_sig_need_proto(struct gz_sig_builder *b, const char *proto);
/** printf a sentence for parse() to return. */
const char *
gz_sig_error(struct gz_sig_builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** The same; the error stands at this byte of the value. */
const char *gz_sig_error_at(struct gz_sig_builder *b, const void *at, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
/** Memory of a match or the signature, all zero. Never fails: without memory it aborts. */
void *gz_sig_alloc(size_t size);

/** Names that keep their numbers over reloads. Loader only; lives as long as the process. */
struct gz_names;
struct gz_names *gz_names_create(void);
void gz_names_destroy(struct gz_names *n);
/** The number of a name, from 1; made when it is new. */
uint32_t gz_names_number(struct gz_names *n, const char *kind, struct gz_span name);
/** "flowbits:logged.in", or NULL: no such number, or one of very many. Any thread, for the numbers of rules
 * in force. */
const char *gz_names_text(const struct gz_names *n, uint32_t number);

#endif /* GZ_SIG_BUILDER_H */
