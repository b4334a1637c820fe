/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BYTE_INTERNAL_H
#define BYTE_INTERNAL_H

/* A number in a buffer, as byte_test, byte_jump, byte_extract and byte_math read it. */

#include "keyword_internal.h"

enum {
	BYTE_BINARY_MOST = 8,
	BYTE_STRING_MOST = 23,
};

/** A number written in the rule, or a variable. */
struct byte_value {
	uint64_t number;
	int16_t var; /* -1: the number */
};

struct byte_field {
	struct byte_value nbytes;
	int64_t offset;
	int16_t offset_var; /* -1: the number */
	uint8_t base; /* of digits: 8, 10 or 16; 0: binary */
	bool is_string, little, dce, relative;
	bool has_endian;
	uint64_t mask; /* 0: none */
};

#define BYTE_FIELD_INIT                            \
	(struct byte_field)                        \
	{                                          \
		.nbytes.var = -1, .offset_var = -1 \
	}

/** A number of at most @p most, or the name of a variable. */
const char *
byte_value_read(struct gz_sig_builder *b, struct gz_span word, uint64_t most, struct byte_value *v);
const char *byte_offset_read(struct gz_sig_builder *b, struct gz_span word, struct byte_field *f);
/** A word that all share: relative, little, string, hex, bitmask … *@p known: whether it was one. */
const char *
byte_word_read(struct gz_sig_builder *b, struct gz_span word, struct byte_field *f, bool *known);
/** What its words say together. */
const char *byte_field_check(struct gz_sig_builder *b, struct byte_field *f);
/** GZ_MATCH_* that its words mean. */
uint32_t byte_field_flags(const struct byte_field *f);
/** A sentence about a word that nobody knows. */
const char *byte_unknown(struct gz_sig_builder *b, struct gz_span word);

/** The value; a variable's when it is one. */
static inline uint64_t
byte_value_of(const struct byte_value *v, const struct gz_eval *e)
{
	return v->var < 0 ? v->number : e->vars[v->var];
}

/** Read the number; *@p end is behind it. false: it is not all there, or no digits. */
bool
byte_field_get(const struct byte_field *f, const struct gz_eval *e, uint64_t *v, uint32_t *end);

#endif /* BYTE_INTERNAL_H */
