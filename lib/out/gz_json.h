/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_JSON_H
#define GZ_JSON_H

/*
 * Write JSON into a buffer of fixed size, without allocation: for events on the
 * packet's path as for what the shell prints. A writer that ran out of room
 * ignores further calls and says so by gz_json_full(); what it wrote is then
 * not valid JSON and must be dropped.
 *
 * Text is escaped as Suricata does: control characters become \b \t \n \f \r
 * or \u00XX, and well-formed UTF-8 stays; in text that is not well-formed each byte above
 * 0x7f becomes the four characters \xNN. A NULL key is for the members of arrays.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_span.h"

struct gz_json {
	char *buf;
	uint32_t len;
	uint32_t size;
	bool comma; /* the next member needs one */
	bool full;
};

static inline void
gz_json_init(struct gz_json *j, char *buf, uint32_t size)
{
	*j = (struct gz_json){ buf, 0, size, false, false };
}

static inline bool
gz_json_full(const struct gz_json *j)
{
	return j->full;
}

void gz_json_object(struct gz_json *j, const char *key);
void gz_json_object_end(struct gz_json *j);
void gz_json_array(struct gz_json *j, const char *key);
void gz_json_array_end(struct gz_json *j);
void gz_json_str(struct gz_json *j, const char *key, const char *value);
void gz_json_bytes(struct gz_json *j, const char *key, struct gz_span value);
/** A member whose key, too, is from the wire. */
void gz_json_pair(struct gz_json *j, struct gz_span key, struct gz_span value);
void gz_json_u64(struct gz_json *j, const char *key, uint64_t value);
void gz_json_i64(struct gz_json *j, const char *key, int64_t value);
void gz_json_double(struct gz_json *j, const char *key, double value);
void gz_json_bool(struct gz_json *j, const char *key, bool value);
void gz_json_null(struct gz_json *j, const char *key);
/** A number or word that is JSON already. */
void gz_json_literal(struct gz_json *j, const char *key, const char *value);
/** Lower-case digits; @p sep between bytes, or 0 for none. */
void gz_json_hex(struct gz_json *j, const char *key, struct gz_span value, char sep);
/** Lower-case digits of a number, as many as it needs, in a string. */
void gz_json_hex_u64(struct gz_json *j, const char *key, uint64_t value);
void gz_json_base64(struct gz_json *j, const char *key, struct gz_span value);
/** Bytes for people: what is neither printable ASCII nor the end of a line is a dot. */
void gz_json_printable(struct gz_json *j, const char *key, struct gz_span value);
/** printf into a string value. */
void gz_json_fmt(struct gz_json *j, const char *key, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
/** Members or values that are JSON already. */
void gz_json_raw(struct gz_json *j, const char *text, uint32_t len);

#endif /* GZ_JSON_H */
