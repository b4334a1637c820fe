/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include "gz_clock.h"
#include "gz_out.h"

#include "patch_internal.h"

static bool
is_shown(const struct patch *x, const char *filter)
{
	return filter == NULL || strcmp(x->server, filter) == 0 || strcasecmp(x->cve, filter) == 0;
}

static void
show_row(const struct patch *x, struct gz_out *o)
{
	char time[GZ_TIME_TEXT];

	gz_out_row(o);
	gz_out_str(o, "server", x->server);
	gz_out_str(o, "cve", x->cve);
	gz_out_str(o, "product", x->product);
	gz_out_str(o, "state", gz_patch_state_name(x->state));
	gz_out_str(o, "since", gz_time_text(x->since_us, time));
	gz_out_str(o, "verdict", verdict_name(x->verdict));
	gz_out_str(o, "confidence", gz_confidence_grade(x->confidence));
	gz_out_str(o, "exploited", x->vuln != NULL && x->vuln->exploited ? "yes" : "no");
	gz_out_u64(o, "hits", x->hits);
	gz_out_u64(o, "transactions", x->transactions);
	gz_out_str(o, "evidence", x->evidence);
}

static void
show_steps(struct gz_patches *p, const struct patch *x, struct gz_out *o)
{
	char time[GZ_TIME_TEXT];

	sqlite3_bind_text(p->steps, 1, x->server, -1, SQLITE_STATIC);
	sqlite3_bind_text(p->steps, 2, x->cve, -1, SQLITE_STATIC);
	while (sqlite3_step(p->steps) == SQLITE_ROW) {
		gz_out_row(o);
		gz_out_str(o, "server", x->server);
		gz_out_str(o, "cve", x->cve);
		gz_out_str(o, "time",
				gz_time_text((uint64_t)sqlite3_column_int64(p->steps, 0), time));
		gz_out_str(o, "from", patch_from_name(sqlite3_column_int(p->steps, 1)));
		gz_out_str(o, "to",
				gz_patch_state_name((enum gz_patch_state)sqlite3_column_int(
						p->steps, 2)));
		gz_out_str(o, "why", (const char *)sqlite3_column_text(p->steps, 3));
	}
	sqlite3_reset(p->steps);
}

void
gz_patches_show(struct gz_patches *p, const char *filter, struct gz_out *o)
{
	gz_out_table(o, "patches", "server", "cve", "product", "state", "since", "verdict",
			"confidence", "exploited", "hits", "transactions", "evidence", NULL);
	for (const struct patch *x = p->first; x != NULL; x = x->next)
		if (is_shown(x, filter))
			show_row(x, o);
	gz_out_table_end(o);
	if (filter == NULL)
		return;
	gz_out_table(o, "steps", "server", "cve", "time", "from", "to", "why", NULL);
	for (const struct patch *x = p->first; x != NULL; x = x->next)
		if (is_shown(x, filter))
			show_steps(p, x, o);
	gz_out_table_end(o);
}
