/* SPDX-License-Identifier: BSD-3-Clause */

/* Multicast DNS (RFC 6762): messages of DNS among neighbours. */

#include "dns.h"

static const struct gz_field_row mdns_fields[] = { DNS_LOCAL_FIELDS("mdns") };

static struct gz_event_type mdns_event = {
	.reg = { .name = "mdns" },
	.help = "questions to all neighbours and their answers",
};
GZ_REGISTER(gz_event_types, mdns_event)

static void
mdns_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	dns_local_log(tx, "mdns", j);
}

static struct gz_proto mdns = {
	.reg = { .name = "mdns" },
	.help = "multicast DNS (RFC 6762)",
	.l4 = GZ_L4_UDP,
	.ports = "5353",
	.probe = dns_probe_udp,
	.probe_udp = dns_probe_udp,
	DNS_MESSAGES,
	.fields = mdns_fields,
	.nb_fields = RTE_DIM(mdns_fields),
	.event = &mdns_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = dns_local_nb_logs,
	.log = mdns_log,
};
GZ_PROTO_REGISTER(mdns)
