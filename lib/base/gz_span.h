/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SPAN_H
#define GZ_SPAN_H

/* Bytes that somebody else owns: where they are and how many. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

struct gz_span {
	const uint8_t *p;
	uint32_t len;
};

/** A span over a string literal. */
#define GZ_SPAN(literal) ((struct gz_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static inline struct gz_span
gz_span(const void *p, uint32_t len)
{
	return (struct gz_span){ p, len };
}

static inline struct gz_span
gz_span_str(const char *s)
{
	return (struct gz_span){ (const uint8_t *)s, (uint32_t)strlen(s) };
}

static inline bool
gz_span_equal(struct gz_span a, struct gz_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/** Equal but for the case of ASCII letters. */
static inline bool
gz_span_equal_nocase(struct gz_span a, struct gz_span b)
{
	return a.len == b.len &&
			(a.len == 0 ||
					strncasecmp((const char *)a.p, (const char *)b.p, a.len) ==
							0);
}

static inline bool
gz_span_starts(struct gz_span s, struct gz_span prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

/** Without blanks and tabs at both ends. */
struct gz_span gz_span_trim(struct gz_span s);

/**
 * Take the part before the next @p sep off the front of @p rest.
 *
 * @return false when @p rest was empty and nothing is left to take.
 */
bool gz_span_cut(struct gz_span *rest, uint8_t sep, struct gz_span *part);

/** Where @p needle starts in @p hay, or -1. */
int64_t gz_span_find(struct gz_span hay, struct gz_span needle);

/** A whole decimal number (no sign, no blanks), or false on anything else or overflow. */
bool gz_span_u64(struct gz_span s, uint64_t *value);

#endif /* GZ_SPAN_H */
