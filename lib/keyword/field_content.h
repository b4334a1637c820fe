/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FIELD_CONTENT_H
#define FIELD_CONTENT_H

/* Older keywords that are a content of one field: uricontent, tls.subject. */

#include "keyword_internal.h"

/** A content of @p field that leaves the current buffer as it is; @p proto: who should have it. */
const char *field_content_parse(
		struct gz_sig_builder *b, const char *value, const char *field, const char *proto);

/** The same in any case, of a field of files. */
const char *field_content_nocase(struct gz_sig_builder *b, const char *value, const char *field);

#endif /* FIELD_CONTENT_H */
