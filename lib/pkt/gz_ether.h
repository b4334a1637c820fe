/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ETHER_H
#define GZ_ETHER_H

/* Which stations a packet goes between on its link. */

#include <string.h>

#include <rte_ether.h>

#include "gz_pkt.h"

/** Source and destination of the frame that @p p, or the packet around it, came in. @return false: its
 * link has none, or it is a packet of our own. */
static inline bool
gz_pkt_macs(const struct gz_pkt *p, uint8_t src[RTE_ETHER_ADDR_LEN],
		uint8_t dst[RTE_ETHER_ADDR_LEN])
{
	const struct gz_pkt *outer = p->root != NULL ? p->root : p;

	if (outer->data == NULL || outer->link != GZ_LINK_ETHERNET ||
			outer->len < RTE_ETHER_HDR_LEN || (outer->flags & GZ_PKT_PSEUDO))
		return false;
	memcpy(dst, outer->data, RTE_ETHER_ADDR_LEN);
	memcpy(src, outer->data + RTE_ETHER_ADDR_LEN, RTE_ETHER_ADDR_LEN);
	return true;
}

#endif /* GZ_ETHER_H */
