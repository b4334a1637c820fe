/* SPDX-License-Identifier: BSD-3-Clause */

/* `gauze check`: every error of configuration and rules at once. */

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gz_control.h"
#include "gz_policy.h"
#include "gz_shell.h"

#include "reference.h"
#include "sub.h"

static const char help[] =
		"usage: gauze check [-c FILE] [--set NAME=VALUE]... [--rules FILE...]\n"
		"       gauze check --defaults | --reference\n"
		"\n"
		"Tell every error of a configuration and of rules, with file, line and column; count\n"
		"what was accepted, and what was refused by reason. Exit status 0 when all is well.\n"
		"\n"
		"  -c, --config FILE     the configuration to check\n"
		"  -s, --set NAME=VALUE  a setting, instead of the configuration's\n"
		"  -r, --rules FILE...   rules to check, instead of the configuration's\n"
		"  -H, --home-net LIST   $HOME_NET: CIDR,CIDR\n"
		"  -q, --quiet           counts only\n"
		"  -d, --defaults        print all settings with their defaults, as a file\n"
		"  -R, --reference       print what rules may say, as a page of Markdown\n"
		"  -h, --help            this text\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "set", required_argument, NULL, 's' },
	{ "rules", required_argument, NULL, 'r' },
	{ "home-net", required_argument, NULL, 'H' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "defaults", no_argument, NULL, 'd' },
	{ "reference", no_argument, NULL, 'R' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct check_words {
	const char *config, *home_net;
	struct words sets, rules;
	bool quiet, defaults, reference, help;
};

static bool
take_option(struct check_words *w, int o)
{
	switch (o) {
	case 'c':
		w->config = optarg;
		return true;
	case 's':
		words_add(&w->sets, optarg);
		return true;
	case 1:
	case 'r':
		words_add(&w->rules, optarg);
		return true;
	case 'H':
		w->home_net = optarg;
		return true;
	case 'q':
		w->quiet = true;
		return true;
	case 'd':
		w->defaults = true;
		return true;
	case 'R':
		w->reference = true;
		return true;
	case 'h':
		w->help = true;
		return true;
	default:
		return false;
	}
}

static bool
read_words(struct check_words *w, int argc, char **argv)
{
	int o;

	*w = (struct check_words){ 0 };
	while ((o = getopt_long(argc, argv, "-c:s:r:H:qdRh", options, NULL)) != -1)
		if (!take_option(w, o))
			return false;
	return w->defaults || w->reference || w->help || w->config != NULL || w->rules.n > 0 ||
			w->sets.n > 0;
}

/* A reason and how often it was given. */
struct tally {
	const char *reason;
	uint32_t count;
};

static int
by_count(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->reason, y->reason);
}

static void
tally_add(struct tally *v, uint32_t *n, const char *reason)
{
	for (uint32_t i = 0; i < *n; i++) {
		if (strcmp(v[i].reason, reason) != 0)
			continue;
		v[i].count++;
		return;
	}
	v[(*n)++] = (struct tally){ reason, 1 };
}

static void
print_reasons(const struct gz_errors *errors)
{
	struct tally *v = calloc(errors->count + 1, sizeof(*v));
	uint32_t n = 0;

	if (v == NULL)
		abort();
	for (uint32_t i = 0; i < errors->count; i++)
		if (!errors->v[i].warning)
			tally_add(v, &n,
					errors->v[i].reason != NULL ? errors->v[i].reason
								    : "other");
	qsort(v, n, sizeof(*v), by_count);
	for (uint32_t i = 0; i < n; i++)
		printf("%8" PRIu32 "  %s\n", v[i].count, v[i].reason);
	free(v);
}

/* Errors that only the readers of a configuration can find. */
static void
check_conf(const struct gz_conf *conf, bool is_appliance, struct gz_errors *errors)
{
	struct gz_policy *policy = gz_policy_build(conf, NULL, 0, errors);

	if (policy != NULL)
		gz_policy_destroy(policy);
	if (!is_appliance)
		return;
	gz_ports_check(conf, errors);
	gz_shell_check(conf, errors);
}

static void
check_rules(const struct gz_control_opts *opts, struct gz_errors *errors)
{
	struct gz_ruleset_report report = { 0 };
	struct gz_ruleset *rs;

	if (opts->nb_rules == 0 && gz_conf_strings(opts->conf, "rules.files") == 0)
		return;
	rs = gz_control_build_rules(opts, &report, errors);
	if (rs != NULL)
		gz_ruleset_destroy(rs);
	printf("rules: %" PRIu32 " accepted, %" PRIu32 " refused\n", report.accepted,
			report.refused);
}

static int
check(const struct check_words *w)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_control_opts opts = {
		.conf = gz_conf_read(w->config, w->sets.v, w->sets.n, &errors),
		.rules = w->rules.v,
		.nb_rules = w->rules.n,
		.home_net = w->home_net,
	};
	uint32_t refusals;

	check_conf(opts.conf, w->config != NULL, &errors);
	check_rules(&opts, &errors);
	gz_conf_destroy(opts.conf);
	print_reasons(&errors);
	refusals = gz_errors_refusals(&errors);
	if (!w->quiet)
		gz_errors_print(&errors, stderr);
	gz_errors_clear(&errors);
	return refusals > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run(int argc, char **argv)
{
	struct check_words w;
	int ret = EXIT_SUCCESS;

	if (!read_words(&w, argc, argv)) {
		fputs(help, stderr);
		ret = EXIT_BAD_WORDS;
	} else if (w.help) {
		fputs(help, stdout);
	} else if (w.defaults) {
		gz_conf_print_defaults(stdout);
	} else if (w.reference) {
		reference_print(stdout);
	} else {
		ret = check(&w);
	}
	words_free(&w.sets);
	words_free(&w.rules);
	return ret;
}

const struct sub sub_check = { "check", run, "tell every error of a configuration and of rules" };
