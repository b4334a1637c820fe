/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_POLICY_H
#define GZ_POLICY_H

/*
 * Who is protected and what is done about a match there: an immutable snapshot,
 * built by control, published by one exchange, read by workers once per turn.
 *
 *	verdict = rule's action × server's mode × patch state
 *
 * A ruleset holds each rule once; the policy holds, per protected server, a
 * small table from (gid, sid) to off, detect or prevent, looked up only after a
 * match. Switching a patch is a new snapshot, not a compile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_addr.h"
#include "gz_conf.h"
#include "gz_epoch.h"
#include "gz_error.h"

enum gz_mode {
	GZ_MODE_OFF, /* not inspected */
	GZ_MODE_DETECT, /* rules alert, nothing is dropped */
	GZ_MODE_PREVENT, /* rules do what they say */
};

/** "off", "detect", "prevent". */
const char *gz_mode_name(enum gz_mode mode);

enum {
	GZ_SERVER_NONE = UINT16_MAX,
};

/** Settings `servers[]`: name, address (prefix), wire, vlan, mode. */
struct gz_server {
	char name[64];
	struct gz_prefix prefix;
	int32_t wire; /* -1: any */
	int32_t vlan; /* -1: any */
	enum gz_mode mode;
};

/**
 * What a rule may do on one server: virtual patches and the owner's overrides.
 * A virtual patch is off everywhere (a row for GZ_SERVER_NONE) but where it is in force.
 */
struct gz_rule_state {
	uint16_t server; /* GZ_SERVER_NONE: wherever there is no row of its own */
	uint32_t gid, sid;
	enum gz_mode mode;
};

struct gz_policy;

/**
 * Build a snapshot: servers and policy.mode (for what is not a protected server) from @p conf,
 * rule states from @p states.
 *
 * @return NULL with rows in @p errors.
 */
struct gz_policy *gz_policy_build(const struct gz_conf *conf, const struct gz_rule_state *states,
		uint32_t nb_states, struct gz_errors *errors);
void gz_policy_destroy(struct gz_policy *p);

const struct gz_policy *gz_policy_live(void);
struct gz_policy *gz_policy_publish(struct gz_policy *p);
uint32_t gz_policy_generation(const struct gz_policy *p);

uint32_t gz_policy_servers(const struct gz_policy *p);
const struct gz_server *gz_policy_server(const struct gz_policy *p, uint16_t index);
/** The protected server with the longest prefix around @p a, or GZ_SERVER_NONE. */
uint16_t gz_policy_find(const struct gz_policy *p, const struct gz_addr *a, uint16_t wire,
		const uint16_t *vlans, uint8_t nb_vlan);
/** What @p server is in; for GZ_SERVER_NONE policy.mode. */
enum gz_mode gz_policy_mode(const struct gz_policy *p, uint16_t server);
/** What a matched rule may do there: the weaker of the server's mode and the rule's state, where it
 * has one. */
enum gz_mode gz_policy_rule(const struct gz_policy *p, uint16_t server, uint32_t gid, uint32_t sid);

#endif /* GZ_POLICY_H */
