/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Frames through a whole worker: fuzz_worker --rules=FILE. To those rules come some about every field
 * that there is, so that whatever is said gets looked at. Each input has a worker of its own and says
 * in its first byte whether rules may drop; the rest is frames.h's. Each frame lies in memory of
 * exactly its size.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_log.h>

#include "gz_policy.h"
#include "gz_ruleset.h"
#include "gz_worker.h"

#include "frames.h"
#include "port_worker.h"

enum {
	TURN_FRAMES = 16, /* at most: few, so that what is held is held over turns */
	FRAMES_MOST = 4096, /* of an input */
	NB_IDLE_TURNS = 4,
	PATH_LEN = 64,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint64_t start_us = UINT64_C(1700000000000000);

static struct gz_conf *conf;
static struct gz_ports *ports;
static struct gz_epoch *epoch;
static struct gz_names *names;
static struct gz_policy *policies[2]; /* detect, prevent */

static struct fuzz_input input;
static uint8_t *given[FRAMES_MOST];
static uint32_t nb_given;

static const char empty_capture[] = "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0";

static void
die(const char *what)
{
	fprintf(stderr, "fuzz_worker: %s\n", what);
	exit(2);
}

static void
temporary(char path[PATH_LEN], const void *b, size_t len)
{
	int fd;

	snprintf(path, PATH_LEN, "/tmp/gauze-fuzz-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, b, len) != (ssize_t)len || close(fd) < 0)
		die("no temporary file can be written");
}

/* ---- a port that has what the input says ---- */

static uint32_t
fuzz_rx(struct gz_port_worker *w, struct port *p, uint32_t queue, struct gz_pkt *burst[],
		uint32_t most)
{
	static uint8_t room[FRAME_MOST];
	uint32_t n = 0, len;
	struct rte_mbuf *m;

	while (n < RTE_MIN(most, (uint32_t)TURN_FRAMES) && nb_given < FRAMES_MOST &&
			fuzz_next_frame(&input, room, &len)) {
		if (len == 0)
			break;
		m = rte_mbuf_raw_alloc(w->s->frames);
		if (m == NULL)
			break;
		rte_pktmbuf_reset(m);
		given[nb_given] = malloc(len);
		memcpy(given[nb_given], room, len);
		m->buf_addr = given[nb_given++];
		m->buf_len = m->data_len = (uint16_t)len;
		m->data_off = 0;
		m->pkt_len = len;
		burst[n] = port_accept(p, m, input.time_us);
		burst[n++]->number = nb_given;
	}
	return n;
}

static void
fuzz_tx(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		rte_pktmbuf_free(v[i]->mbuf);
}

static void
open_ports(void)
{
	static struct port_ops ops;
	char path[PATH_LEN];
	const struct gz_replay capture = { .path = path };
	struct gz_errors errors = GZ_ERRORS_INIT;
	char **argv;
	int argc;

	temporary(path, empty_capture, sizeof(empty_capture));
	argv = gz_ports_eal_args(conf, &capture, &argc);
	if (rte_eal_init(argc, argv) < 0)
		die("EAL does not start");
	gz_ports_eal_free(argv);
	ports = gz_ports_open(conf, &capture, 1, &errors);
	gz_errors_print(&errors, stderr);
	if (ports == NULL)
		die("no ports");
	unlink(path);
	ops = *port_at(ports, GZ_OUTSIDE)->ops;
	ops.rx = fuzz_rx;
	ops.tx = fuzz_tx;
	port_at(ports, GZ_OUTSIDE)->ops = &ops;
	port_at(ports, GZ_INSIDE)->ops = &ops;
}

/* ---- rules ---- */

static uint32_t
write_rules_of_field(FILE *f, const struct gz_field *field, uint32_t sid)
{
	static const char *const tests[] = { "content:\"e\"", "bsize:>3", ">0", "!=1" };
	static const char *const as[] = { "; ", "; ", ":", ":" };

	for (uint32_t i = 0; i < RTE_DIM(tests); i++)
		fprintf(f, "alert ip any any -> any any (%s%s%s; sid:%u;)\n", field->name, as[i],
				tests[i], sid++);
	return sid;
}

/* Those that make no sense of a field are refused, as of anybody. */
static void
write_rules(char path[PATH_LEN])
{
	uint32_t sid = 1000000;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (uint32_t i = 0; i < gz_fields_count(); i++)
		sid = write_rules_of_field(f, gz_field(i), sid);
	fclose(f);
	temporary(path, text, len);
	free(text);
}

static void
load_rules(const char *file)
{
	char path[PATH_LEN];
	const char *const files[] = { path, file };
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report = { 0 };
	struct gz_vars *vars = gz_vars_create(conf, &errors);
	struct gz_classes *classes = gz_classes_create(conf, &errors);
	const struct gz_sig_env env = { .vars = vars, .classes = classes, .names = names };
	const struct gz_ruleset_opts o = {
		.files = files, .nb_files = RTE_DIM(files), .nb_workers = 1, .env = &env
	};
	struct gz_ruleset *rs;

	write_rules(path);
	rs = gz_ruleset_build(&o, NULL, &report, &errors);
	unlink(path);
	if (rs == NULL)
		die("no rules");
	fprintf(stderr, "fuzz_worker: %u rules, %u refused\n", report.accepted, report.refused);
	gz_errors_clear(&errors);
	gz_vars_destroy(vars);
	gz_classes_destroy(classes);
	gz_ruleset_publish(rs);
}

static void
settle(void)
{
	static const char *const sets[] = {
		"memory.workers=64M",
		"memory.ready=0",
		"flow.max=1024",
		"tcp.remember=1024",
		"port.mbufs=1024",
		"worker.count=1",
		"worker.events=1M",
		"decode.checksums=ignore",
		"alert.payload=true",
		"alert.packet=true",
	};
	static const char *const modes[] = { "policy.mode=detect", "policy.mode=prevent" };
	struct gz_errors errors = GZ_ERRORS_INIT;

	conf = gz_conf_read(NULL, sets, RTE_DIM(sets), &errors);
	for (uint32_t i = 0; i < RTE_DIM(modes); i++) {
		gz_conf_set(conf, modes[i], &errors);
		policies[i] = gz_policy_build(conf, NULL, 0, &errors);
	}
	gz_errors_print(&errors, stderr);
	if (errors.count > 0)
		die("settings");
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char option[] = "--rules=";
	const char *rules = NULL;

	for (int i = 1; i < *argc; i++)
		if (strncmp((*argv)[i], option, strlen(option)) == 0)
			rules = (*argv)[i] + strlen(option);
	if (rules == NULL)
		die("--rules=FILE is needed");
	gz_protos_seal();
	gz_keywords_seal();
	names = gz_names_create();
	settle();
	open_ports();
	rte_log_set_global_level(RTE_LOG_ERR);
	load_rules(rules);
	epoch = gz_epoch_create(1);
	return 0;
}

/* ---- one input ---- */

static void
forget(void *arg, const struct gz_event *e)
{
}

static void
drain(void *ring)
{
	while (gz_event_drain(ring, forget, NULL, 64) > 0)
		;
}

static void
carry(struct gz_worker *w)
{
	uint32_t idle = 0;

	gz_event_ring_lossless(gz_worker_ring(w), drain, gz_worker_ring(w));
	gz_worker_begin(w);
	while (idle < NB_IDLE_TURNS) {
		idle = gz_worker_turn(w) > 0 || input.size >= TURN_FRAMES ? 0 : idle + 1;
		if (nb_given == FRAMES_MOST)
			input.size = 0;
		drain(gz_worker_ring(w));
	}
	gz_worker_finish(w);
	drain(gz_worker_ring(w));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gz_worker_opts o = {
		.conf = conf, .ports = ports, .epoch = epoch, .nb_workers = 1, .replay = true
	};
	struct gz_worker *w;

	if (size < 1)
		return 0;
	gz_policy_publish(policies[data[0] & 1]);
	input = (struct fuzz_input){
		.data = data + 1, .size = (uint32_t)size - 1, .time_us = start_us
	};
	w = gz_worker_create(&o);
	if (w == NULL)
		die("no worker");
	carry(w);
	gz_worker_destroy(w);
	while (nb_given > 0)
		free(given[--nb_given]);
	return 0;
}
