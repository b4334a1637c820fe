/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_IPPROTO_H
#define GZ_IPPROTO_H

/* Names of IP protocol numbers, as IANA lists them and as EVE writes them. */

#include <stdint.h>

/** "TCP", "IPv6-ICMP"; a number that has no name, as digits. Of static life. */
const char *gz_ipproto_name(uint8_t proto);

#endif /* GZ_IPPROTO_H */
