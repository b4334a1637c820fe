/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_mem.h"

#include "cmd.h"

static void
show_purpose(struct gz_out *o, const struct gz_control *control, const struct gz_mem_purpose *p)
{
	struct gz_mem_use own, sum = { 0 };

	for (uint32_t i = 0; i < gz_control_workers(control); i++) {
		gz_mem_usage(gz_worker_mem(gz_control_worker(control, i)), p, &own);
		sum.used += own.used;
		sum.peak += own.peak;
		sum.budget += own.budget;
		sum.refused += own.refused;
	}
	gz_out_row(o);
	gz_out_str(o, "purpose", p->name);
	gz_out_u64(o, "used", sum.used);
	gz_out_u64(o, "peak", sum.peak);
	gz_out_u64(o, "budget", sum.budget);
	gz_out_u64(o, "refused", sum.refused);
	gz_out_str(o, "help", p->help);
}

static void
show_heap(struct gz_out *o)
{
	uint64_t allocated, resident, mapped;

	gz_mem_heap(&allocated, &resident, &mapped);
	gz_out_object(o, "heap");
	gz_out_u64(o, "allocated", allocated);
	gz_out_u64(o, "resident", resident);
	gz_out_u64(o, "mapped", mapped);
	gz_out_object_end(o);
}

static int
show_memory(struct gz_shell_call *c)
{
	struct gz_control *control = cmd_control(c);
	uint64_t resident = 0;

	gz_out_table(c->out, "purposes", "purpose", "used", "peak", "budget", "refused", "help",
			NULL);
	for (const struct gz_mem_purpose *p = gz_mem_purpose_next(NULL); p != NULL;
			p = gz_mem_purpose_next(p))
		show_purpose(c->out, control, p);
	gz_out_table_end(c->out);
	for (uint32_t i = 0; i < gz_control_workers(control); i++)
		resident += gz_mem_resident(gz_worker_mem(gz_control_worker(control, i)));
	gz_out_u64(c->out, "workers-resident", resident);
	show_heap(c->out);
	return 0;
}

static const struct gz_shell_command memory_commands[] = {
	{ "show memory", show_memory, "bytes by purpose: used, at most, allowed, refused" },
};
GZ_SHELL_REGISTER(memory_commands)
