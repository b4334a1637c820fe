/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RELOAD_INTERNAL_H
#define RELOAD_INTERNAL_H

#include "control_internal.h"

/** A setting that a new configuration changes. */
struct reload_change {
	char *name, *before, *after;
	bool live; /* else it waits for a restart */
	struct reload_change *next;
};

/** Control's, but what the loader writes while it runs. */
struct reload {
	struct gz_control *c;
	atomic_int state; /* enum gz_reload_state; the loader raises it */
	int fd; /* readable when the loader has ended */
	pthread_t thread;
	bool running;

	enum gz_reload_what what;
	const char *who;
	uint64_t begun_us, ended_us;
	uint64_t count; /* reloads that have published or failed */
	uint32_t asked; /* enum gz_reload_what + 1 asked for meanwhile; 0: nothing */
	const char *asked_by;

	/* written by the loader */
	struct gz_conf *conf; /* a new configuration */
	struct gz_ruleset *built;
	struct gz_ruleset_report report;
	struct gz_errors errors;
	bool holds;

	struct reload_change *changes;
};

/* reload_conf.c */

/** Put r->conf in force as far as that goes without a restart. 0, or -EINVAL told in r->errors, and
 * nothing has changed. */
int reload_apply_conf(struct reload *r);
void reload_show_changes(const struct reload *r, struct gz_out *out);
void reload_forget_changes(struct reload *r);

#endif /* RELOAD_INTERNAL_H */
