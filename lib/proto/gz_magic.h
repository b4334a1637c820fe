/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_MAGIC_H
#define GZ_MAGIC_H

/*
 * What kind of file begins with these bytes, by libmagic: "PE32 executable (GUI)
 * Intel 80386, for MS Windows". Its database is opened when a worker is made.
 *
 * An exception to the rules of the packet's path: a look-up takes some hundred
 * microseconds and libmagic allocates while it looks. It is asked once for a
 * file, and only where a rule asks for its kind.
 */

#include "gz_span.h"

struct gz_magic;

/** Never NULL: without a database nothing is known. Control. */
struct gz_magic *gz_magic_create(void);
void gz_magic_destroy(struct gz_magic *m);
/** @return text that is good until the next call, or NULL: not known. The worker that owns @p m. */
const char *gz_magic_of(struct gz_magic *m, struct gz_span first);

#endif /* GZ_MAGIC_H */
