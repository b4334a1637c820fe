/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_LINK_H
#define GZ_LINK_H

#include <stdint.h>

struct gz_pkt;

/** Kinds of first header: what a capture's link type says. */
enum gz_link {
	GZ_LINK_ETHERNET,
	GZ_LINK_RAW, /* IPv4 or IPv6 by the version nibble */
	GZ_LINK_NULL, /* 4 bytes of address family, either byte order */
	GZ_LINK_SLL, /* Linux cooked v1 */
	GZ_LINK_SLL2, /* Linux cooked v2 */
	GZ_LINK_PPP,
	GZ_LINK_CHDLC,
	GZ_LINK_ERSPAN, /* type II; this and ARP are in GRE, never a capture's */
	GZ_LINK_ARP,
};

/** How captures and events call a link. */
struct gz_link_row {
	uint32_t dlt; /* https://www.tcpdump.org/linktypes.html */
	const char *name;
};

/** What a capture of @p p would say; of a datagram put together: IPv4 or IPv6. */
const struct gz_link_row *gz_pkt_link(const struct gz_pkt *p);

#endif /* GZ_LINK_H */
