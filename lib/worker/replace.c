/* SPDX-License-Identifier: BSD-3-Clause */

/* Rules with `replace`: the packet's bytes are changed once all has been judged and told as it came. */

#include "worker_internal.h"

enum {
	WORKER_REPLACED,
};

static const struct gz_stat_row replace_rows[] = {
	[WORKER_REPLACED] = { "detect.replaced", "packets in which a rule replaced bytes" },
};
GZ_STAT_REGISTER(replace, replace_rows)

/* A datagram put together leaves in its fragments, and what carries a tunnel has sums of its own. */
static bool
can_change(const struct gz_pkt *p)
{
	return (p->flags & (GZ_PKT_WHOLE | GZ_PKT_FRAGMENT | GZ_PKT_BAD)) == 0 && p->root == NULL;
}

void
worker_replace(struct gz_worker *w, struct gz_pkt *p)
{
	const struct gz_replace *v;
	uint32_t i, n;
	bool all = gz_detect_replaces(w->detect, &v, &n);

	if (likely(n == 0) || (p->flags & GZ_PKT_OBSERVE) != 0 || gz_pkt_is_stopped(p))
		return;
	if (!all || !can_change(p)) {
		gz_pkt_except(p, &w->exceptions, GZ_WHY_REPLACE);
		return;
	}
	for (i = 0; i < n; i++) {
		memcpy(p->data + p->payload_off + v[i].off, v[i].bytes, v[i].len);
		if (p->flow != NULL && (p->flags & GZ_PKT_TCP) != 0)
			gz_tcp_replaced(p, v[i].off, v[i].len);
	}
	gz_pkt_fix_checksums(p);
	GZ_STAT_ADD(replace, WORKER_REPLACED, 1);
}
