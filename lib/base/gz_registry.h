/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_REGISTRY_H
#define GZ_REGISTRY_H

/*
 * Things that register themselves: a file declares a static struct that starts
 * with a struct gz_reg, and GZ_REGISTER puts it on its registry before main().
 * gz_registry_seal() then sorts by name, gives ids from 0 and stops the start
 * on a double name. After that a registry is read-only and any thread may look.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

struct gz_reg {
	const char *name;
	uint32_t id; /* set by the seal */
	STAILQ_ENTRY(gz_reg) next;
};

struct gz_registry {
	const char *what; /* for messages: "keyword" */
	STAILQ_HEAD(, gz_reg) list;
	struct gz_reg **by_name; /* sorted, after the seal */
	uint32_t count;
	bool sealed;
};

#define GZ_REGISTRY(name, what) \
	struct gz_registry name = { what, STAILQ_HEAD_INITIALIZER(name.list), NULL, 0, false }

/** Put @p reg on its registry; only before the seal. */
void gz_registry_add(struct gz_registry *r, struct gz_reg *reg);

/** Sort, number, refuse double names (aborts the start with a sentence). Idempotent. */
void gz_registry_seal(struct gz_registry *r);

/** By its exact name, or NULL. Sealed registries only. */
struct gz_reg *gz_registry_find(const struct gz_registry *r, const char *name);

/** The nearest registered name, for "did you mean", or NULL. */
const char *gz_registry_nearest(const struct gz_registry *r, const char *name);

/** Register @p var (its first member a struct gz_reg named reg) before main(). */
#define GZ_REGISTER(registry, var)                        \
	RTE_INIT(gz_register_##var)                       \
	{                                                 \
		gz_registry_add(&(registry), &(var).reg); \
	}

#endif /* GZ_REGISTRY_H */
