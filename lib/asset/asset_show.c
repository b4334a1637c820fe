/* SPDX-License-Identifier: BSD-3-Clause */

#include "gz_clock.h"
#include "gz_out.h"

#include "asset_internal.h"

static void
show_fact(void *arg, const struct gz_fact *f)
{
	char addr[GZ_ADDR_TEXT], time[GZ_TIME_TEXT];
	struct gz_out *o = arg;

	gz_out_row(o);
	gz_out_str(o, "server", f->server);
	gz_out_str(o, "address", gz_addr_text(&f->addr, addr));
	gz_out_u64(o, "port", f->port);
	gz_out_str(o, "product", f->product[0] != '\0' ? f->product : "unknown");
	gz_out_str(o, "version", f->version);
	gz_out_str(o, "package", f->package[0] != '\0' ? f->package : f->distro);
	gz_out_str(o, "confidence",
			f->product[0] != '\0' ? gz_confidence_grade(f->confidence) : "");
	gz_out_str(o, "last-seen", gz_time_text(f->last_us, time));
	gz_out_u64(o, "count", f->count);
	gz_out_str(o, "source", f->source);
	gz_out_str(o, "evidence", f->value);
}

void
gz_assets_show(struct gz_assets *a, const char *server, struct gz_out *o)
{
	gz_out_table(o, "assets", "server", "address", "port", "product", "version", "package",
			"confidence", "last-seen", "count", "source", "evidence", NULL);
	if (gz_assets_each(a, server, 0, show_fact, o) < 0)
		gz_out_error(o, "the store cannot be read");
	gz_out_table_end(o);
}
