/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_BODY_H
#define GZ_BODY_H

/*
 * What parsers keep of a stream's bytes: all of them, or a body of which only a
 * window is needed. Charged to "app".
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_span.h"

struct gz_app;
struct gz_value;

/** Bytes that grow, owned by a transaction. */
struct gz_bytes {
	uint8_t *p;
	uint32_t len, size;
};

/** Add to the end; false: no memory or more than @p most: then nothing was added. */
bool gz_bytes_add(struct gz_app *app, struct gz_bytes *b, struct gz_span s, uint32_t most);
/** See to it that @p more bytes fit behind the present ones. */
bool gz_bytes_reserve(struct gz_app *app, struct gz_bytes *b, uint32_t more, uint32_t most);
void gz_bytes_free(struct gz_app *app, struct gz_bytes *b);
static inline struct gz_span
gz_bytes_span(const struct gz_bytes *b)
{
	return gz_span(b->p, b->len);
}

/**
 * A body that flows through: keeps all until it has been judged, then the last bytes up to the
 * protocol's window. Parsers add; a field's get() gives gz_body_value(); gz_proto.judged() lets go.
 */
struct gz_body {
	struct gz_bytes kept;
	uint64_t offset; /* of kept.p[0] in the body */
	uint64_t judged; /* detection has seen all before this offset */
	uint64_t total; /* bytes added ever, kept or not */
	bool complete;
	bool truncated; /* over the limit: what followed was not kept */
};

/** @p window: judged bytes kept before what is new; @p limit: bytes looked at in all, 0: no limit.
 * @return false: there was no memory to keep @p s; it is counted all the same. */
bool gz_body_add(struct gz_app *app, struct gz_body *b, struct gz_span s, uint32_t window,
		uint64_t limit);
/** @p len bytes of it are lost: what was kept goes, too. */
void gz_body_gap(struct gz_body *b, uint64_t len);
bool gz_body_value(const struct gz_body *b, struct gz_value *v);
/** Detection is through with what is there. */
void gz_body_judged(struct gz_body *b);
void gz_body_free(struct gz_app *app, struct gz_body *b);

#endif /* GZ_BODY_H */
