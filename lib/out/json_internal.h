/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef JSON_INTERNAL_H
#define JSON_INTERNAL_H

#include "gz_json.h"

void json_put(struct gz_json *j, const void *p, uint32_t len);

static inline void
json_char(struct gz_json *j, char c)
{
	if (j->full || j->size == j->len) {
		j->full = true;
		return;
	}
	j->buf[j->len++] = c;
}

/** The comma that is due, and "key": unless @p key is NULL. */
void json_key(struct gz_json *j, const char *key);
/** @p s in quotation marks, escaped. */
void json_quote(struct gz_json *j, struct gz_span s);

#endif /* JSON_INTERNAL_H */
