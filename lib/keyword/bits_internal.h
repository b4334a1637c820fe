/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BITS_INTERNAL_H
#define BITS_INTERNAL_H

/* What flowbits, xbits and hostbits have in common: what is done, to which bits. */

#include "keyword_ctx.h"
#include "keyword_internal.h"

enum bit_op {
	BIT_SET,
	BIT_UNSET,
	BIT_TOGGLE,
	BIT_ISSET,
	BIT_ISNOTSET,
	BIT_NOALERT,
};

enum {
	BIT_NAMES = 8, /* in one list: isset,a|b|c */
};

struct bits {
	enum bit_op op;
	uint8_t nb_names;
	bool all; /* of the list, not any */
	uint8_t track; /* the keyword's own */
	uint32_t seconds; /* a bit that is set lasts so long */
	uint32_t names[BIT_NAMES];
};

/** Read the word and, unless it is noalert, take the next part as names: "a|b", "a&b". */
const char *
bits_read(struct gz_sig_builder *b, struct gz_span *rest, const char *kind, struct bits *bits);
/** Add the match: @p test for those that only look, @p change for those that set. */
void bits_add(struct gz_sig_builder *b, const struct bits *bits, const struct gz_keyword *test,
		const struct gz_keyword *change);

/** The bits of an address or a pair of them, or of a transaction. */
enum {
	HOST_SRC,
	HOST_DST,
	HOST_PAIR,
	HOST_TX, /* of a transaction instead */
};
enum gz_answer host_bits_test(const struct gz_match *m, struct gz_eval *e);
enum gz_answer host_bits_change(const struct gz_match *m, struct gz_eval *e);

#endif /* BITS_INTERNAL_H */
