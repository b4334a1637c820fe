/* SPDX-License-Identifier: BSD-3-Clause */

/* `gauze run`: the appliance. */

#include <getopt.h>
#include <stdlib.h>

#include "gz_control.h"

#include "sub.h"

static const char help
		[] = "usage: gauze run [-c FILE] [--set NAME=VALUE]...\n"
		     "\n"
		     "Carry packets between the ports of each wire, until SIGTERM or SIGINT.\n"
		     "\n"
		     "  -c, --config FILE     the configuration (default: " GZ_CONFDIR
		     "/gauze.cfg)\n"
		     "  -s, --set NAME=VALUE  a setting, instead of the configuration's\n"
		     "  -h, --help            this text\n"
		     "\n"
		     "SIGHUP reloads configuration and rules; SIGUSR1 opens log files anew.\n"
		     "`gauze check --defaults` prints all settings, `gauze shell` talks to it.\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "set", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct run_words {
	const char *config;
	struct words sets;
	bool help;
};

static bool
read_words(struct run_words *w, int argc, char **argv)
{
	int o;

	*w = (struct run_words){ .config = GZ_CONFDIR "/gauze.cfg" };
	while ((o = getopt_long(argc, argv, "c:s:h", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			w->config = optarg;
			break;
		case 's':
			words_add(&w->sets, optarg);
			break;
		case 'h':
			w->help = true;
			break;
		default:
			return false;
		}
	}
	return optind == argc;
}

static int
run_appliance(const struct run_words *w)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_control_opts opts = {
		.conf = conf_read(w->config, &w->sets, &errors),
		.conf_path = w->config,
		.sets = w->sets.v,
		.nb_sets = w->sets.n,
	};
	struct gz_control *c;
	int ret;

	c = opts.conf != NULL ? gz_control_open(&opts, &errors) : NULL;
	errors_tell(&errors);
	if (c == NULL)
		return EXIT_FAILURE;
	ret = gz_control_run(c);
	gz_control_close(c);
	return ret < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run(int argc, char **argv)
{
	struct run_words w;
	int ret;

	if (!read_words(&w, argc, argv)) {
		fputs(help, stderr);
		ret = EXIT_BAD_WORDS;
	} else if (w.help) {
		fputs(help, stdout);
		ret = EXIT_SUCCESS;
	} else {
		ret = run_appliance(&w);
	}
	words_free(&w.sets);
	return ret;
}

const struct sub sub_run = { "run", run, "carry and inspect packets: the appliance" };
