/* SPDX-License-Identifier: BSD-3-Clause */

/* How captures call links. */

#include <rte_common.h>

#include "gz_pkt.h"

static const struct gz_link_row links[] = {
	[GZ_LINK_ETHERNET] = { 1, "EN10MB" },
	[GZ_LINK_RAW] = { 101, "RAW" },
	[GZ_LINK_NULL] = { 0, "NULL" },
	[GZ_LINK_SLL] = { 113, "LINUX_SLL" },
	[GZ_LINK_SLL2] = { 276, "LINUX_SLL2" },
	[GZ_LINK_PPP] = { 9, "PPP" },
	[GZ_LINK_CHDLC] = { 104, "C_HDLC" },
	[GZ_LINK_ERSPAN] = { 101, "RAW" }, /* which have no names of their own */
	[GZ_LINK_ARP] = { 101, "RAW" },
};

const struct gz_link_row *
gz_pkt_link(const struct gz_pkt *p)
{
	static const struct gz_link_row ipv4 = { 228, "IPv4" }, ipv6 = { 229, "IPv6" };

	if ((p->flags & GZ_PKT_WHOLE) != 0)
		return (p->flags & GZ_PKT_IPV4) != 0 ? &ipv4 : &ipv6;
	return &links[p->link < RTE_DIM(links) ? p->link : GZ_LINK_ETHERNET];
}
