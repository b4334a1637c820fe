/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "control_internal.h"
#include "reload_internal.h"

GZ_LOG_REGISTER(reload)

enum {
	LOADER_NICE = 10,
};

static const char *const state_names[] = {
	[GZ_RELOAD_IDLE] = "idle",
	[GZ_RELOAD_LOADING] = "loading",
	[GZ_RELOAD_BUILDING] = "building",
	[GZ_RELOAD_GRACE] = "grace",
	[GZ_RELOAD_FAILED] = "failed",
};

int
control_reload_open(struct gz_control *c)
{
	struct reload *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->fd < 0) {
		free(r);
		return -errno;
	}
	r->c = c;
	c->reload = r;
	return 0;
}

void
control_reload_close(struct gz_control *c)
{
	struct reload *r = c->reload;

	if (r == NULL)
		return;
	if (r->running)
		pthread_join(r->thread, NULL);
	if (r->built != NULL)
		gz_ruleset_destroy(r->built);
	if (r->conf != NULL)
		gz_conf_destroy(r->conf);
	gz_errors_clear(&r->errors);
	reload_forget_changes(r);
	close(r->fd);
	free(r);
	c->reload = NULL;
}

int
control_reload_fd(const struct gz_control *c)
{
	return c->reload->fd;
}

enum gz_reload_state
gz_reload_state(const struct gz_control *c)
{
	return (enum gz_reload_state)atomic_load(&c->reload->state);
}

/* The configuration, read from nothing as at the start. NULL with rows in r->errors. */
static struct gz_conf *
read_conf(struct reload *r)
{
	const struct gz_control_opts *o = &r->c->opts;
	uint32_t before = gz_errors_refusals(&r->errors);
	struct gz_conf *conf = gz_conf_read(o->conf_path, o->sets, o->nb_sets, &r->errors);

	if (gz_errors_refusals(&r->errors) == before)
		return conf;
	gz_conf_destroy(conf);
	return NULL;
}

/* The loader: all that takes time. What it touches is its own until it has ended. */
static void *
load(void *arg)
{
	struct reload *r = arg;
	const struct gz_conf *conf = r->c->conf;

	setpriority(PRIO_PROCESS, (id_t)gettid(), LOADER_NICE);
	if (r->what == GZ_RELOAD_CONFIG) {
		r->conf = read_conf(r);
		conf = r->conf;
	}
	if (conf != NULL) {
		atomic_store(&r->state, GZ_RELOAD_BUILDING);
		r->built = control_build_rules(r->c, conf, &r->report, &r->errors);
		r->holds = control_rules_hold(conf, r->built, &r->report);
	}
	eventfd_write(r->fd, 1);
	return NULL;
}

static void
begin(struct reload *r)
{
	int ret;

	r->what = r->asked - 1;
	r->who = r->asked_by;
	r->asked = 0;
	r->begun_us = gz_clock_wall_us();
	r->holds = false;
	memset(&r->report, 0, sizeof(r->report));
	gz_errors_clear(&r->errors);
	reload_forget_changes(r);
	control_notify_reloading();
	atomic_store(&r->state, GZ_RELOAD_LOADING);
	ret = pthread_create(&r->thread, NULL, load, r);
	r->running = ret == 0;
	if (ret == 0)
		return;
	gz_errors_add(&r->errors, (struct gz_place){ 0 }, "thread", "no thread for the loader: %s",
			strerror(ret));
	eventfd_write(r->fd, 1);
}

static bool
is_through(const struct reload *r)
{
	int state = atomic_load(&r->state);

	return state == GZ_RELOAD_IDLE || state == GZ_RELOAD_FAILED;
}

void
gz_reload_request(struct gz_control *c, enum gz_reload_what what, const char *who)
{
	struct reload *r = c->reload;

	r->asked = RTE_MAX(r->asked, (uint32_t)what + 1);
	r->asked_by = who;
	if (is_through(r))
		begin(r);
}

static void
fail(struct reload *r)
{
	char line[512] = "nothing was accepted";

	if (gz_errors_refusals(&r->errors) > 0)
		gz_error_format(&r->errors.v[0], line, sizeof(line));
	GZ_LOG(ERR, "reload by %s changed nothing: %s", r->who, line);
	if (r->built != NULL)
		gz_ruleset_destroy(r->built);
	if (r->conf != NULL)
		gz_conf_destroy(r->conf);
	r->built = NULL;
	r->conf = NULL;
	r->ended_us = gz_clock_wall_us();
	r->count++;
	atomic_store(&r->state, GZ_RELOAD_FAILED);
	control_notify_reloaded();
}

void
control_reload_turn(struct gz_control *c)
{
	struct reload *r = c->reload;
	eventfd_t count;

	eventfd_read(r->fd, &count);
	if (r->running)
		pthread_join(r->thread, NULL);
	r->running = false;
	if (!r->holds || (r->conf != NULL && reload_apply_conf(r) < 0)) {
		fail(r);
		return;
	}
	control_publish_rules(c, r->built, &r->report);
	r->built = NULL;
	r->count++;
	atomic_store(&r->state, GZ_RELOAD_GRACE);
	control_reload_tick(c);
}

void
control_reload_tick(struct gz_control *c)
{
	struct reload *r = c->reload;

	if (gz_epoch_poll(c->epoch) == 0 && atomic_load(&r->state) == GZ_RELOAD_GRACE) {
		r->ended_us = gz_clock_wall_us();
		atomic_store(&r->state, GZ_RELOAD_IDLE);
		GZ_LOG(NOTICE, "reload by %s: %u rules accepted, %u refused", r->who,
				r->report.accepted, r->report.refused);
		control_notify_reloaded();
	}
	if (is_through(r) && r->asked > 0)
		begin(r);
}

static void
show_report(const struct reload *r, struct gz_out *out)
{
	const struct gz_ruleset_report *p = &r->report;

	gz_out_u64(out, "accepted", p->accepted);
	gz_out_u64(out, "refused", p->refused);
	gz_out_u64(out, "unchanged", p->unchanged);
	gz_out_u64(out, "added", p->added);
	gz_out_u64(out, "removed", p->removed);
	gz_out_u64(out, "changed", p->changed);
	gz_out_u64(out, "databases", p->databases);
	gz_out_u64(out, "databases-cached", p->cached);
	gz_out_u64(out, "parse-ms", p->parse_ms);
	gz_out_u64(out, "build-ms", p->build_ms);
}

static void
show_errors(const struct reload *r, struct gz_out *out)
{
	char line[512];

	gz_out_table(out, "told", "what", NULL);
	for (uint32_t i = 0; i < r->errors.count; i++) {
		gz_error_format(&r->errors.v[i], line, sizeof(line));
		gz_out_row(out);
		gz_out_str(out, "what", line);
	}
	gz_out_table_end(out);
}

void
gz_reload_show(const struct gz_control *c, struct gz_out *out)
{
	const struct reload *r = c->reload;
	int state = atomic_load(&r->state);
	char buf[GZ_TIME_TEXT];

	gz_out_str(out, "state", state_names[state]);
	gz_out_u64(out, "count", r->count);
	if (r->begun_us == 0)
		return;
	gz_out_str(out, "what", r->what == GZ_RELOAD_CONFIG ? "config" : "rules");
	gz_out_str(out, "asked-by", r->who);
	gz_out_str(out, "begun", gz_time_text(r->begun_us, buf));
	if (!is_through(r) && state != GZ_RELOAD_GRACE)
		return;
	if (is_through(r))
		gz_out_u64(out, "took-ms", (r->ended_us - r->begun_us) / 1000);
	show_report(r, out);
	reload_show_changes(r, out);
	show_errors(r, out);
}
