/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_OUT_H
#define GZ_OUT_H

/*
 * One description, two faces: what a command shows is said once and rendered
 * as text for people (aligned "key: value" lines and tables) or as JSON. Memory
 * grows as needed, up to 64 MiB. One thread at a time.
 *
 *	gz_out_str(o, "version", GZ_VERSION);
 *	gz_out_table(o, "ports", "name", "driver", "rx-packets", NULL);
 *	for (...) {
 *		gz_out_row(o);
 *		gz_out_str(o, "name", p->name); ...
 *	}
 *	gz_out_table_end(o);
 *
 * In a row, members come in the order of the columns; JSON gets an array of objects, with
 * members that are no columns too. In text a column of numbers is flush right, what was not
 * given is "-", a table that is not alone has its key as title, and bytes that could command a
 * terminal are shown by number. Control only: it allocates.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gz_out;

enum gz_out_face {
	GZ_OUT_TEXT,
	GZ_OUT_JSON,
};

struct gz_out *gz_out_create(enum gz_out_face face);
void gz_out_destroy(struct gz_out *o);
enum gz_out_face gz_out_face(const struct gz_out *o);

void gz_out_object(struct gz_out *o, const char *key);
void gz_out_object_end(struct gz_out *o);
/** Column names, NULL-terminated. */
void gz_out_table(struct gz_out *o, const char *key, ...) __attribute__((sentinel));
void gz_out_row(struct gz_out *o);
void gz_out_table_end(struct gz_out *o);

void gz_out_str(struct gz_out *o, const char *key, const char *value);
void gz_out_fmt(struct gz_out *o, const char *key, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
void gz_out_u64(struct gz_out *o, const char *key, uint64_t value);
void gz_out_i64(struct gz_out *o, const char *key, int64_t value);
void gz_out_double(struct gz_out *o, const char *key, double value, int decimals);
void gz_out_bool(struct gz_out *o, const char *key, bool value);
/** A sentence for people only: JSON does not show it. */
void gz_out_note(struct gz_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Bytes as they are, for text that is not a list of members (errors, files). JSON: a string. */
void gz_out_text(struct gz_out *o, const char *key, const char *text);
/** Something went wrong: text "error: …", JSON {"error": "…"}. */
void gz_out_error(struct gz_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** The whole, with a newline at its end; nothing may be added after. @p o keeps it. */
const char *gz_out_finish(struct gz_out *o, size_t *len);

#endif /* GZ_OUT_H */
