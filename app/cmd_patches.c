/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "gz_clock.h"
#include "gz_patch.h"

#include "cmd.h"

static int
show_patches(struct gz_shell_call *c)
{
	if (!cmd_has_packs(c))
		return -ENOENT;
	gz_patches_show(gz_control_patches(cmd_control(c)), gz_shell_text(c, "filter"), c->out);
	return 0;
}

static int
tell_errors(struct gz_shell_call *c, const struct gz_errors *errors)
{
	char line[512];

	for (uint32_t i = 0; i < errors->count; i++) {
		gz_error_format(&errors->v[i], line, sizeof(line));
		gz_out_error(c->out, "%s", line);
	}
	return -EINVAL;
}

static int
order(struct gz_shell_call *c, enum gz_patch_state to)
{
	struct gz_control *control = cmd_control(c);
	struct gz_errors errors = GZ_ERRORS_INIT;
	const char *server = gz_shell_text(c, "server");
	const char *cve = gz_shell_text(c, "cve");
	int changed, ret;

	if (!cmd_has_packs(c))
		return -ENOENT;
	changed = gz_patches_order(
			gz_control_patches(control), server, cve, to, gz_clock_wall_us());
	if (changed < 0) {
		gz_out_error(c->out, "there is no patch for %s on %s", cve, server);
		return changed;
	}
	gz_out_str(c->out, "state", gz_patch_state_name(to));
	gz_out_u64(c->out, "changed", (uint64_t)changed);
	ret = gz_control_new_policy(control, &errors);
	if (ret < 0)
		tell_errors(c, &errors);
	gz_errors_clear(&errors);
	return ret;
}

static int
patch_stage(struct gz_shell_call *c)
{
	return order(c, GZ_PATCH_STAGED);
}

static int
patch_enforce(struct gz_shell_call *c)
{
	return order(c, GZ_PATCH_ENFORCED);
}

static int
patch_remove(struct gz_shell_call *c)
{
	return order(c, GZ_PATCH_REMOVED);
}

static const struct gz_shell_command patches_commands[] = {
	{ "show patches [filter:word]", show_patches,
			"virtual patches and why they are there: all, of a server, or of a CVE" },
	{ "patch stage server:word cve:word", patch_stage,
			"let a patch detect; server may be \"all\"" },
	{ "patch enforce server:word cve:word", patch_enforce,
			"let a patch prevent; server may be \"all\"" },
	{ "patch remove server:word cve:word", patch_remove,
			"take a patch off, and keep it off; server may be \"all\"" },
};
GZ_SHELL_REGISTER(patches_commands)
