/* SPDX-License-Identifier: BSD-3-Clause */

/* Start everything in order, and stop it in reverse. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "control_internal.h"

GZ_LOG_REGISTER(control)

enum {
	CONTROL_RING_BYTES = 1 << 20,
};

static const struct gz_place nowhere = { NULL, 0, 0 };

/* Signals are read from a descriptor; threads made later inherit that. */
static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int
open_ground(struct gz_control *c, struct gz_errors *errors)
{
	int ret = control_eal_start(c, errors);

	if (ret < 0)
		return ret;
	c->stat = gz_stat_block_create("control");
	c->ring = gz_event_ring_create(CONTROL_RING_BYTES);
	c->names = gz_names_create();
	c->epoch = gz_epoch_create(c->nb_workers);
	if (c->stat != NULL && c->ring != NULL && c->names != NULL && c->epoch != NULL)
		return 0;
	gz_errors_add(errors, nowhere, "memory", "no memory");
	return -ENOMEM;
}

static int
open_rules(struct gz_control *c, struct gz_errors *errors)
{
	struct gz_ruleset_report report = { 0 };
	struct gz_ruleset *rs;

	if (c->opts.nb_rules == 0 && gz_conf_strings(c->conf, "rules.files") == 0)
		return control_check_vars(c, errors);
	rs = control_build_rules(c, c->conf, &report, errors);
	if (rs == NULL)
		return -EINVAL;
	if (!c->replay && !control_rules_hold(c->conf, rs, &report)) {
		gz_ruleset_destroy(rs);
		return -EINVAL;
	}
	control_publish_rules(c, rs, &report);
	return 0;
}

static const char *
wire_name(void *arg, uint16_t wire)
{
	const struct gz_control *c = arg;

	return c->replay ? NULL : gz_ports_wire_name(c->ports, wire);
}

static int
open_store(struct gz_control *c, struct gz_errors *errors)
{
	const struct gz_store_opts o = {
		.conf = c->conf,
		.log_dir = control_log_dir(c),
		.nb_workers = c->nb_workers,
		.replay = c->replay,
	};

	return gz_store_open(&o, &c->store, errors);
}

static int
open_workers(struct gz_control *c, struct gz_errors *errors)
{
	struct gz_worker_opts o = {
		.conf = c->conf,
		.ports = c->ports,
		.epoch = c->epoch,
		.store = c->store,
		.nb_workers = c->nb_workers,
		.replay = c->replay,
	};

	for (; o.id < c->nb_workers; o.id++) {
		c->worker[o.id] = gz_worker_create(&o);
		if (c->worker[o.id] != NULL)
			continue;
		gz_errors_add(errors, nowhere, "memory", "no memory for worker %u: %s", o.id,
				rte_strerror(rte_errno));
		return -ENOMEM;
	}
	return 0;
}

/* A folder of the command's own gets the events, wherever a file of settings sends them. */
static void
keep_events_in_log_dir(struct gz_control *c, struct gz_errors *errors)
{
	struct gz_place place = gz_conf_place(c->conf, "eve.path");

	if (c->opts.log_dir != NULL && place.file != NULL && strcmp(place.file, "--set") != 0)
		gz_conf_set(c->conf, "eve.path=eve.json", errors);
}

static int
open_speech(struct gz_control *c, struct gz_errors *errors)
{
	const struct gz_sink_names names = { wire_name, c };

	keep_events_in_log_dir(c, errors);
	c->sinks = gz_sinks_open(c->conf, control_log_dir(c), &names, errors);
	if (c->sinks == NULL)
		return -EINVAL;
	if (c->replay) {
		control_want(c);
		return 0;
	}
	if (control_protect_open(c, errors) < 0 ||
			(c->assets != NULL && control_inbox_open(c) < 0) ||
			control_reload_open(c) < 0 || control_watch_open(c, errors) < 0)
		return -EINVAL;
	control_want(c);
	c->shell = gz_shell_open(c->conf, c, errors);
	return c->shell == NULL ? -EINVAL : 0;
}

static int
open_all(struct gz_control *c, struct gz_errors *errors)
{
	int ret = open_ground(c, errors);

	if (ret < 0)
		return ret;
	c->ports = gz_ports_open(c->conf, c->opts.replay, c->nb_workers, errors);
	if (c->ports == NULL)
		return -ENODEV;
	ret = gz_control_new_policy(c, errors);
	if (ret == 0)
		ret = open_rules(c, errors);
	if (ret == 0)
		ret = open_store(c, errors);
	if (ret == 0)
		ret = open_workers(c, errors);
	if (ret == 0)
		ret = open_speech(c, errors);
	if (ret == 0 && c->patches != NULL)
		ret = gz_control_new_policy(c, errors);
	return ret;
}

struct gz_control *
gz_control_open(const struct gz_control_opts *opts, struct gz_errors *errors)
{
	struct gz_control *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->opts = *opts;
	c->conf = opts->conf;
	c->replay = opts->replay != NULL;
	c->started_us = gz_clock_wall_us();
	if (!c->replay)
		block_signals();
	if (open_all(c, errors) == 0)
		return c;
	if (gz_errors_refusals(errors) == 0)
		gz_errors_add(errors, nowhere, "start", "it does not start");
	gz_control_close(c);
	return NULL;
}

static void
close_rules(struct gz_control *c)
{
	struct gz_ruleset *rs = gz_ruleset_publish(NULL);
	struct gz_policy *policy = gz_policy_publish(NULL);

	if (rs != NULL)
		gz_ruleset_destroy(rs);
	if (policy != NULL)
		gz_policy_destroy(policy);
	if (c->epoch != NULL)
		gz_epoch_destroy(c->epoch);
	if (c->names != NULL)
		gz_names_destroy(c->names);
}

void
gz_control_close(struct gz_control *c)
{
	if (c->shell != NULL)
		gz_shell_close(c->shell);
	control_watch_close(c);
	control_reload_close(c);
	control_inbox_close(c);
	control_protect_close(c);
	if (c->sinks != NULL)
		gz_sinks_close(c->sinks);
	control_mail_close(c);
	for (uint32_t i = 0; i < c->nb_workers; i++)
		gz_worker_destroy(c->worker[i]);
	gz_store_close(c->store);
	if (c->ports != NULL)
		gz_ports_close(c->ports);
	close_rules(c);
	if (c->ring != NULL)
		gz_event_ring_destroy(c->ring);
	if (c->stat != NULL)
		gz_stat_block_destroy(c->stat);
	if (c->has_eal)
		rte_eal_cleanup();
	gz_conf_destroy(c->conf);
	free(c);
}

const struct gz_conf *
gz_control_conf(const struct gz_control *c)
{
	return c->conf;
}

struct gz_ports *
gz_control_ports(const struct gz_control *c)
{
	return c->ports;
}

uint32_t
gz_control_workers(const struct gz_control *c)
{
	return c->nb_workers;
}

struct gz_worker *
gz_control_worker(const struct gz_control *c, uint32_t i)
{
	return c->worker[i];
}

uint64_t
gz_control_started_us(const struct gz_control *c)
{
	return c->started_us;
}

struct gz_assets *
gz_control_assets(const struct gz_control *c)
{
	return c->assets;
}

struct gz_patches *
gz_control_patches(const struct gz_control *c)
{
	return c->patches;
}
