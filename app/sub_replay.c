/* SPDX-License-Identifier: BSD-3-Clause */

/* `gauze replay`: the same pipeline on a capture. */

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gz_control.h"
#include "gz_pkt.h"
#include "gz_shell.h"
#include "gz_stat.h"

#include "sub.h"

enum {
	BAR_WIDTH = 50,
};

static const char help[] =
		"usage: gauze replay CAPTURE [--rules FILE...] [OPTION]...\n"
		"\n"
		"Read a capture (pcap or pcapng) as if it came over a wire, as fast as it goes.\n"
		"\n"
		"  -r, --rules FILE...     files of rules\n"
		"  -l, --log DIR           where events are written, as DIR/eve.json (default: .)\n"
		"  -H, --home-net LIST     $HOME_NET: CIDR,CIDR\n"
		"  -m, --mode MODE         detect (default) or prevent: drop what rules drop\n"
		"  -k, --checksums WHAT    ignore (default), or verify as a server would\n"
		"  -o, --write FILE        a capture of what would have left the wire\n"
		"  -w, --workers N         workers (default: 1)\n"
		"  -x, --show WHAT         at the end, what the shell's `show WHAT` says: pipeline,\n"
		"                          memory, stats json ...; may be given again\n"
		"  -c, --config FILE       a configuration (default: none)\n"
		"  -s, --set NAME=VALUE    a setting, instead of the configuration's\n"
		"  -h, --help              this text\n"
		"\n"
		"Exit status 0 when all of the capture was processed, even if rules were refused or\n"
		"its last record is cut off; 1 when it is damaged and its rest could not be read.\n";

static const struct option options[] = {
	{ "rules", required_argument, NULL, 'r' },
	{ "log", required_argument, NULL, 'l' },
	{ "home-net", required_argument, NULL, 'H' },
	{ "mode", required_argument, NULL, 'm' },
	{ "checksums", required_argument, NULL, 'k' },
	{ "write", required_argument, NULL, 'o' },
	{ "workers", required_argument, NULL, 'w' },
	{ "show", required_argument, NULL, 'x' },
	{ "config", required_argument, NULL, 'c' },
	{ "set", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct replay_words {
	struct gz_replay replay;
	const char *config, *log, *home_net;
	struct words rules, sets, shows;
	char mode[64], checksums[64], workers[64]; /* as settings */
	bool help;
};

/* A word without a dash: another file of rules after --rules, else the capture. */
static bool
take_file(struct replay_words *w, const char *word, bool after_rules)
{
	if (after_rules) {
		words_add(&w->rules, word);
		return true;
	}
	if (w->replay.path != NULL) {
		fprintf(stderr, "gauze: %s: only one capture at a time\n", word);
		return false;
	}
	w->replay.path = word;
	return true;
}

static bool
take_option(struct replay_words *w, int o)
{
	switch (o) {
	case 'r':
		words_add(&w->rules, optarg);
		return true;
	case 'l':
		w->log = optarg;
		return true;
	case 'H':
		w->home_net = optarg;
		return true;
	case 'm':
		snprintf(w->mode, sizeof(w->mode), "policy.mode=%s", optarg);
		return true;
	case 'k':
		snprintf(w->checksums, sizeof(w->checksums), "decode.checksums=%s", optarg);
		return true;
	case 'o':
		w->replay.write_path = optarg;
		return true;
	case 'w':
		snprintf(w->workers, sizeof(w->workers), "worker.count=%s", optarg);
		return true;
	case 'x':
		words_add(&w->shows, optarg);
		return true;
	case 'c':
		w->config = optarg;
		return true;
	case 's':
		words_add(&w->sets, optarg);
		return true;
	case 'h':
		w->help = true;
		return true;
	default:
		return false;
	}
}

static bool
read_words(struct replay_words *w, int argc, char **argv)
{
	bool after_rules = false;
	int o;

	*w = (struct replay_words){
		.log = ".",
		.workers = "worker.count=1",
		.checksums = "decode.checksums=ignore",
	};
	while ((o = getopt_long(argc, argv, "-r:l:H:m:k:o:w:x:c:s:h", options, NULL)) != -1) {
		if (o == 1 ? !take_file(w, optarg, after_rules) : !take_option(w, o))
			return false;
		after_rules = o == 'r' || (o == 1 && after_rules);
	}
	if (w->help)
		return true;
	if (w->mode[0] != '\0')
		words_add(&w->sets, w->mode);
	words_add(&w->sets, w->checksums);
	words_add(&w->sets, w->workers);
	if (w->replay.path == NULL)
		fprintf(stderr, "gauze: which capture? It stands before --rules\n");
	return w->replay.path != NULL;
}

static void
show_progress(void *arg, double share)
{
	int filled = (int)(share * BAR_WIDTH);

	(void)arg;
	fprintf(stderr, "\r[%.*s%*s] %3d%%", filled,
			"##################################################", BAR_WIDTH - filled,
			"", (int)(share * 100));
}

static void
print_drops(void)
{
	uint64_t n;
	int row;

	for (uint32_t i = 0; i < GZ_NB_WHYS; i++) {
		char name[64];

		snprintf(name, sizeof(name), "drop.%s", gz_whys[i].name);
		row = gz_stat_find(name);
		n = row < 0 ? 0 : gz_stat_sum((uint32_t)row);
		if (n > 0)
			printf("  %-24s %12" PRIu64 "  %s\n", gz_whys[i].name, n, gz_whys[i].help);
	}
}

static void
print_summary(const struct gz_replay_result *r)
{
	double seconds = r->seconds > 0 ? r->seconds : 1e-6;

	printf("packets    %12" PRIu64 "\n", r->packets);
	printf("bytes      %12" PRIu64 "\n", r->bytes);
	printf("flows      %12" PRIu64 "\n", r->flows);
	printf("alerts     %12" PRIu64 "\n", r->alerts);
	printf("forwarded  %12" PRIu64 "\n", r->forwarded);
	printf("dropped    %12" PRIu64 "\n", r->dropped);
	print_drops();
	printf("seconds    %12.3f\n", r->seconds);
	printf("Gbit/s     %12.3f\n", (double)r->bytes * 8 / seconds / 1e9);
}

/* The shell's commands know what there is to see. */
static void
print_shows(struct gz_control *c, const struct words *shows)
{
	char line[256];
	size_t len;
	struct gz_out *out;
	const char *text;

	for (uint32_t i = 0; i < shows->n; i++) {
		snprintf(line, sizeof(line), "show %s", shows->v[i]);
		gz_shell_line(c, line, &out);
		text = gz_out_finish(out, &len);
		fwrite(text, 1, len, stdout);
		gz_out_destroy(out);
	}
}

/* Who replays a capture wants to see what was found, unless it was said otherwise. */
static void
tell_all(struct gz_conf *conf, struct gz_errors *errors)
{
	static const char *const names[] = { "alert.payload", "alert.packet" };
	char set[64];

	for (uint32_t i = 0; conf != NULL && i < RTE_DIM(names); i++) {
		snprintf(set, sizeof(set), "%s=true", names[i]);
		if (!gz_conf_given(conf, names[i]))
			gz_conf_set(conf, set, errors);
	}
}

static int
replay_capture(struct replay_words *w)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	bool terminal = isatty(STDERR_FILENO) == 1;
	struct gz_replay_result result;
	struct gz_conf *conf = conf_read(w->config, &w->sets, &errors);
	struct gz_control_opts opts = {
		.conf = conf,
		.rules = w->rules.v,
		.nb_rules = w->rules.n,
		.home_net = w->home_net,
		.log_dir = w->log,
		.replay = &w->replay,
		.progress = terminal ? show_progress : NULL,
	};
	struct gz_control *c;

	tell_all(conf, &errors);
	c = opts.conf != NULL ? gz_control_open(&opts, &errors) : NULL;
	errors_tell(&errors);
	if (c == NULL)
		return EXIT_FAILURE;
	gz_control_replay(c, &result);
	if (terminal)
		fputs("\r\033[K", stderr);
	print_summary(&result);
	print_shows(c, &w->shows);
	if (result.broken != NULL)
		fprintf(stderr, "gauze: %s: %s\n", w->replay.path, result.broken);
	gz_control_close(c);
	return result.broken != NULL && !result.cut ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run(int argc, char **argv)
{
	struct replay_words w;
	int ret;

	if (!read_words(&w, argc, argv)) {
		fputs(help, stderr);
		ret = EXIT_BAD_WORDS;
	} else if (w.help) {
		fputs(help, stdout);
		ret = EXIT_SUCCESS;
	} else {
		ret = replay_capture(&w);
	}
	words_free(&w.rules);
	words_free(&w.sets);
	words_free(&w.shows);
	return ret;
}

const struct sub sub_replay = { "replay", run, "inspect a capture as if it came over a wire" };
