/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PACK_H
#define GZ_PACK_H

/*
 * Packs: files in libconfig's syntax that hold data instead of settings
 * (fingerprints, vulnerabilities). A path names a value as libconfig does:
 * "product", "fingerprints.[3].source".
 *
 * What is wrong is a row in the errors given to gz_pack_read(), with file, line
 * and column. Control only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_error.h"

struct gz_pack;

/** @return NULL when the file cannot be read or is not libconfig's (told). */
struct gz_pack *gz_pack_read(const char *path, struct gz_errors *errors);
void gz_pack_destroy(struct gz_pack *p);

/** Items of a list at @p path; 0 when it is not there. Anything but a list there is an error. */
uint32_t gz_pack_count(struct gz_pack *p, const char *path);
/** Members of the group at @p path ("" is the file) that @p known (NULL-terminated) does not name are
 * errors. */
void gz_pack_know(struct gz_pack *p, const char *path, const char *const *known);

/** Text at the path printed from @p fmt; NULL when it is not there, which is an error if @p required. */
const char *gz_pack_string(struct gz_pack *p, bool required, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
/** A number or truth value at the path, or @p otherwise. */
int64_t gz_pack_int(struct gz_pack *p, int64_t otherwise, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
double gz_pack_number(struct gz_pack *p, double otherwise, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
bool gz_pack_bool(struct gz_pack *p, bool otherwise, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));
/** Where the value at @p path stands, for errors that only the reader can find. */
struct gz_place
gz_pack_place(struct gz_pack *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Call @p fn for each file of @p dir whose name ends in @p suffix, in order of names. @return files, or
 * -errno (told). */
typedef void (*gz_pack_file_fn)(void *arg, const char *path);
int gz_pack_each_file(const char *dir, const char *suffix, gz_pack_file_fn fn, void *arg,
		struct gz_errors *errors);

#endif /* GZ_PACK_H */
