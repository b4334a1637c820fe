/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FILTER_H
#define GZ_FILTER_H

/*
 * Which flows or packets somebody means: "host 10.0.0.0/8 port 443 tcp". All
 * words must hold; a host or port may be on either side. No words: everything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gz_addr.h"

struct gz_flow;
struct gz_pkt;

enum {
	GZ_FILTER_HOSTS = 2,
};

struct gz_filter {
	struct gz_prefix host[GZ_FILTER_HOSTS];
	uint8_t nb_hosts;
	uint8_t proto; /* IP protocol number; 0: any */
	uint16_t port; /* 0: any */
	uint16_t vlan; /* 0: any */
};

/**
 * Understand @p text: words `host PREFIX` (up to twice: both ends), `port N`, `vlan N`, `proto N`,
 * and tcp, udp, icmp, icmp6, sctp.
 *
 * @return false with a sentence in @p error.
 */
bool gz_filter_parse(struct gz_filter *f, const char *text, char *error, size_t size);

bool gz_filter_has_flow(const struct gz_filter *f, const struct gz_flow *flow);
bool gz_filter_has_pkt(const struct gz_filter *f, const struct gz_pkt *p);

#endif /* GZ_FILTER_H */
