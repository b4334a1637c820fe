/* SPDX-License-Identifier: BSD-3-Clause */
#include "csum_internal.h"

const char *
csum_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value)
{
	struct gz_span word = text_unquoted(value);
	bool *wanted;

	if (!text_is(word, "valid") && !text_is(word, "invalid"))
		return "expected valid or invalid";
	wanted = gz_sig_alloc(sizeof(*wanted));
	*wanted = text_is(word, "valid");
	gz_sig_add(b, kw, wanted, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}
