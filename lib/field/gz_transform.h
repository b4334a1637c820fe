/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_TRANSFORM_H
#define GZ_TRANSFORM_H

/*
 * Transforms: what a rule does to a buffer before it looks (`to_md5`,
 * `dotprefix`, `url_decode`). One file each, registered by GZ_TRANSFORM_REGISTER.
 * A transform is pure and bounded: bytes in, bytes out into room that the caller gives.
 */

#include "gz_registry.h"
#include "gz_span.h"

struct gz_regex_work;

struct gz_transform {
	struct gz_reg reg;
	const char *help;
	bool needs_arg; /* `xor:"0a0d"`; without: an option with a value is an error */
	/** Read the option's text. @return NULL on success (then *@p arg is the transform's), else a
	 * sentence of static life. NULL function: takes no option. */
	const char *(*parse)(const char *text, void **arg);
	void (*free)(void *arg);
	/** So many bytes are enough for the result of @p len bytes. */
	uint32_t (*room)(const void *arg, uint32_t len);
	/** @return bytes written to @p out, which does not overlap @p in. @p regex: the worker's. */
	uint32_t (*apply)(const void *arg, struct gz_span in, uint8_t *out,
			struct gz_regex_work *regex);
};

extern struct gz_registry gz_transforms;

#define GZ_TRANSFORM_REGISTER(var) GZ_REGISTER(gz_transforms, var)

#endif /* GZ_TRANSFORM_H */
