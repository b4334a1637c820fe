/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "gz_asset.h"

#include "cmd.h"

static int
show_assets(struct gz_shell_call *c)
{
	if (!cmd_has_packs(c))
		return -ENOENT;
	gz_assets_show(gz_control_assets(cmd_control(c)), gz_shell_text(c, "server"), c->out);
	return 0;
}

static const struct gz_shell_command assets_commands[] = {
	{ "show assets [server:word]", show_assets, "what runs on the protected servers" },
};
GZ_SHELL_REGISTER(assets_commands)
