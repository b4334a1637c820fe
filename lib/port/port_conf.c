/* SPDX-License-Identifier: BSD-3-Clause */

/* What people say about ports and wires, read and checked. */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gz_log.h"

#include "port_worker.h"

enum {
	FRAME_LEAST = 1518,
	FRAME_MOST = 65000, /* with its headroom it must fit 16 bits */
	RX_HELD = 2048, /* packets a live worker may hold: bursts, fragments, steering */
	REPLAY_HELD = 2 * STEER_RING,
	REPLAY_BURSTS = 2047,
};

static const char *const huge_words[] = { "auto", "yes", "no", NULL };

static const struct gz_setting port_settings[] = {
	{ "wires", GZ_SETTING_LIST,
			.help = "pairs of ports; what comes in at one leaves by the other" },
	{ "wires[].name", GZ_SETTING_STRING,
			.help = "how events and commands call it; wire0, wire1 ... by default" },
	{ "wires[].outside", GZ_SETTING_STRING, .required = true,
			.help = "port towards clients: a kernel interface (eth1, af_packet:eth1), "
				"af_xdp:eth1, tap:gz0, pci:0000:00:05.0, pcap:FILE or vdev:ARGUMENTS" },
	{ "wires[].inside", GZ_SETTING_STRING, .required = true,
			.help = "port towards the protected servers" },
	{ "wires[].link-propagation", GZ_SETTING_BOOL, "true",
			.help = "take the other port down while one has no link, where the port can" },
	{ "wires[].tenant", GZ_SETTING_UINT, "0", .max = UINT32_MAX,
			.help = "flows of different tenants are never one: for wires with overlapping addresses" },
	{ "port.queues", GZ_SETTING_UINT, "0", .max = PORT_QUEUES_MOST,
			.help = "receive queues of a port; 0: one per worker" },
	{ "port.rx-ring", GZ_SETTING_UINT, "1024", .min = 64, .max = 8192, .unit = "frames",
			.help = "receive ring of a DPDK device, per queue" },
	{ "port.tx-ring", GZ_SETTING_UINT, "1024", .min = 64, .max = 8192, .unit = "frames",
			.help = "transmit ring of a DPDK device, per queue" },
	{ "port.frame-max", GZ_SETTING_UINT, "9216", .min = FRAME_LEAST, .max = FRAME_MOST,
			.unit = "bytes",
			.help = "longest frame that is forwarded; longer ones are dropped and counted" },
	{ "port.socket-buffer", GZ_SETTING_UINT, "16M", .min = 65536, .max = 1 << 30,
			.unit = "bytes",
			.help = "what the kernel may hold for us, per queue of a kernel interface" },
	{ "port.mbufs", GZ_SETTING_UINT, "0", .max = 1 << 24, .unit = "frames",
			.help = "buffers for frames in all; 0: by queues and workers" },
	{ "port.hugepages", GZ_SETTING_WORD, "auto", .words = huge_words,
			.help = "use huge pages; auto: if enough are free" },
	{ "port.memory", GZ_SETTING_UINT, "0", .max = 1ull << 40, .unit = "bytes",
			.help = "memory for buffers and rings; 0: by their number" },
	{ "port.telemetry", GZ_SETTING_BOOL, "false",
			.help = "open DPDK's telemetry socket, for dpdk-telemetry.py" },
	{ "worker.count", GZ_SETTING_UINT, "0", .max = PORT_QUEUES_MOST,
			.help = "workers; 0: one per CPU but one, at least one (replay: one)" },
	{ "worker.cores", GZ_SETTING_STRINGS,
			.help = "CPUs of the workers, one each; none: any but the first" },
};
GZ_CONF_REGISTER(port_settings)

static const struct {
	const char *prefix;
	enum port_kind kind;
} kinds[] = {
	{ "af_packet:", PORT_PACKET },
	{ "af_xdp:", PORT_XDP },
	{ "tap:", PORT_TAP },
	{ "pcap:", PORT_PCAP },
	{ "pci:", PORT_PCI },
	{ "vdev:", PORT_VDEV },
};

static void
split_name(struct port_spec *spec)
{
	uint32_t i;

	spec->kind = strchr(spec->name, ':') == NULL ? PORT_PACKET : PORT_KIND_UNKNOWN;
	spec->arg = spec->name;
	for (i = 0; i < RTE_DIM(kinds); i++) {
		if (strncmp(spec->name, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
			spec->kind = kinds[i].kind;
			spec->arg = spec->name + strlen(kinds[i].prefix);
		}
	}
}

/* What DPDK will call it: by that name it is found when EAL is up. */
static void
name_device(struct port_spec *spec, uint32_t index)
{
	switch (spec->kind) {
	case PORT_XDP:
		snprintf(spec->dev, sizeof(spec->dev), "net_af_xdp%u", index);
		break;
	case PORT_TAP:
		snprintf(spec->dev, sizeof(spec->dev), "net_tap%u", index);
		break;
	case PORT_PCAP:
		snprintf(spec->dev, sizeof(spec->dev), "net_pcap%u", index);
		break;
	case PORT_PCI:
		snprintf(spec->dev, sizeof(spec->dev), "%s", spec->arg);
		break;
	case PORT_VDEV:
		snprintf(spec->dev, sizeof(spec->dev), "%.*s", (int)strcspn(spec->arg, ","),
				spec->arg);
		break;
	default:
		spec->dev[0] = '\0';
		break;
	}
}

static bool
read_spec(struct port_spec *spec, const struct gz_conf *conf, const char *setting, uint32_t index,
		struct gz_errors *errors)
{
	const char *name = gz_conf_string(conf, setting);

	if (*name == '\0')
		return false; /* told by gz_conf_check() */
	spec->place = gz_conf_place(conf, setting);
	snprintf(spec->name, sizeof(spec->name), "%s", name);
	split_name(spec);
	name_device(spec, index);
	if (strlen(name) >= sizeof(spec->name) || spec->kind == PORT_KIND_UNKNOWN ||
			*spec->arg == '\0') {
		if (errors != NULL)
			gz_errors_add(errors, spec->place, "bad port",
					"\"%s\" is no port: expected an interface, af_packet:IF, "
					"af_xdp:IF, tap:IF, pci:ADDRESS, pcap:FILE or vdev:ARGUMENTS",
					name);
		return false;
	}
	return true;
}

static bool
read_wire(struct wire_conf *wire, const struct gz_conf *conf, uint32_t i, struct gz_errors *errors)
{
	bool outside, inside;

	wire->name = gz_conf_string(conf, gz_conf_item("wires[].name", i));
	wire->propagate = gz_conf_bool(conf, gz_conf_item("wires[].link-propagation", i));
	wire->tenant = (uint32_t)gz_conf_uint(conf, gz_conf_item("wires[].tenant", i));
	outside = read_spec(&wire->port[GZ_OUTSIDE], conf, gz_conf_item("wires[].outside", i),
			2 * i, errors);
	inside = read_spec(&wire->port[GZ_INSIDE], conf, gz_conf_item("wires[].inside", i),
			2 * i + 1, errors);
	return outside && inside;
}

static bool
is_unique(const struct port_conf *pc, uint32_t index, struct gz_errors *errors)
{
	const struct port_spec *spec = &pc->wires[index / 2].port[index % 2], *other;
	uint32_t i;

	for (i = 0; i < index; i++) {
		other = &pc->wires[i / 2].port[i % 2];
		if (other->kind != spec->kind || strcmp(other->arg, spec->arg) != 0)
			continue;
		if (errors != NULL)
			gz_errors_add(errors, spec->place, "bad port",
					"\"%s\" is in use already as a port", spec->name);
		return false;
	}
	return true;
}

static bool
read_wires(struct port_conf *pc, const struct gz_conf *conf, struct gz_errors *errors)
{
	bool good = true;
	uint32_t i;

	pc->nb_wires = gz_conf_items(conf, "wires");
	if (pc->nb_wires == 0) {
		if (errors != NULL)
			gz_errors_add(errors, (struct gz_place){ 0 }, "no wires",
					"the configuration names no wires: nothing to protect");
		return false;
	}
	pc->wires = calloc(pc->nb_wires, sizeof(*pc->wires));
	if (pc->wires == NULL)
		abort();
	for (i = 0; i < pc->nb_wires; i++)
		good = read_wire(&pc->wires[i], conf, i, errors) && good;
	for (i = 0; good && i < 2 * pc->nb_wires; i++)
		good = is_unique(pc, i, errors);
	return good;
}

bool
port_conf_has(const struct port_conf *pc, enum port_kind kind)
{
	uint32_t i;

	for (i = 0; i < 2 * pc->nb_wires; i++) {
		if (pc->wires[i / 2].port[i % 2].kind == kind)
			return true;
	}
	return false;
}

/* Buffers for every ring to be full while each worker holds all it may. */
static uint32_t
mbufs_wanted(const struct port_conf *pc)
{
	uint64_t n;
	uint32_t i, size = 1024;

	if (pc->replay) {
		n = REPLAY_BURSTS + (uint64_t)pc->nb_workers * REPLAY_HELD;
	} else {
		n = (uint64_t)pc->nb_workers * RX_HELD;
		for (i = 0; i < 2 * pc->nb_wires; i++) {
			if (pc->wires[i / 2].port[i % 2].kind == PORT_PACKET)
				n += (uint64_t)pc->nb_workers * 2 * GZ_BURST;
			else
				n += (uint64_t)pc->queues * (pc->rx_ring + pc->tx_ring);
		}
	}
	while (size < n + 1 && size < 1u << 24)
		size *= 2;
	return size - 1;
}

static bool
is_cpu(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return *text >= '0' && *text <= '9' && *end == '\0' && n < CPU_SETSIZE;
}

static bool
check_cores(const struct gz_conf *conf, struct gz_errors *errors)
{
	uint32_t i, n = gz_conf_strings(conf, "worker.cores");
	const char *text;
	bool good = true;

	for (i = 0; i < n; i++) {
		text = gz_conf_strings_at(conf, "worker.cores", i);
		if (is_cpu(text))
			continue;
		good = false;
		if (errors != NULL)
			gz_errors_add(errors, gz_conf_place(conf, "worker.cores"), "bad CPU",
					"\"%s\" is no CPU: expected its number", text);
	}
	return good;
}

static bool
check_memory(const struct port_conf *pc, struct gz_errors *errors)
{
	if (!port_conf_has(pc, PORT_PCI) || port_conf_uses_huge(pc))
		return true;
	if (errors != NULL)
		gz_errors_add(errors, (struct gz_place){ 0 }, "no huge pages",
				"pci ports need huge pages: %lu MB of them must be free",
				(port_conf_bytes(pc) >> 20) + PORT_SPARE_MB);
	return false;
}

bool
gz_ports_check(const struct gz_conf *conf, struct gz_errors *errors)
{
	struct port_conf pc;
	bool good = port_conf_read(&pc, conf, NULL, errors);

	port_conf_free(&pc);
	return good;
}

uint32_t
gz_ports_workers(const struct gz_conf *conf, const struct gz_replay *replay)
{
	return port_conf_workers(conf, replay != NULL);
}

bool
port_conf_read(struct port_conf *pc, const struct gz_conf *conf, const struct gz_replay *replay,
		struct gz_errors *errors)
{
	bool good = true;

	*pc = (struct port_conf){
		.nb_workers = port_conf_workers(conf, replay != NULL),
		.queues = (uint32_t)gz_conf_uint(conf, "port.queues"),
		.rx_ring = (uint32_t)gz_conf_uint(conf, "port.rx-ring"),
		.tx_ring = (uint32_t)gz_conf_uint(conf, "port.tx-ring"),
		.frame_max = (uint32_t)gz_conf_uint(conf, "port.frame-max"),
		.mbufs = (uint32_t)gz_conf_uint(conf, "port.mbufs"),
		.memory_mb = (uint32_t)(gz_conf_uint(conf, "port.memory") >> 20),
		.socket_buffer = (uint32_t)gz_conf_uint(conf, "port.socket-buffer"),
		.huge = gz_conf_word(conf, "port.hugepages"),
		.telemetry = gz_conf_bool(conf, "port.telemetry"),
		.replay = replay != NULL,
	};
	if (pc->queues == 0)
		pc->queues = pc->nb_workers;
	if (!pc->replay)
		good = read_wires(pc, conf, errors);
	if (pc->mbufs == 0 || pc->replay)
		pc->mbufs = mbufs_wanted(pc);
	good = check_cores(conf, errors) && good;
	return check_memory(pc, errors) && good;
}

void
port_conf_free(struct port_conf *pc)
{
	free(pc->wires);
	pc->wires = NULL;
	pc->nb_wires = 0;
}

uint32_t
port_conf_workers(const struct gz_conf *conf, bool replay)
{
	uint32_t count = (uint32_t)gz_conf_uint(conf, "worker.count");
	uint32_t cores = gz_conf_strings(conf, "worker.cores");
	cpu_set_t set;
	int cpus;

	if (count > 0)
		return count;
	if (replay)
		return 1;
	if (cores > 0)
		return RTE_MIN(cores, (uint32_t)PORT_QUEUES_MOST);
	cpus = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	return cpus > 1 ? RTE_MIN((uint32_t)cpus - 1, (uint32_t)PORT_QUEUES_MOST) : 1;
}
