/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
frame_parse(struct gz_sig_builder *b, const char *value)
{
	return "frames are not supported yet: name a buffer of the protocol";
}

static struct gz_keyword frame = {
	.reg.name = "frame",
	.help = "refused: frames are not supported yet",
	.usage = "frame:<protocol>.<frame>",
	.scope = GZ_SCOPE_NONE,
	.parse = frame_parse,
};
GZ_KEYWORD_REGISTER(frame)
