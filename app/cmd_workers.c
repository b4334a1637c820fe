/* SPDX-License-Identifier: BSD-3-Clause */
#include "cmd.h"

static void
show_worker(struct gz_out *o, const struct gz_worker *w)
{
	const struct gz_stat_block *b = gz_worker_stat(w);

	gz_out_row(o);
	gz_out_u64(o, "worker", gz_worker_id(w));
	gz_out_u64(o, "turns", gz_worker_turns(w));
	gz_out_u64(o, "sleeps", cmd_count_of(b, "worker.sleeps"));
	gz_out_u64(o, "received", cmd_count_of(b, "port.rx_pkts"));
	gz_out_u64(o, "steered", cmd_count_of(b, "port.steered"));
	gz_out_u64(o, "forwarded", cmd_count_of(b, "act.forwarded"));
	gz_out_u64(o, "dropped", cmd_count_of(b, "act.dropped"));
	gz_out_u64(o, "flows", cmd_count_of(b, "flow.active"));
	gz_out_u64(o, "alerts", cmd_count_of(b, "detect.alert"));
	gz_out_u64(o, "events", cmd_count_of(b, "events.posted"));
	gz_out_u64(o, "events-lost", cmd_count_of(b, "events.lost"));
}

static int
show_workers(struct gz_shell_call *c)
{
	struct gz_control *control = cmd_control(c);

	gz_out_table(c->out, "workers", "worker", "turns", "sleeps", "received", "steered",
			"forwarded", "dropped", "flows", "alerts", "events", "events-lost", NULL);
	for (uint32_t i = 0; i < gz_control_workers(control); i++)
		show_worker(c->out, gz_control_worker(control, i));
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command workers_commands[] = {
	{ "show workers", show_workers, "what each worker has done" },
};
GZ_SHELL_REGISTER(workers_commands)
