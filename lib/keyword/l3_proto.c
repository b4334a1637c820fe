/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
l3_proto_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span word = text_unquoted(value);
	struct gz_sig *s = gz_sig_of(b);
	uint8_t version;

	if (text_is(word, "ipv4") || text_is(word, "ip4"))
		version = 4;
	else if (text_is(word, "ipv6") || text_is(word, "ip6"))
		version = 6;
	else
		return "expected ipv4 or ipv6";
	if (s->ip_version != 0 && s->ip_version != version)
		return "this is about a protocol that the rule rules out";
	s->ip_version = version;
	return NULL;
}

static struct gz_keyword l3_proto = {
	.reg.name = "l3_proto",
	.help = "the version of IP",
	.usage = "l3_proto:ipv4|ipv6",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = l3_proto_parse,
};
GZ_KEYWORD_REGISTER(l3_proto)
