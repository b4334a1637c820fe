/* SPDX-License-Identifier: BSD-3-Clause */

#include "gz_filter.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>

#include "gz_flow.h"
#include "gz_span.h"

static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "icmp", IPPROTO_ICMP },
	{ "icmp6", IPPROTO_ICMPV6 },
	{ "sctp", IPPROTO_SCTP },
};

static bool
is_word(struct gz_span word, const char *name)
{
	return gz_span_equal_nocase(word, gz_span_str(name));
}

/* The next word of @p rest, whatever blanks are around it. */
static bool
next_word(struct gz_span *rest, struct gz_span *word)
{
	*rest = gz_span_trim(*rest);
	return gz_span_cut(rest, ' ', word);
}

static bool
take_number(struct gz_span word, uint64_t most, uint64_t *n)
{
	return gz_span_u64(word, n) && *n >= 1 && *n <= most;
}

static bool
take_host(struct gz_filter *f, struct gz_span word)
{
	char text[GZ_ADDR_TEXT + 4];

	if (f->nb_hosts == GZ_FILTER_HOSTS || word.len >= sizeof(text))
		return false;
	memcpy(text, word.p, word.len);
	text[word.len] = '\0';
	return gz_prefix_parse(text, &f->host[f->nb_hosts++]);
}

/* A word that stands alone. */
static bool
take_proto(struct gz_filter *f, struct gz_span word)
{
	for (size_t i = 0; i < RTE_DIM(protos); i++) {
		if (!is_word(word, protos[i].name))
			continue;
		f->proto = protos[i].proto;
		return true;
	}
	return false;
}

/* A word with a value. */
static bool
take_pair(struct gz_filter *f, struct gz_span word, struct gz_span value)
{
	uint64_t n;

	if (is_word(word, "host"))
		return take_host(f, value);
	if (is_word(word, "port") && take_number(value, UINT16_MAX, &n)) {
		f->port = (uint16_t)n;
		return true;
	}
	if (is_word(word, "vlan") && take_number(value, 4094, &n)) {
		f->vlan = (uint16_t)n;
		return true;
	}
	if (is_word(word, "proto") && take_number(value, UINT8_MAX, &n)) {
		f->proto = (uint8_t)n;
		return true;
	}
	return false;
}

bool
gz_filter_parse(struct gz_filter *f, const char *text, char *error, size_t size)
{
	struct gz_span rest = gz_span_str(text), word, value;

	*f = (struct gz_filter){ 0 };
	while (next_word(&rest, &word)) {
		if (take_proto(f, word))
			continue;
		value = GZ_SPAN("");
		if (next_word(&rest, &value) && take_pair(f, word, value))
			continue;
		snprintf(error, size,
				"\"%.*s%s%.*s\" is no filter: expected host PREFIX, port N, vlan N, "
				"proto N, tcp, udp, icmp, icmp6 or sctp",
				(int)word.len, (const char *)word.p, value.len > 0 ? " " : "",
				(int)value.len, (const char *)value.p);
		return false;
	}
	return true;
}

/* Each host must be an end; two hosts both ends. */
static bool
has_hosts(const struct gz_filter *f, const struct gz_addr *a, const struct gz_addr *b)
{
	if (f->nb_hosts == 0)
		return true;
	if (f->nb_hosts == 1)
		return gz_prefix_has(&f->host[0], a) || gz_prefix_has(&f->host[0], b);
	return (gz_prefix_has(&f->host[0], a) && gz_prefix_has(&f->host[1], b)) ||
			(gz_prefix_has(&f->host[0], b) && gz_prefix_has(&f->host[1], a));
}

bool
gz_filter_has_flow(const struct gz_filter *f, const struct gz_flow *flow)
{
	if (f->proto != 0 && f->proto != flow->proto)
		return false;
	if (f->port != 0 && f->port != flow->port[0] && f->port != flow->port[1])
		return false;
	if (f->vlan != 0 && (flow->nb_vlan == 0 || f->vlan != flow->vlan[0]))
		return false;
	return has_hosts(f, &flow->addr[0], &flow->addr[1]);
}

bool
gz_filter_has_pkt(const struct gz_filter *f, const struct gz_pkt *p)
{
	if (f->proto != 0 && f->proto != p->proto)
		return false;
	if (f->port != 0 && f->port != p->sport && f->port != p->dport)
		return false;
	if (f->vlan != 0 && (p->nb_vlan == 0 || f->vlan != p->vlan[0]))
		return false;
	return has_hosts(f, &p->src, &p->dst);
}
