/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICY_INTERNAL_H
#define POLICY_INTERNAL_H

#include "gz_policy.h"

/** Servers of one prefix length, sorted by address. */
struct policy_length {
	uint8_t bits;
	uint32_t first, count; /* in by_prefix */
};

/** A bucket of the table of rule states; empty when mode is UINT8_MAX. */
struct policy_row {
	uint32_t gid, sid;
	uint16_t server;
	uint8_t mode;
};

struct gz_policy {
	uint32_t generation;
	enum gz_mode mode; /* where no server is named */

	struct gz_server *servers;
	uint32_t nb_servers;
	uint16_t *by_prefix; /* indices into servers: longest prefixes first, then by address */
	struct policy_length lengths[129];
	uint32_t nb_lengths;

	struct policy_row *rows; /* open addressing */
	uint32_t mask;
};

/** Read the settings of servers into @p p. 0, or -EINVAL told in @p errors. */
int policy_read_servers(struct gz_policy *p, const struct gz_conf *conf, struct gz_errors *errors);
/** The default of policy.mode where there is no configuration. */
extern const char *const policy_mode_words[];

#endif /* POLICY_INTERNAL_H */
