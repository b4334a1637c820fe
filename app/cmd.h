/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CMD_H
#define CMD_H

/* What the shell's commands have in common: one file per noun, cmd_<noun>.c. */

#include <arpa/inet.h>

#include "gz_control.h"
#include "gz_shell.h"
#include "gz_stat.h"
#include "gz_why.h"

static inline struct gz_control *
cmd_control(const struct gz_shell_call *c)
{
	return c->app;
}

/** Are there packs, and so assets and patches? If not, the caller is told. */
static inline bool
cmd_has_packs(const struct gz_shell_call *c)
{
	if (gz_control_patches(cmd_control(c)) != NULL)
		return true;
	gz_out_error(c->out, "there are no fingerprints and patches: see the setting paths.data");
	return false;
}

/** A counter of one block by its name; 0 where it is not counted. */
static inline uint64_t
cmd_count_of(const struct gz_stat_block *b, const char *name)
{
	int row = gz_stat_find(name);

	return row < 0 ? 0 : gz_stat_block_get(b, (uint32_t)row);
}

/** A counter's sum since the last clear. */
static inline uint64_t
cmd_count(const char *name)
{
	int row = gz_stat_find(name);

	return row < 0 ? 0 : gz_stat_sum((uint32_t)row);
}

/** An address as people write it: IPv6 cut short. */
static inline const char *
cmd_addr_text(const struct gz_addr *a, char buf[GZ_ADDR_TEXT])
{
	return gz_addr_is_v4(a) ? inet_ntop(AF_INET, &a->b[12], buf, GZ_ADDR_TEXT)
				: inet_ntop(AF_INET6, a->b, buf, GZ_ADDR_TEXT);
}

static inline const char *
cmd_verdict_name(uint32_t verdict)
{
	static const char *const names[] = {
		[GZ_PASS] = "pass",
		[GZ_DROP] = "drop",
		[GZ_REJECT] = "reject",
		[GZ_BYPASS] = "bypass",
		[GZ_HOLD] = "hold",
	};

	return verdict < RTE_DIM(names) ? names[verdict] : "";
}

#endif /* CMD_H */
