/* SPDX-License-Identifier: BSD-3-Clause */

#include "patch_internal.h"

static struct gz_event_type patch_event = {
	.reg = { .name = "patch" },
	.help = "a step in the life of a virtual patch, with its evidence",
};
GZ_REGISTER(gz_event_types, patch_event)

enum {
	TEXT_MOST = 4096,
};

void
patch_tell(struct gz_patches *p, const struct patch *x, const char *from, const char *what,
		const char *why, uint64_t now_us)
{
	struct gz_event *e = gz_event_begin(p->ring, &patch_event, TEXT_MOST);
	struct gz_json *j;

	if (e == NULL)
		return;
	e->time_us = now_us;
	j = gz_event_json(p->ring);
	gz_json_object(j, "patch");
	gz_json_str(j, "server", x->server);
	gz_json_str(j, "cve", x->cve);
	gz_json_str(j, "product", x->product);
	gz_json_str(j, "step", what);
	gz_json_str(j, "from", from);
	gz_json_str(j, "why", why);
	gz_json_str(j, "verdict", verdict_name(x->verdict));
	gz_json_str(j, "confidence", gz_confidence_grade(x->confidence));
	gz_json_str(j, "evidence", x->evidence);
	gz_json_bool(j, "by_owner", x->ordered);
	gz_json_u64(j, "hits", x->hits);
	if (x->vuln != NULL) {
		gz_json_bool(j, "exploited", x->vuln->exploited);
		gz_json_array(j, "rules");
		for (uint32_t i = 0; i < x->vuln->nb_sids; i++)
			gz_json_u64(j, NULL, x->vuln->sids[i]);
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
	gz_event_commit(p->ring);
}
