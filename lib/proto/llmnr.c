/* SPDX-License-Identifier: BSD-3-Clause */

/* Link-Local Multicast Name Resolution (RFC 4795): messages of DNS among neighbours. */

#include "dns.h"

static const struct gz_field_row llmnr_fields[] = { DNS_LOCAL_FIELDS("llmnr") };

static struct gz_event_type llmnr_event = {
	.reg = { .name = "llmnr" },
	.help = "questions to neighbours and their answers",
};
GZ_REGISTER(gz_event_types, llmnr_event)

static void
llmnr_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	dns_local_log(tx, "llmnr", j);
}

static struct gz_proto llmnr = {
	.reg = { .name = "llmnr" },
	.help = "Link-Local Multicast Name Resolution (RFC 4795)",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "5355",
	.probe = dns_probe_tcp,
	.probe_udp = dns_probe_udp,
	DNS_MESSAGES,
	.fields = llmnr_fields,
	.nb_fields = RTE_DIM(llmnr_fields),
	.event = &llmnr_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = dns_local_nb_logs,
	.log = llmnr_log,
};
GZ_PROTO_REGISTER(llmnr)
