/* SPDX-License-Identifier: BSD-3-Clause */

/* How many fragments may wait, and how long. */

#include "defrag_internal.h"

/* Fragments hold buffers of the ports: port.mbufs must have room for them. */
static const struct gz_setting defrag_settings[] = {
	{ "defrag.timeout", GZ_SETTING_TIME, "30 s", .min = 100, .max = 600000,
			.help = "how long a datagram may wait for its fragments" },
	{ "defrag.datagrams", GZ_SETTING_UINT, "1024", .min = 16, .max = 65536,
			.help = "datagrams that may be incomplete at once, per worker; the oldest goes first" },
	{ "defrag.fragments", GZ_SETTING_UINT, "1024", .min = 16, .max = 65536,
			.help = "fragments held at once, per worker; the oldest datagram goes first" },
	{ "defrag.per-source", GZ_SETTING_UINT, "128", .min = 1, .max = 65535,
			.help = "incomplete datagrams of one source address, per worker" },
};
GZ_CONF_REGISTER(defrag_settings)

void
defrag_limits_init(struct defrag_limits *l, const struct gz_conf *conf)
{
	l->timeout_ms = gz_conf_ms(conf, "defrag.timeout");
	l->datagrams = (uint32_t)gz_conf_uint(conf, "defrag.datagrams");
	l->fragments = (uint32_t)gz_conf_uint(conf, "defrag.fragments");
	l->per_source = (uint32_t)gz_conf_uint(conf, "defrag.per-source");
}
