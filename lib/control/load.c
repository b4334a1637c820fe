/* SPDX-License-Identifier: BSD-3-Clause */

/* Rules: from the files that options or settings name to a set in force. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control_internal.h"

const char *
control_log_dir(const struct gz_control *c)
{
	return c->opts.log_dir != NULL ? c->opts.log_dir : gz_conf_string(c->conf, "log.directory");
}

const char *
control_data_dir(const struct gz_conf *conf)
{
	return gz_conf_string(conf, "paths.data");
}

/* The files by option, or by setting: pointers into either. */
static const char **
list_files(const struct gz_control_opts *o, const struct gz_conf *conf, uint32_t *n)
{
	uint32_t i, by_conf = gz_conf_strings(conf, "rules.files");
	const char **files;

	*n = o->nb_rules > 0 ? o->nb_rules : by_conf;
	files = calloc(*n + 1, sizeof(*files));
	if (files == NULL)
		abort();
	for (i = 0; i < *n; i++)
		files[i] = o->nb_rules > 0 ? o->rules[i]
					   : gz_conf_strings_at(conf, "rules.files", i);
	return files;
}

static struct gz_vars *
make_vars(const struct gz_control_opts *o, const struct gz_conf *conf, struct gz_errors *errors)
{
	struct gz_vars *vars = gz_vars_create(conf, errors);
	struct gz_place place = { "--home-net", 0, 0 };
	char *list;

	if (vars == NULL || o->home_net == NULL)
		return vars;
	list = malloc(strlen(o->home_net) + 3);
	if (list == NULL)
		abort();
	sprintf(list, o->home_net[0] == '[' || strcmp(o->home_net, "any") == 0 ? "%s" : "[%s]",
			o->home_net);
	if (gz_vars_set_addr(vars, "HOME_NET", list, place, errors) < 0) {
		gz_vars_destroy(vars);
		vars = NULL;
	}
	free(list);
	return vars;
}

static struct gz_ruleset *
build_with(const struct gz_control_opts *o, const struct gz_conf *conf, struct gz_ruleset_opts *r,
		struct gz_ruleset_report *report, struct gz_errors *errors)
{
	const char *cache = gz_conf_string(conf, "rules.cache");
	const char **files = list_files(o, conf, &r->nb_files);
	struct gz_ruleset *rs;

	r->files = files;
	r->cache_dir = *cache != '\0' ? cache : NULL;
	rs = gz_ruleset_build(r, gz_ruleset_live(), report, errors);
	free(files);
	return rs;
}

/* What rules refer to by name, made for this build alone but for @p names. */
int
control_check_vars(const struct gz_control *c, struct gz_errors *errors)
{
	struct gz_vars *vars = make_vars(&c->opts, c->conf, errors);

	if (vars == NULL)
		return -EINVAL;
	gz_vars_destroy(vars);
	return 0;
}

static struct gz_ruleset *
build(const struct gz_control_opts *o, const struct gz_conf *conf, struct gz_names *names,
		uint32_t nb_workers, struct gz_ruleset_report *report, struct gz_errors *errors)
{
	struct gz_classes *classes = gz_classes_create(conf, errors);
	struct gz_vars *vars = make_vars(o, conf, errors);
	struct gz_limits *limits = gz_limits_create(conf, vars, errors);
	struct gz_reputation *reputation = gz_reputation_create(conf, errors);
	struct gz_geo *geo = gz_geo_create(conf, errors);
	const struct gz_sig_env env = {
		.vars = vars,
		.classes = classes,
		.names = names,
		.limits = limits,
		.reputation = reputation,
		.geo = geo,
		.stores_files = gz_conf_bool(conf, "file-store.enabled"),
		.stores_certs = gz_conf_bool(conf, "tls-store.enabled"),
	};
	struct gz_ruleset_opts r = { .nb_workers = nb_workers, .env = &env };
	struct gz_ruleset *rs = NULL;

	if (vars != NULL && classes != NULL)
		rs = build_with(o, conf, &r, report, errors);
	gz_limits_destroy(limits);
	gz_reputation_destroy(reputation);
	gz_geo_destroy(geo);
	if (vars != NULL)
		gz_vars_destroy(vars);
	if (classes != NULL)
		gz_classes_destroy(classes);
	return rs;
}

struct gz_ruleset *
control_build_rules(const struct gz_control *c, const struct gz_conf *conf,
		struct gz_ruleset_report *report, struct gz_errors *errors)
{
	return build(&c->opts, conf, c->names, c->nb_workers, report, errors);
}

struct gz_ruleset *
gz_control_build_rules(const struct gz_control_opts *opts, struct gz_ruleset_report *report,
		struct gz_errors *errors)
{
	struct gz_names *names = gz_names_create();
	struct gz_ruleset *rs = build(opts, opts->conf, names, 1, report, errors);

	gz_names_destroy(names);
	return rs;
}

bool
control_rules_hold(const struct gz_conf *conf, const struct gz_ruleset *rs,
		const struct gz_ruleset_report *report)
{
	if (rs == NULL || (report->refused > 0 && report->accepted == 0))
		return false;
	return report->refused == 0 || !gz_conf_bool(conf, "rules.strict");
}

static void
free_rules(void *rs)
{
	gz_ruleset_destroy(rs);
}

void
control_publish_rules(
		struct gz_control *c, struct gz_ruleset *rs, const struct gz_ruleset_report *report)
{
	struct gz_ruleset *old = gz_ruleset_publish(rs);

	c->rules_report = *report;
	if (old != NULL && gz_epoch_retire(c->epoch, old, free_rules) < 0)
		abort(); /* as control may, without memory */
}
