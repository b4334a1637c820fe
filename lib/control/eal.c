/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DPDK's environment, started with arguments that nobody types: devices and
 * memory from the ports' settings, cores from the number of workers. The control
 * thread is the main lcore, and worker i is lcore i + 1 on a core of its own
 * where there are enough; else they float over all. A replay with one worker has
 * no lcore but the main one.
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "control_internal.h"

enum {
	LCORES_TEXT = 8192,
};

/* The CPUs that this process may use, in order. */
static uint32_t
allowed_cpus(uint16_t *cpus, uint32_t most)
{
	cpu_set_t set;
	uint32_t n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		CPU_ZERO(&set);
	for (uint32_t i = 0; i < CPU_SETSIZE && n < most; i++)
		if (CPU_ISSET(i, &set))
			cpus[n++] = (uint16_t)i;
	if (n == 0)
		cpus[n++] = 0;
	return n;
}

static uint32_t
count_workers(const struct gz_control *c, uint32_t cpus)
{
	uint64_t n = c->opts.nb_workers;

	if (n == 0)
		n = gz_conf_uint(c->conf, "worker.count");
	if (n == 0)
		n = c->replay ? 1 : cpus - 1;
	return (uint32_t)RTE_MIN(RTE_MAX(n, 1u), (uint64_t)GZ_WORKERS_MOST);
}

/* "0@0,1@1,2@2", or all of them floating: "(0-2)@(0,1)". */
static void
write_lcores(const struct gz_control *c, char *text, size_t size, const uint16_t *cpus, uint32_t n)
{
	bool inline_replay = c->replay && c->nb_workers == 1;
	uint32_t workers = inline_replay ? 0 : c->nb_workers;
	size_t at = 0;

	if (!inline_replay && n > workers) {
		for (uint32_t i = 0; i <= workers; i++)
			at += (size_t)snprintf(
					text + at, size - at, "%s%u@%u", i ? "," : "", i, cpus[i]);
		return;
	}
	at += (size_t)snprintf(text, size, workers > 0 ? "(0-%u)@(" : "%u@(", workers);
	for (uint32_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%u", i ? "," : "", cpus[i]);
	snprintf(text + at, size - at, ")");
}

static void
add_arg(char ***argv, int *argc, const char *arg)
{
	char **v = realloc(*argv, ((size_t)*argc + 2) * sizeof(*v));

	if (v == NULL || (v[*argc] = strdup(arg)) == NULL)
		abort();
	v[++*argc] = NULL;
	*argv = v;
}

int
control_eal_start(struct gz_control *c, struct gz_errors *errors)
{
	const struct gz_place nowhere = { NULL, 0, 0 };
	uint16_t cpus[RTE_MAX_LCORE];
	char lcores[LCORES_TEXT];
	uint32_t n = allowed_cpus(cpus, RTE_DIM(cpus));
	char **argv;
	int argc, ret;

	c->nb_workers = count_workers(c, n);
	argv = gz_ports_eal_args(c->conf, c->opts.replay, &argc);
	if (argv == NULL) {
		gz_errors_add(errors, nowhere, "eal", "no memory for the environment's arguments");
		return -ENOMEM;
	}
	write_lcores(c, lcores, sizeof(lcores), cpus, n);
	add_arg(&argv, &argc, "--lcores");
	add_arg(&argv, &argc, lcores);
	ret = rte_eal_init(argc, argv);
	gz_ports_eal_free(argv);
	if (ret < 0) {
		gz_errors_add(errors, nowhere, "eal", "DPDK's environment does not start: %s",
				rte_strerror(rte_errno));
		return -rte_errno;
	}
	c->has_eal = true;
	return 0;
}
