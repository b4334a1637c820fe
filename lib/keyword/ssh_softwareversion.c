/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
ssh_softwareversion_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_parse(b, value, "ssh.software", "ssh");
}

static struct gz_keyword ssh_softwareversion = {
	.reg.name = "ssh.softwareversion",
	.help = "bytes to look for in the software of the banner; ssh.software and content say the same",
	.usage = "ssh.softwareversion:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = ssh_softwareversion_parse,
};
GZ_KEYWORD_REGISTER(ssh_softwareversion)
