/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_version.h>

#include "gz_clock.h"
#include "gz_policy.h"

#include "cmd.h"

static const char *const reload_names[] = {
	[GZ_RELOAD_IDLE] = "idle",
	[GZ_RELOAD_LOADING] = "loading",
	[GZ_RELOAD_BUILDING] = "building",
	[GZ_RELOAD_GRACE] = "grace",
	[GZ_RELOAD_FAILED] = "failed",
};

static void
show_traffic(struct gz_out *o)
{
	gz_out_object(o, "traffic");
	gz_out_u64(o, "received-packets", cmd_count("port.rx_pkts"));
	gz_out_u64(o, "received-bytes", cmd_count("port.rx_bytes"));
	gz_out_u64(o, "forwarded-packets", cmd_count("act.forwarded"));
	gz_out_u64(o, "dropped-packets", cmd_count("act.dropped"));
	gz_out_u64(o, "flows-now", cmd_count("flow.active"));
	gz_out_u64(o, "flows", cmd_count("flow.total"));
	gz_out_u64(o, "alerts", cmd_count("detect.alert"));
	gz_out_object_end(o);
}

static void
show_events(struct gz_out *o)
{
	gz_out_object(o, "events");
	gz_out_u64(o, "posted", cmd_count("events.posted"));
	gz_out_u64(o, "written", cmd_count("sink.written"));
	gz_out_u64(o, "lost", cmd_count("events.lost") + cmd_count("sink.lost"));
	gz_out_object_end(o);
}

static int
show_status(struct gz_shell_call *c)
{
	struct gz_control *control = cmd_control(c);
	const struct gz_ruleset *rs = gz_ruleset_live();
	const struct gz_policy *policy = gz_policy_live();
	uint64_t started_us = gz_control_started_us(control);
	uint64_t now_us = gz_clock_wall_us();
	char text[GZ_TIME_TEXT];

	gz_out_str(c->out, "version", GZ_VERSION);
	gz_out_str(c->out, "started", gz_time_text(started_us, text));
	gz_out_u64(c->out, "uptime-s", now_us > started_us ? (now_us - started_us) / 1000000 : 0);
	gz_out_u64(c->out, "workers", gz_control_workers(control));
	gz_out_u64(c->out, "wires", gz_ports_wires(gz_control_ports(control)));
	if (policy != NULL) {
		gz_out_str(c->out, "mode", gz_mode_name(gz_policy_mode(policy, GZ_SERVER_NONE)));
		gz_out_u64(c->out, "servers", gz_policy_servers(policy));
	}
	gz_out_u64(c->out, "rules", rs == NULL ? 0 : gz_ruleset_count(rs));
	gz_out_u64(c->out, "rules-generation", rs == NULL ? 0 : gz_ruleset_generation(rs));
	gz_out_str(c->out, "reload", reload_names[gz_reload_state(control)]);
	if (c->shell != NULL)
		gz_out_u64(c->out, "shell-sessions", gz_shell_sessions(c->shell));
	show_traffic(c->out);
	show_events(c->out);
	return 0;
}

static int
show_version(struct gz_shell_call *c)
{
	gz_out_str(c->out, "version", GZ_VERSION);
	gz_out_str(c->out, "dpdk", rte_version());
	gz_out_str(c->out, "compiler", __VERSION__);
	return 0;
}

static const struct gz_shell_command status_commands[] = {
	{ "show status", show_status, "what is running, and what it has done so far" },
	{ "show version", show_version, "the version, and what it was built with", .local = true },
};
GZ_SHELL_REGISTER(status_commands)
