/* SPDX-License-Identifier: BSD-3-Clause */

/* Settings and counters of the flow table; its time-outs are in flow_timeout.c. */

#include "flow_internal.h"

static struct gz_setting flow_settings[] = {
	{ "flow.max", GZ_SETTING_UINT, "1048576", .min = 1024, .max = 1 << 26, .unit = "flows",
			.help = "room in the flow table, all workers together; memory is taken as "
				"flows come" },
	{ "flow.per-source", GZ_SETTING_UINT, "32768", .max = 1 << 26, .unit = "flows",
			.help = "unanswered flows of one source (IPv6: network of 64 bits) at once, per "
				"worker: beyond, exception.flow-source; 0: any number" },
	{ "flow.vlan-tracking", GZ_SETTING_BOOL, "true",
			.help = "the same addresses and ports in another VLAN are another flow" },
	{ "flow.wire-tracking", GZ_SETTING_BOOL, "true",
			.help = "the same addresses and ports on another wire are another flow; false: "
				"the directions of a flow may take different wires, laid the same way "
				"round; what applies to it goes by the wire of its first packet" },
};
GZ_CONF_REGISTER(flow_settings)

static struct gz_stat_row flow_rows[] = {
	[FLOW_STAT_TOTAL] = { "flow.total", "flows begun" },
	[FLOW_STAT_ACTIVE] = { "flow.active", "flows now in the table", .gauge = true },
	[FLOW_STAT_TCP] = { "flow.tcp", "TCP flows begun" },
	[FLOW_STAT_UDP] = { "flow.udp", "UDP flows begun" },
	[FLOW_STAT_ICMP4] = { "flow.icmpv4", "ICMP flows begun" },
	[FLOW_STAT_ICMP6] = { "flow.icmpv6", "ICMPv6 flows begun" },
	[FLOW_STAT_FULL] = { "flow.memcap", "packets that found no room for their flow" },
	[FLOW_STAT_CROSSED] = { "flow.wires_crossed", "flows that came over more than one wire" },
	[FLOW_STAT_SOURCE] = { "flow.per_source",
			"packets whose source had too many unanswered flows for another" },
	[FLOW_STAT_END_STATE + GZ_FLOW_NEW] = { "flow.end.state.new",
			"flows that ended before they were answered" },
	[FLOW_STAT_END_STATE + GZ_FLOW_ESTABLISHED] = { "flow.end.state.established",
			"flows that ended while established" },
	[FLOW_STAT_END_STATE + GZ_FLOW_CLOSED] = { "flow.end.state.closed",
			"flows that ended after they were closed" },
	[FLOW_STAT_END_STATE + GZ_FLOW_BYPASSED] = { "flow.end.state.bypassed",
			"flows that ended while bypassed" },
	[FLOW_STAT_END_WHY + GZ_FLOW_END_TIMEOUT] = { "flow.end.timeout",
			"flows that ended because they were quiet" },
	[FLOW_STAT_END_WHY + GZ_FLOW_END_FORCED] = { "flow.end.forced",
			"flows that ended because room was needed" },
	[FLOW_STAT_END_WHY + GZ_FLOW_END_SHUTDOWN] = { "flow.end.shutdown",
			"flows that ended with the process" },
	[FLOW_STAT_END_WHY + GZ_FLOW_END_REUSED] = { "flow.tcp_reuse",
			"flows that ended because a new connection took their ports" },
};

struct gz_stat_set flow_stats = { flow_rows, RTE_DIM(flow_rows), 0, { NULL } };

RTE_INIT(flow_register_stats)
{
	gz_stat_register(&flow_stats);
}
