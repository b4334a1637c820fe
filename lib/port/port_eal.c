/* SPDX-License-Identifier: BSD-3-Clause */

/* The arguments of EAL, from the configuration: nobody types them. */

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gz_log.h"

#include "port_worker.h"

enum {
	ARGS_MOST = 64 + 2 * 256,
	ARG_LEN = 512,
	REPLAY_SPARE_MB = 16,
};

/* Words are owned by the second half of v: EAL moves and replaces those in the first. */
struct args {
	char **v;
	int n;
};

static void add(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
add(struct args *a, const char *fmt, ...)
{
	va_list ap;

	RTE_VERIFY(a->n < ARGS_MOST - 1);
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n], fmt, ap) < 0)
		abort();
	va_end(ap);
	a->v[ARGS_MOST + a->n] = a->v[a->n];
	a->n++;
}

/* Bytes in free huge pages of all sizes. */
static uint64_t
free_huge(void)
{
	static const char dir_name[] = "/sys/kernel/mm/hugepages";
	DIR *dir = opendir(dir_name);
	struct dirent *e;
	uint64_t kib, n, sum = 0;
	char path[512];
	FILE *f;

	if (dir == NULL)
		return 0;
	while ((e = readdir(dir)) != NULL) {
		if (sscanf(e->d_name, "hugepages-%lukB", &kib) != 1)
			continue;
		snprintf(path, sizeof(path), "%s/%s/free_hugepages", dir_name, e->d_name);
		f = fopen(path, "re");
		if (f == NULL)
			continue;
		if (fscanf(f, "%lu", &n) == 1)
			sum += n * kib * 1024;
		fclose(f);
	}
	closedir(dir);
	return sum;
}

bool
port_conf_uses_huge(const struct port_conf *pc)
{
	if (pc->replay || pc->huge == PORT_HUGE_NO)
		return false;
	return pc->huge == PORT_HUGE_YES ||
			free_huge() >= port_conf_bytes(pc) + ((uint64_t)PORT_SPARE_MB << 20);
}

/* CPUs that this process may use, in order. @return how many. */
static uint32_t
allowed_cpus(uint32_t cpus[CPU_SETSIZE])
{
	cpu_set_t set;
	uint32_t i, n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		CPU_ZERO(&set);
	for (i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &set))
			cpus[n++] = i;
	}
	if (n == 0)
		cpus[n++] = 0;
	return n;
}

/* Lcore 0 is control's; it stays off the workers' CPUs if there is one left. */
static uint32_t
control_cpu(const uint32_t *cpus, uint32_t nb_cpus, const uint32_t *taken, uint32_t nb_taken)
{
	uint32_t i, j;

	for (i = 0; i < nb_cpus; i++) {
		for (j = 0; j < nb_taken && taken[j] != cpus[i]; j++)
			;
		if (j == nb_taken)
			return cpus[i];
	}
	return cpus[0];
}

static void
add_pinned_lcores(struct args *a, const struct gz_conf *conf, uint32_t nb_workers)
{
	uint32_t cpus[CPU_SETSIZE], cpu[PORT_QUEUES_MOST], nb_cpus = allowed_cpus(cpus), i;
	uint32_t nb_named = gz_conf_strings(conf, "worker.cores");
	char map[PORT_QUEUES_MOST * 16];
	int len;

	for (i = 0; i < nb_workers; i++) {
		if (nb_named > 0)
			cpu[i] = (uint32_t)strtoul(
					gz_conf_strings_at(conf, "worker.cores", i % nb_named),
					NULL, 10);
		else
			cpu[i] = cpus[(i + 1) % nb_cpus];
	}
	len = snprintf(map, sizeof(map), "0@%u", control_cpu(cpus, nb_cpus, cpu, nb_workers));
	for (i = 0; i < nb_workers; i++)
		len += snprintf(map + len, sizeof(map) - (size_t)len, ",%u@%u", i + 1, cpu[i]);
	add(a, "--lcores=%s", map);
}

/* In a replay all lcores float over all CPUs: nothing waits for them. */
static void
add_floating_lcores(struct args *a, uint32_t nb_workers)
{
	uint32_t cpus[CPU_SETSIZE], nb_cpus = allowed_cpus(cpus), i;
	char list[CPU_SETSIZE * 5];
	int len = 0;

	for (i = 0; i < nb_cpus; i++)
		len += snprintf(list + len, sizeof(list) - (size_t)len, "%s%u", i > 0 ? "," : "",
				cpus[i]);
	add(a, "--lcores=(0-%u)@(%s)", nb_workers, list);
}

static void
add_memory(struct args *a, const struct port_conf *pc)
{
	uint32_t spare = pc->replay ? REPLAY_SPARE_MB : PORT_SPARE_MB;

	if (port_conf_uses_huge(pc)) {
		add(a, "--in-memory");
		return;
	}
	add(a, "--no-huge");
	if (pc->memory_mb > 0)
		add(a, "-m%u", pc->memory_mb);
	else
		add(a, "-m%lu", (port_conf_bytes(pc) >> 20) + spare);
	/* Without huge pages there are no physical addresses to give. */
	add(a, "--iova-mode=va");
	add(a, "--file-prefix=gauze-%d", (int)getpid());
}

static void
add_device(struct args *a, const struct port_spec *spec, const struct port_conf *pc)
{
	switch (spec->kind) {
	case PORT_XDP:
		add(a, "--vdev=%s,iface=%s", spec->dev, spec->arg);
		break;
	case PORT_TAP:
		add(a, "--vdev=%s,iface=%s", spec->dev, spec->arg);
		break;
	case PORT_PCAP:
		add(a, "--vdev=%s,rx_pcap=%s", spec->dev, spec->arg);
		break;
	case PORT_PCI:
		add(a, "--allow=%s", spec->arg);
		break;
	case PORT_VDEV:
		add(a, "--vdev=%s", spec->arg);
		break;
	default:
		break;
	}
}

char **
gz_ports_eal_args(const struct gz_conf *conf, const struct gz_replay *replay, int *argc)
{
	struct args a = { .v = calloc(2 * ARGS_MOST, sizeof(*a.v)) };
	struct port_conf pc;
	uint32_t i;

	if (a.v == NULL)
		abort();
	/* What is wrong is told when the ports are opened. */
	port_conf_read(&pc, conf, replay, NULL);

	add(&a, "gauze");
	if (pc.replay)
		add_floating_lcores(&a, pc.nb_workers);
	else
		add_pinned_lcores(&a, conf, pc.nb_workers);
	add(&a, "--main-lcore=0");
	add_memory(&a, &pc);
	if (!port_conf_has(&pc, PORT_PCI))
		add(&a, "--no-pci");
	if (!pc.telemetry || pc.replay)
		add(&a, "--no-telemetry");
	add(&a, "--log-level=lib.*:warning");
	for (i = 0; i < 2 * pc.nb_wires && a.n < ARGS_MOST - 2; i++)
		add_device(&a, &pc.wires[i / 2].port[i % 2], &pc);

	port_conf_free(&pc);
	*argc = a.n;
	return a.v;
}

void
gz_ports_eal_free(char **argv)
{
	int i;

	if (argv == NULL)
		return;
	for (i = 0; i < ARGS_MOST; i++)
		free(argv[ARGS_MOST + i]);
	free(argv);
}
