/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DATASET_H
#define DATASET_H

/*
 * Sets of values that rules ask and fill: by name, shared by all rules and
 * workers. Values are added without a lock and stay where they are until the set
 * goes, so that any thread may look while another adds; the room for them is set
 * aside when the set is made.
 *
 * A set that is only loaded from a file is loaded again when the file has
 * changed; one that rules fill lasts as long as the process.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_error.h"
#include "gz_span.h"

enum dataset_type {
	DATASET_STRING,
	DATASET_MD5,
	DATASET_SHA256,
	DATASET_IP, /* 4 or 16 bytes */
	DATASET_IPV4,
	DATASET_NB_TYPES
};

extern const char *const dataset_types[DATASET_NB_TYPES];

struct dataset;
struct datasets; /* all of the process */

/** What a rule says of its set. */
struct dataset_want {
	struct gz_span name;
	bool has_type;
	enum dataset_type type;
	const char *load; /* path, or NULL */
	const char *save; /* path, or NULL: written when the process ends */
	bool with_values; /* "data,value": of datarep */
	uint64_t memcap; /* bytes; 0: the usual */
};

struct datasets *datasets_create(void);
/** Write what is to be saved, and free. */
void datasets_destroy(struct datasets *all);

/** Find or make it, for one more user. NULL with a sentence in @p error of @p size bytes. */
struct dataset *
datasets_get(struct datasets *all, const struct dataset_want *want, char *error, uint32_t size);
/** The user is gone. */
void dataset_put(struct dataset *d);

/** Is it in? Its value in *@p value, unless that is NULL. Any thread. */
bool dataset_has(const struct dataset *d, struct gz_span data, uint32_t *value);
/** @return true when it was not in and now is. Any thread. */
bool dataset_add(struct dataset *d, struct gz_span data, uint32_t value);
/** @return true when it was in and now is not. Any thread. */
bool dataset_remove(struct dataset *d, struct gz_span data);
uint32_t dataset_count(const struct dataset *d);

#endif /* DATASET_H */
