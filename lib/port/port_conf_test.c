/* SPDX-License-Identifier: BSD-3-Clause */

#include "port_test.h"

static struct gz_conf *conf;
static struct gz_errors errors;

static int
set_up(void **state)
{
	conf = gz_conf_create();
	return 0;
}

static int
tear_down(void **state)
{
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
	return 0;
}

static void
set(const char *assignment)
{
	assert_int_equal(gz_conf_set(conf, assignment, &errors), 0);
}

/* The words that EAL gets, in one line. */
static char *
eal_line(const struct gz_replay *replay)
{
	char *line = calloc(1, 4096), **argv;
	int argc, i;

	argv = gz_ports_eal_args(conf, replay, &argc);
	assert_null(argv[argc]);
	for (i = 0; i < argc; i++) {
		strcat(line, argv[i]);
		strcat(line, " ");
	}
	gz_ports_eal_free(argv);
	return line;
}

static void
assert_line_has(const struct gz_replay *replay, const char *word)
{
	char *line = eal_line(replay);

	if (strstr(line, word) == NULL)
		fail_msg("\"%s\" is not in: %s", word, line);
	free(line);
}

static void
assert_line_lacks(const struct gz_replay *replay, const char *word)
{
	char *line = eal_line(replay);

	if (strstr(line, word) != NULL)
		fail_msg("\"%s\" is in: %s", word, line);
	free(line);
}

static void
devices_of_all_kinds_are_asked_for_by_name(void **state)
{
	set("port.hugepages=no");
	set("wires[0].outside=af_xdp:eth1");
	set("wires[0].inside=tap:gz0");
	set("wires[1].outside=pcap:/tmp/in.pcap");
	set("wires[1].inside=vdev:net_memif0,role=server,socket=/run/m.sock");
	set("wires[2].outside=eth3");
	set("wires[2].inside=af_packet:eth4");
	assert_line_has(NULL, " --vdev=net_af_xdp0,iface=eth1 ");
	assert_line_has(NULL, " --vdev=net_tap1,iface=gz0 ");
	assert_line_has(NULL, " --vdev=net_pcap2,rx_pcap=/tmp/in.pcap ");
	assert_line_has(NULL, " --vdev=net_memif0,role=server,socket=/run/m.sock ");
	assert_line_has(NULL, " --no-pci ");
	assert_line_has(NULL, " --no-huge ");
	assert_line_lacks(NULL, "eth3");
	assert_line_lacks(NULL, "eth4");
	assert_true(gz_ports_check(conf, &errors));
}

static void
physical_ports_are_allowed_by_address_and_need_huge_pages(void **state)
{
	set("wires[0].outside=pci:0000:00:05.0");
	set("wires[0].inside=pci:0000:00:06.0");
	set("port.hugepages=yes");
	assert_line_has(NULL, " --allow=0000:00:05.0 --allow=0000:00:06.0 ");
	assert_line_has(NULL, " --in-memory ");
	assert_line_lacks(NULL, "--no-pci");
	assert_line_lacks(NULL, "--no-huge");
	assert_true(gz_ports_check(conf, &errors));

	set("port.hugepages=no");
	assert_false(gz_ports_check(conf, &errors));
	assert_non_null(strstr(errors.v[0].text, "pci ports need huge pages: "));
}

static void
workers_have_lcores_of_their_own_however_few_cores_there_are(void **state)
{
	set("wires[0].outside=eth1");
	set("wires[0].inside=eth2");
	set("worker.count=5");
	set("worker.cores=3,7");
	assert_line_has(NULL, ",1@3,2@7,3@3,4@7,5@3 --main-lcore=0 ");
	assert_int_equal(gz_ports_workers(conf, NULL), 5);
	set("worker.count=0");
	assert_int_equal(gz_ports_workers(conf, NULL), 2);
}

static void
there_is_always_a_worker(void **state)
{
	const struct gz_replay replay = { "x.pcap", NULL };

	assert_true(gz_ports_workers(conf, NULL) >= 1);
	assert_int_equal(gz_ports_workers(conf, &replay), 1);
}

static void
a_replay_asks_for_little(void **state)
{
	const struct gz_replay replay = { "x.pcap", NULL };

	set("wires[0].outside=af_xdp:eth1");
	set("wires[0].inside=pci:0000:00:06.0");
	set("port.hugepages=yes");
	assert_line_has(&replay, " --no-huge ");
	assert_line_has(&replay, " --no-pci ");
	assert_line_has(&replay, " --no-telemetry ");
	assert_line_has(&replay, " --file-prefix=gauze-");
	assert_line_has(&replay, " --lcores=(0-1)@(");
	assert_line_lacks(&replay, "--vdev");
	assert_line_lacks(&replay, "--allow");
}

static void
telemetry_is_there_when_asked_for(void **state)
{
	set("wires[0].outside=eth1");
	set("wires[0].inside=eth2");
	assert_line_has(NULL, " --no-telemetry ");
	set("port.telemetry=true");
	assert_line_lacks(NULL, "--no-telemetry");
}

static void
assert_refused(const char *sentence)
{
	assert_false(gz_ports_check(conf, &errors));
	assert_string_equal(errors.v[0].text, sentence);
}

static void
without_wires_there_is_nothing_to_do(void **state)
{
	assert_refused("the configuration names no wires: nothing to protect");
}

static void
an_unknown_kind_of_port_is_refused(void **state)
{
	set("wires[0].outside=dpdk:eth1");
	set("wires[0].inside=eth2");
	assert_refused("\"dpdk:eth1\" is no port: expected an interface, af_packet:IF, af_xdp:IF, tap:IF, "
		       "pci:ADDRESS, pcap:FILE or vdev:ARGUMENTS");
}

static void
a_port_is_used_once(void **state)
{
	set("wires[0].outside=eth1");
	set("wires[0].inside=eth2");
	set("wires[1].outside=eth3");
	set("wires[1].inside=af_packet:eth1");
	assert_refused("\"af_packet:eth1\" is in use already as a port");
}

static void
a_cpu_is_a_number(void **state)
{
	set("wires[0].outside=eth1");
	set("wires[0].inside=eth2");
	set("worker.cores=1,2-4");
	assert_refused("\"2-4\" is no CPU: expected its number");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(devices_of_all_kinds_are_asked_for_by_name),
		TEST(physical_ports_are_allowed_by_address_and_need_huge_pages),
		TEST(workers_have_lcores_of_their_own_however_few_cores_there_are),
		TEST(there_is_always_a_worker),
		TEST(a_replay_asks_for_little),
		TEST(telemetry_is_there_when_asked_for),
		TEST(without_wires_there_is_nothing_to_do),
		TEST(an_unknown_kind_of_port_is_refused),
		TEST(a_port_is_used_once),
		TEST(a_cpu_is_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
