/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ADDRSET_H
#define GZ_ADDRSET_H

/*
 * Sets of addresses and of ports as rule headers write them: lists in brackets,
 * negation, ranges, prefixes, variables ($HOME_NET), any. A set is sorted,
 * disjoint ranges; equal texts under equal variables give equal sets.
 *
 * A list of negations only starts from all addresses of the families that it
 * names, as Suricata has it: "!10.0.0.0/8" has no IPv6 address in it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_addr.h"
#include "gz_conf.h"
#include "gz_error.h"

struct gz_addr_range {
	struct gz_addr first, last;
};

struct gz_addrset {
	struct gz_addr_range *v; /* sorted, disjoint, not touching */
	uint32_t count;
	bool any; /* all addresses, both families; then v is NULL */
};

struct gz_port_range {
	uint16_t first, last;
};

struct gz_portset {
	struct gz_port_range *v;
	uint32_t count;
	bool any;
};

/** Variables of addresses and of ports: settings address-groups and port-groups, defaults as
 * Suricata's. */
struct gz_vars;
/** @p conf NULL: the usual ones only. Errors in settings are told; their variables do not hold. */
struct gz_vars *gz_vars_create(const struct gz_conf *conf, struct gz_errors *errors);
void gz_vars_destroy(struct gz_vars *v);
/** Set or replace (--home-net). 0, or -EINVAL told in @p errors, and nothing is changed. */
int gz_vars_set_addr(struct gz_vars *v, const char *name, const char *value, struct gz_place place,
		struct gz_errors *errors);
int gz_vars_set_port(struct gz_vars *v, const char *name, const char *value, struct gz_place place,
		struct gz_errors *errors);

/** 0, or -EINVAL told in @p errors at @p place (its column moved to the offending byte). An empty
 * set ("!any", "[a,!a]") is an error. */
int gz_addrset_parse(const char *text, const struct gz_vars *vars, struct gz_place place,
		struct gz_addrset *set, struct gz_errors *errors);
int gz_portset_parse(const char *text, const struct gz_vars *vars, struct gz_place place,
		struct gz_portset *set, struct gz_errors *errors);
void gz_addrset_clear(struct gz_addrset *set);
void gz_portset_clear(struct gz_portset *set);

bool gz_addrset_has(const struct gz_addrset *set, const struct gz_addr *a);
bool gz_portset_has(const struct gz_portset *set, uint16_t port);

#endif /* GZ_ADDRSET_H */
