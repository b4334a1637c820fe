/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "cmd.h"

enum {
	STAGES_MOST = 32,
};

/* Counts of all workers, or of one. @return stages. */
static uint32_t
add_stages(const struct gz_control *control, int64_t only, struct gz_stage_count *sum)
{
	struct gz_stage_count own[STAGES_MOST];
	uint32_t n = 0;

	for (uint32_t w = 0; w < gz_control_workers(control); w++) {
		if (only >= 0 && only != w)
			continue;
		n = gz_worker_stages(gz_control_worker(control, w), own, STAGES_MOST);
		for (uint32_t i = 0; i < n; i++) {
			sum[i].name = own[i].name;
			sum[i].help = own[i].help;
			sum[i].packets += own[i].packets;
			sum[i].bursts += own[i].bursts;
			sum[i].cycles += own[i].cycles;
		}
	}
	return n;
}

static double
ratio(uint64_t a, uint64_t b)
{
	return b == 0 ? 0 : (double)a / (double)b;
}

static void
show_stages(struct gz_out *o, const struct gz_stage_count *v, uint32_t n)
{
	uint64_t cycles = 0;

	for (uint32_t i = 0; i < n; i++)
		cycles += v[i].cycles;
	gz_out_table(o, "stages", "stage", "packets", "bursts", "packets-per-burst",
			"cycles-per-packet", "percent", "help", NULL);
	for (uint32_t i = 0; i < n; i++) {
		gz_out_row(o);
		gz_out_str(o, "stage", v[i].name);
		gz_out_u64(o, "packets", v[i].packets);
		gz_out_u64(o, "bursts", v[i].bursts);
		gz_out_double(o, "packets-per-burst", ratio(v[i].packets, v[i].bursts), 1);
		gz_out_double(o, "cycles-per-packet", ratio(v[i].cycles, v[i].packets), 0);
		gz_out_double(o, "percent", 100 * ratio(v[i].cycles, cycles), 1);
		gz_out_str(o, "help", v[i].help);
	}
	gz_out_table_end(o);
}

static int
show_pipeline(struct gz_shell_call *c)
{
	struct gz_stage_count sum[STAGES_MOST] = { 0 };
	struct gz_control *control = cmd_control(c);
	uint64_t worker;
	int64_t only = -1;

	if (gz_shell_uint(c, "worker", &worker)) {
		if (worker >= gz_control_workers(control)) {
			gz_out_error(c->out, "there is no worker %lu", worker);
			return -ENOENT;
		}
		only = (int64_t)worker;
	}
	show_stages(c->out, sum, add_stages(control, only, sum));
	return 0;
}

static const struct gz_shell_command pipeline_commands[] = {
	{ "show pipeline [worker:uint]", show_pipeline,
			"the packet's path, and what each stage of it costs" },
};
GZ_SHELL_REGISTER(pipeline_commands)
