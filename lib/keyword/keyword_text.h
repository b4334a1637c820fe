/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_TEXT_H
#define KEYWORD_TEXT_H

/* Words and numbers of options' values. */

#include "gz_sig_builder.h"
#include "gz_span.h"

/** Take the next part before a comma, without blanks around it; false when nothing is left. */
bool text_next(struct gz_span *rest, struct gz_span *part);
/** The same for parts before @p sep. */
bool text_cut(struct gz_span *rest, uint8_t sep, struct gz_span *part);
/** Is it this word, in any case? */
bool text_is(struct gz_span s, const char *word);
/** Take @p prefix off the front. */
bool text_skip(struct gz_span *s, const char *prefix);
/** A whole number, decimal or 0x…, at most @p most. */
bool text_u64(struct gz_span s, uint64_t most, uint64_t *v);
/** The same with a sign allowed, from @p least on. */
bool text_i64(struct gz_span s, int64_t least, int64_t most, int64_t *v);
/** A copy with its NUL. */
char *text_copy(struct gz_span s);

/**
 * Comparisons of numbers: "5", "!5", "<5", ">5", "<=5", ">=5", "5<>9" or "5-9" (without its ends), "!5-9",
 * "&0xf0=0x10", "&0xf0!=0". A number may end with kb, mb or gb.
 */
struct number_test {
	enum {
		NUMBER_EQUAL,
		NUMBER_NOT,
		NUMBER_LESS,
		NUMBER_LESS_EQUAL,
		NUMBER_MORE,
		NUMBER_MORE_EQUAL,
		NUMBER_BETWEEN,
		NUMBER_OUTSIDE,
		NUMBER_MASK, /* a is the mask, b what must stay */
		NUMBER_MASK_NOT,
	} op;
	uint64_t a, b;
};

bool number_test_parse(struct gz_span s, uint64_t most, struct number_test *t);
/** The most it holds for. @return false: there is no most. */
bool number_test_most(const struct number_test *t, uint64_t *most);
bool number_test_has(const struct number_test *t, uint64_t v);

/** What stands between the quotes of [!]"…". A sentence when there are none. */
const char *
text_quoted(struct gz_sig_builder *b, const char *value, bool *negated, struct gz_span *inside);
/** The same without its quotes when it has any; never fails. */
struct gz_span text_unquoted(const char *value);
/** Bytes as content writes them: text, escapes, |hex|. *@p bytes is malloc()ed. */
const char *
text_bytes(struct gz_sig_builder *b, struct gz_span inside, uint8_t **bytes, uint32_t *len);
/** Text with its escapes undone. */
char *text_unescaped(struct gz_span inside);

#endif /* KEYWORD_TEXT_H */
