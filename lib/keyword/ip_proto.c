/* SPDX-License-Identifier: BSD-3-Clause */
#include <netdb.h>
#include <stdlib.h>

#include "number_internal.h"

/** The number of a protocol, by its digits or its name. */
static bool
read_proto(struct gz_span word, uint64_t *number)
{
	struct protoent *found;
	char *name;

	if (text_u64(word, UINT8_MAX, number))
		return true;
	name = text_copy(word);
	found = getprotobyname(name);
	free(name);
	if (found == NULL)
		return false;
	*number = (uint64_t)found->p_proto;
	return true;
}

static enum gz_answer
ip_proto_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4 | GZ_PKT_IPV6))
		return GZ_NO;
	return number_answer(m, e->pkt->proto);
}

static struct gz_keyword ip_proto;

static const char *
ip_proto_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span word = text_unquoted(value);
	struct number_test read = { .op = NUMBER_EQUAL }, *t;

	if (text_skip(&word, "!"))
		read.op = NUMBER_NOT;
	else if (text_skip(&word, "<"))
		read.op = NUMBER_LESS;
	else if (text_skip(&word, ">"))
		read.op = NUMBER_MORE;
	if (!read_proto(word, &read.a))
		return "expected a protocol: its name or a number up to 255, perhaps with ! < or > in "
		       "front";
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, &ip_proto, t, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword ip_proto = {
	.reg.name = "ip_proto",
	.help = "the protocol behind the IP header",
	.usage = "ip_proto:[!|<|>]<number>|<name>",
	.scope = GZ_SCOPE_PACKET,
	.ip_only = true,
	.needs_value = true,
	.parse = ip_proto_parse,
	.free = free,
	.eval = ip_proto_eval,
};
GZ_KEYWORD_REGISTER(ip_proto)
