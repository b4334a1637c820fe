/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>

#include "keyword_internal.h"

/* Protocols of a rule's header that are not an application's. */
static const struct l4_name {
	const char *name;
	uint8_t l4[2];
	uint8_t nb_l4;
	uint8_t ip_version;
	bool pkt_only, stream_only;
	uint32_t flags; /* GZ_SIG_* */
} l4_names[] = {
	{ .name = "ip" },
	{ .name = "ip4", .ip_version = 4 },
	{ .name = "ipv4", .ip_version = 4 },
	{ .name = "ip6", .ip_version = 6 },
	{ .name = "ipv6", .ip_version = 6 },
	{ .name = "tcp", .l4 = { IPPROTO_TCP }, .nb_l4 = 1 },
	{ .name = "tcp-pkt", .l4 = { IPPROTO_TCP }, .nb_l4 = 1, .pkt_only = true },
	{ .name = "tcp-stream", .l4 = { IPPROTO_TCP }, .nb_l4 = 1, .stream_only = true },
	{ .name = "udp", .l4 = { IPPROTO_UDP }, .nb_l4 = 1 },
	{ .name = "icmp", .l4 = { IPPROTO_ICMP, IPPROTO_ICMPV6 }, .nb_l4 = 2 },
	{ .name = "icmpv4", .l4 = { IPPROTO_ICMP }, .nb_l4 = 1, .ip_version = 4 },
	{ .name = "icmpv6", .l4 = { IPPROTO_ICMPV6 }, .nb_l4 = 1, .ip_version = 6 },
	{ .name = "sctp", .l4 = { IPPROTO_SCTP }, .nb_l4 = 1 },
	{ .name = "igmp", .l4 = { IPPROTO_IGMP }, .nb_l4 = 1 },
	{ .name = "pkthdr", .flags = GZ_SIG_PKTHDR },
	{ .name = "arp", .flags = GZ_SIG_ARP | GZ_SIG_NEEDS_PACKET },
};

static enum gz_answer
is_arp_eval(const struct gz_match *m, struct gz_eval *e)
{
	return e->pkt != NULL && (e->pkt->flags & GZ_PKT_ARP) ? GZ_YES : GZ_NO;
}

/* Not a word of the rule language: what the header says of packets without IP. */
static const struct gz_keyword is_arp = {
	.reg.name = "is arp",
	.scope = GZ_SCOPE_PACKET,
	.eval = is_arp_eval,
};

static void
take_l4(struct gz_sig_builder *b, const struct l4_name *n)
{
	struct gz_sig *s = b->sig;

	memcpy(s->l4, n->l4, sizeof(n->l4));
	s->nb_l4 = n->nb_l4;
	s->ip_version = n->ip_version;
	s->flags |= n->flags;
	b->pkt_only = n->pkt_only;
	b->stream_only = n->stream_only;
	if (strcmp(n->name, "arp") == 0)
		gz_sig_add(b, &is_arp, NULL, 0);
}

static void
take_app(struct gz_sig_builder *b, uint64_t protos)
{
	struct gz_sig *s = b->sig;
	uint8_t l4 = 0;
	uint32_t i;

	for (i = 0; i < gz_protos.count; i++) {
		if (protos >> i & 1)
			l4 |= ((const struct gz_proto *)gz_protos.by_name[i])->l4;
	}
	if (l4 & GZ_L4_TCP)
		s->l4[s->nb_l4++] = IPPROTO_TCP;
	if (l4 & GZ_L4_UDP)
		s->l4[s->nb_l4++] = IPPROTO_UDP;
	s->proto_by_name = true;
	b->protos = protos;
	b->proto_said = true;
}

static bool
refuse_proto(struct gz_sig_builder *b, const char *name)
{
	struct gz_place place = gz_rule_place(b->rule, name);
	const char *known = absent_protocol(name), *near;
	char reason[80];

	if (known != NULL) {
		snprintf(reason, sizeof(reason), "protocol not supported yet: %s", known);
		return sig_refuse(b, place, reason, "%s", reason);
	}
	near = gz_registry_nearest(&gz_protos, name);
	if (near == NULL)
		return sig_refuse(b, place, "unknown protocol", "unknown protocol \"%.40s\"", name);
	return sig_refuse(b, place, "unknown protocol",
			"unknown protocol \"%.40s\": did you mean \"%s\"?", name, near);
}

static bool
read_proto(struct gz_sig_builder *b)
{
	const char *name = b->rule->proto;
	uint64_t protos;
	uint32_t i;

	for (i = 0; i < RTE_DIM(l4_names); i++) {
		if (strcmp(name, l4_names[i].name) == 0) {
			take_l4(b, &l4_names[i]);
			return true;
		}
	}
	protos = gz_protos_named(name);
	if (protos == 0)
		return refuse_proto(b, name);
	take_app(b, protos);
	return true;
}

bool
sig_read_header(struct gz_sig_builder *b)
{
	const struct gz_rule *r = b->rule;
	const struct gz_vars *vars = b->env->vars;
	struct gz_sig *s = b->sig;
	bool ok = read_proto(b);
	int i;

	/* All that is wrong with the header is told, not only the first of it. */
	for (i = 0; i < 2; i++) {
		ok &= gz_addrset_parse(r->addr[i], vars, gz_rule_place(r, r->addr[i]), &s->addr[i],
				      b->errors) == 0;
		ok &= gz_portset_parse(r->port[i], vars, gz_rule_place(r, r->port[i]), &s->port[i],
				      b->errors) == 0;
	}
	return ok;
}
