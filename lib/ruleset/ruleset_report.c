/* SPDX-License-Identifier: BSD-3-Clause */
/* What is in a set, and what is different from the one before. */
#include <string.h>

#include "gz_out.h"

#include "ruleset_internal.h"

void
rs_report(const struct gz_ruleset *rs, const struct gz_ruleset *before,
		struct gz_ruleset_report *report)
{
	const struct gz_sig *s;
	int64_t old;
	uint32_t i, known = 0;

	report->accepted = rs->nb_rules;
	report->database_bytes = rs->database_bytes;
	report->databases = rs->databases;
	for (i = 0; i < rs->nb_rules; i++) {
		s = rs->sigs[i];
		old = before == NULL ? -1 : gz_ruleset_find(before, s->gid, s->sid);
		if (old < 0)
			report->added++;
		else if (strcmp(before->sigs[old]->text, s->text) == 0)
			report->unchanged++;
		else
			report->changed++;
		known += old >= 0;
	}
	report->removed = before == NULL ? 0 : before->nb_rules - known;
}

static const char *const l4_names[RS_NB_L4] = { "tcp", "udp", "sctp", "icmp", "icmpv6", "other",
	"no-ip" };
static const char *const dir_names[2] = { "to_server", "to_client" };

static uint32_t
searched(const struct rs_finder *f)
{
	uint32_t n = 0, k;

	for (k = 0; k < RS_SETS; k++)
		n += f->set[k] == NULL ? 0 : f->set[k]->count;
	return n;
}

static uint32_t
looked_up(const struct rs_finder *f)
{
	uint32_t n = 0, i, k;

	for (i = 0; i < f->nb_probes; i++)
		for (k = 0; k <= f->probes[i].mask; k++)
			n += f->probes[i].slots[k].n;
	return n;
}

static void
show_group(struct gz_out *out, const char *l4, const char *dir, const struct rs_group *g)
{
	gz_out_row(out);
	gz_out_str(out, "protocol", l4);
	gz_out_str(out, "direction", dir);
	gz_out_u64(out, "ports", g->nb_ports);
	gz_out_u64(out, "packet-rules", g->packet.n);
	gz_out_u64(out, "payload-rules", g->payload.n);
	gz_out_u64(out, "stream-rules", g->stream.n);
	gz_out_u64(out, "searched", searched(g->find));
	gz_out_u64(out, "looked-up", looked_up(g->find));
}

static void
show_groups(const struct gz_ruleset *rs, struct gz_out *out)
{
	uint32_t l4, dir, i;

	gz_out_table(out, "groups", "protocol", "direction", "ports", "packet-rules",
			"payload-rules", "stream-rules", "searched", "looked-up", NULL);
	for (l4 = 0; l4 < RS_NB_L4; l4++)
		for (dir = 0; dir < 2; dir++)
			for (i = 0; i < rs->nb_groups[l4][dir]; i++)
				show_group(out, l4_names[l4], dir_names[dir],
						&rs->group[l4][dir][i]);
	gz_out_table_end(out);
}

static void
show_app(const struct gz_ruleset *rs, struct gz_out *out, uint32_t proto, uint32_t dir)
{
	const struct rs_app *a = rs->app[2 * proto + dir];
	uint32_t i;

	for (i = 0; a != NULL && i < a->nb_scans; i++) {
		gz_out_row(out);
		gz_out_str(out, "protocol", gz_protos.by_name[proto]->name);
		gz_out_str(out, "direction", dir_names[dir]);
		gz_out_str(out, "field", rs->engines[a->scans[i].engine].field->name);
		gz_out_u64(out, "transforms", rs->engines[a->scans[i].engine].model->nb_transforms);
		gz_out_u64(out, "searched", searched(&a->scans[i].find));
		gz_out_u64(out, "looked-up", looked_up(&a->scans[i].find));
	}
}

static void
show_apps(const struct gz_ruleset *rs, struct gz_out *out)
{
	uint32_t i, dir;

	gz_out_table(out, "fields", "protocol", "direction", "field", "transforms", "searched",
			"looked-up", NULL);
	for (i = 0; i < rs->nb_protos; i++)
		for (dir = 0; dir < 2; dir++)
			show_app(rs, out, i, dir);
	gz_out_table_end(out);
}

void
gz_ruleset_show(const struct gz_ruleset *rs, struct gz_out *out)
{
	gz_out_u64(out, "generation", rs->generation);
	gz_out_u64(out, "rules", rs->nb_rules);
	gz_out_u64(out, "address-sets", rs->addrs.nb_sets);
	gz_out_u64(out, "address-classes", rs->addrs.nb_classes);
	gz_out_u64(out, "databases", rs->databases);
	gz_out_u64(out, "database-bytes", rs->database_bytes);
	show_groups(rs, out);
	show_apps(rs, out);
}
