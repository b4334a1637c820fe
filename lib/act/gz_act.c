/* SPDX-License-Identifier: BSD-3-Clause */

/* The end of a packet's path: out of the other port, or nowhere. */

#include <stdlib.h>

#include <rte_branch_prediction.h>

#include "gz_stat.h"

#include "act_internal.h"

enum {
	ACT_FORWARDED,
	ACT_FORWARDED_BYTES,
	ACT_DROPPED,
	ACT_DROPPED_BYTES,
};

static const struct gz_stat_row act_rows[] = {
	[ACT_FORWARDED] = { "act.forwarded", "packets sent on" },
	[ACT_FORWARDED_BYTES] = { "act.forwarded-bytes", "bytes sent on" },
	[ACT_DROPPED] = { "act.dropped", "packets dropped or rejected" },
	[ACT_DROPPED_BYTES] = { "act.dropped-bytes", "bytes dropped or rejected" },
};
GZ_STAT_REGISTER(act, act_rows)

static const char *const flows_words[] = { "start", "all", NULL };

static const struct gz_setting act_settings[] = {
	{ "drop.flows", GZ_SETTING_WORD, "all", .words = flows_words,
			.help = "drop events: one for each packet dropped (all), or for the first "
				"of a flow and direction (start)" },
	{ "reject.rate", GZ_SETTING_UINT, "1000", .max = 1000000, .unit = "packets",
			.help = "most resets and ICMP errors that a worker sends in a second" },
};
GZ_CONF_REGISTER(act_settings)

struct gz_act *
gz_act_create(const struct gz_act_opts *opts)
{
	struct gz_act *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->opts = *opts;
	a->all_drops = gz_conf_word(opts->conf, "drop.flows") == 1;
	a->reject_rate = (uint32_t)gz_conf_uint(opts->conf, "reject.rate");
	return a;
}

void
gz_act_destroy(struct gz_act *a)
{
	free(a);
}

static void
drop(struct gz_act *a, struct gz_pkt *p)
{
	GZ_STAT_ADD(act, ACT_DROPPED, 1);
	GZ_STAT_ADD(act, ACT_DROPPED_BYTES, p->len);
	if (p->verdict == GZ_REJECT)
		act_reject(a, p);
	act_drop_event(a, p);
	gz_port_free(a->opts.port, p);
}

void
gz_act_apply(struct gz_act *a, struct gz_pkt *p)
{
	if (unlikely(gz_pkt_is_stopped(p))) {
		drop(a, p);
		return;
	}
	GZ_STAT_ADD(act, ACT_FORWARDED, 1);
	GZ_STAT_ADD(act, ACT_FORWARDED_BYTES, p->len);
	gz_port_tx(a->opts.port, p);
}

void
gz_act_tell(struct gz_act *a, const struct gz_pkt *p)
{
	act_drop_event(a, p);
}
