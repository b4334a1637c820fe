/* SPDX-License-Identifier: BSD-3-Clause */

/* The options in hop-by-hop and destination headers of IPv6 (RFC 8200 section 4.2). */

#include <netinet/in.h>

#include "pkt_internal.h"

enum {
	OPTIONS_OFF = 2,
	OPT_PAD1 = 0x00,
	OPT_PADN = 0x01,
	OPT_ROUTER_ALERT = 0x05,
	OPT_JUMBO = 0xc2,
	OPT_HOME_ADDRESS = 0xc9,
};

static bool
is_known(uint8_t type)
{
	return type == OPT_ROUTER_ALERT || type == OPT_JUMBO || type == OPT_HOME_ADDRESS;
}

void
pkt_ipv6_options(struct decode *d, const uint8_t *header, uint32_t len, uint8_t which)
{
	bool hop = which == IPPROTO_HOPOPTS;
	uint32_t pads = 0, others = 0, i = OPTIONS_OFF;

	while (i < len) {
		if (header[i] == OPT_PAD1) {
			pads++;
			i++;
			continue;
		}
		if (len - i < 2 || header[i + 1] > len - i - 2) {
			gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_EXTHDR_INVALID_OPTLEN);
			break;
		}
		if (header[i] == OPT_PADN) {
			pads++;
			if (header[i + 1] == 0)
				gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_ZERO_LEN_PADN);
		} else {
			others++;
			if (!is_known(header[i]))
				gz_pkt_note(d->p,
						hop ? GZ_PKT_EVENT_IPV6_HOPOPTS_UNKNOWN_OPT
						    : GZ_PKT_EVENT_IPV6_DSTOPTS_UNKNOWN_OPT);
		}
		i += 2u + header[i + 1];
	}
	if (pads > 0 && others == 0)
		gz_pkt_note(d->p,
				hop ? GZ_PKT_EVENT_IPV6_HOPOPTS_ONLY_PADDING
				    : GZ_PKT_EVENT_IPV6_DSTOPTS_ONLY_PADDING);
}
