/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What is counted of each protocol: app_layer.flow.<name> and the like, by their
 * names in Suricata, which tells TCP and UDP apart where a protocol has both.
 */

#include <stdio.h>

#include <rte_debug.h>

#include "proto_internal.h"

static const struct {
	const char *what, *behind, *help;
} counted[GZ_NB_PROTO_STATS] = {
	[GZ_PROTO_STAT_FLOW] = { "flow", "", "flows found to speak it" },
	[GZ_PROTO_STAT_TX] = { "tx", "", "transactions of it" },
	[GZ_PROTO_STAT_GAP] = { "error", ".gap", "flows given up because bytes were lost" },
	[GZ_PROTO_STAT_PARSER] = { "error", ".parser", "flows that its parser gave up" },
};

static void
add_rows(struct gz_proto *p, struct gz_proto_stats *s, const char *l4)
{
	for (uint32_t i = 0; i < GZ_NB_PROTO_STATS; i++) {
		int len = snprintf(s->names[i], sizeof(s->names[i]), "app_layer.%s.%s%s%s",
				counted[i].what, p->reg.name, l4, counted[i].behind);

		RTE_VERIFY(len > 0 && (size_t)len < sizeof(s->names[i]));
		s->rows[i] = (struct gz_stat_row){ s->names[i], counted[i].help, false };
	}
	s->set.rows = s->rows;
	s->set.nb_rows = GZ_NB_PROTO_STATS;
	gz_stat_register(&s->set);
}

void
gz_proto_stats_register(struct gz_proto *p)
{
	bool both = p->l4 == (GZ_L4_TCP | GZ_L4_UDP);

	if (p->l4 & GZ_L4_TCP)
		add_rows(p, &p->stats[0], both ? "_tcp" : "");
	if (p->l4 & GZ_L4_UDP)
		add_rows(p, &p->stats[1], both ? "_udp" : "");
}

void
proto_count(const struct gz_app *app, const struct gz_proto *p, enum gz_proto_stat what)
{
	gz_stat_self[p->stats[app->flow->proto != IPPROTO_TCP].set.base + what]++;
}
