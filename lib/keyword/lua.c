/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

/* A script could take any time and allocate at will: not on the path of packets. */
static const char *
lua_parse(struct gz_sig_builder *b, const char *value)
{
	return "scripts are not run: say what the rule looks for by other keywords";
}

static struct gz_keyword lua = {
	.reg.name = "lua",
	.alias = "luajit",
	.help = "refused: scripts are not run",
	.usage = "lua:<file>",
	.scope = GZ_SCOPE_NONE,
	.parse = lua_parse,
};
GZ_KEYWORD_REGISTER(lua)
