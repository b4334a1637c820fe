/* SPDX-License-Identifier: BSD-3-Clause */

/* A new configuration: what of it can change now does; what cannot is named. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reload_internal.h"

static char *
copy(const char *s)
{
	char *c = strdup(s != NULL ? s : "");

	if (c == NULL)
		abort();
	return c;
}

static void
note_change(void *arg, const char *name, const char *before, const char *after,
		const struct gz_setting *row)
{
	struct reload_change *change = calloc(1, sizeof(*change));
	struct reload *r = arg;

	if (change == NULL)
		abort();
	change->name = copy(name);
	change->before = copy(before);
	change->after = copy(after);
	change->live = row->live;
	change->next = r->changes;
	r->changes = change;
}

void
reload_forget_changes(struct reload *r)
{
	struct reload_change *change;

	while ((change = r->changes) != NULL) {
		r->changes = change->next;
		free(change->name);
		free(change->before);
		free(change->after);
		free(change);
	}
}

void
reload_show_changes(const struct reload *r, struct gz_out *out)
{
	if (r->what != GZ_RELOAD_CONFIG)
		return;
	gz_out_table(out, "settings", "name", "before", "after", "in-force", NULL);
	for (const struct reload_change *change = r->changes; change != NULL;
			change = change->next) {
		gz_out_row(out);
		gz_out_str(out, "name", change->name);
		gz_out_str(out, "before", change->before);
		gz_out_str(out, "after", change->after);
		gz_out_str(out, "in-force", change->live ? "now" : "after a restart");
	}
	gz_out_table_end(out);
}

int
reload_apply_conf(struct reload *r)
{
	struct gz_control *c = r->c;
	struct gz_conf *before = c->conf;

	gz_conf_diff(before, r->conf, note_change, r);
	c->conf = r->conf;
	if (gz_control_new_policy(c, &r->errors) < 0) {
		c->conf = before;
		return -EINVAL;
	}
	if (c->patches != NULL &&
			gz_patches_reload(c->patches, c->conf, control_data_dir(c->conf),
					&r->errors) < 0) {
		c->conf = before;
		gz_control_new_policy(c, &r->errors);
		return -EINVAL;
	}
	gz_conf_destroy(before);
	r->conf = NULL;
	return 0;
}
