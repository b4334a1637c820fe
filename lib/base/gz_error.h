/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ERROR_H
#define GZ_ERROR_H

/*
 * Errors of what people write (configuration, rules, packs), collected so that
 * all of them are told at once: "FILE:LINE:COLUMN: sentence".
 *
 * A list belongs to one thread. Control only: it allocates.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** Where in a file. Line and column count from 1; 0 where there is none. */
struct gz_place {
	const char *file;
	uint32_t line;
	uint32_t column;
};

struct gz_error {
	struct gz_place place;
	char *text; /* the sentence, without place and full stop */
	char *reason; /* a short class to count by ("unknown keyword"), or NULL */
	bool warning; /* told, but nothing was refused */
};

struct gz_errors {
	struct gz_error *v;
	uint32_t count; /* errors and warnings */
	uint32_t warnings; /* of them warnings */
	uint32_t capacity;
};

#define GZ_ERRORS_INIT \
	{              \
		0      \
	}

/** Note an error. @p place's file name is copied. Never fails: without memory it aborts, as control may. */
void gz_errors_add(struct gz_errors *e, struct gz_place place, const char *reason, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
void gz_errors_warn(struct gz_errors *e, struct gz_place place, const char *reason, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));

/** How many of them refuse something. */
static inline uint32_t
gz_errors_refusals(const struct gz_errors *e)
{
	return e->count - e->warnings;
}

/** All, one a line, in the order noted. */
void gz_errors_print(const struct gz_errors *e, FILE *to);

/** One as its line, without the newline, cut to @p size. */
void gz_error_format(const struct gz_error *e, char *buf, size_t size);

/** Forget all and free what they hold. */
void gz_errors_clear(struct gz_errors *e);

/** The known word nearest to @p word (edit distance up to a third of its length), or NULL. */
const char *gz_nearest_word(const char *word, const char *const *known, uint32_t nb_known);

#endif /* GZ_ERROR_H */
