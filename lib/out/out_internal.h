/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OUT_INTERNAL_H
#define OUT_INTERNAL_H

#include "gz_out.h"
#include "gz_span.h"

enum out_kind {
	OUT_STRING, /* NULL: there is none */
	OUT_NUMBER,
	OUT_BOOL, /* "true" or "false" */
};

/** What each of the two faces does with what it is told. */
struct out_ops {
	void (*object)(struct gz_out *o, const char *key);
	void (*object_end)(struct gz_out *o);
	void (*table)(struct gz_out *o, const char *key);
	void (*column)(struct gz_out *o, const char *name);
	void (*row)(struct gz_out *o);
	void (*table_end)(struct gz_out *o);
	void (*member)(struct gz_out *o, const char *key, const char *value, enum out_kind kind);
	size_t (*size)(const struct gz_out *o); /* bytes so far */
	const char *(*finish)(struct gz_out *o, size_t *len);
	void (*destroy)(struct gz_out *o);
};

/** The first member of each face's own struct. */
struct gz_out {
	const struct out_ops *ops;
	enum gz_out_face face;
	bool too_long; /* ran into the limit: only that is told */
};

/* These abort when memory ends. */
struct gz_out *out_text_create(void);
struct gz_out *out_json_create(void);
/** Bytes as they are, on lines of their own. */
void out_text_raw(struct gz_out *o, const char *text);

/** Is it well-formed (RFC 3629: no surrogates, nothing too long or too high)? */
bool utf8_is_valid(struct gz_span s);

#endif /* OUT_INTERNAL_H */
