/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_debug.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

static const struct gz_setting ctx_settings[] = {
	{ "keyword.counts", GZ_SETTING_UINT, "262144", .min = 256, .max = 1 << 26,
			.unit = "records",
			.help = "counts kept for threshold and detection_filter, all workers "
				"together; the one not needed for the longest time makes room" },
	{ "keyword.host-bits", GZ_SETTING_UINT, "262144", .min = 256, .max = 1 << 26,
			.unit = "records",
			.help = "bits of addresses (xbits, hostbits) kept, all workers together" },
};
GZ_CONF_REGISTER(ctx_settings)

static uint32_t
share(const struct gz_conf *conf, const char *name, uint32_t nb_workers)
{
	uint64_t all = conf == NULL ? 4096 : gz_conf_uint(conf, name);

	return (uint32_t)(all / (nb_workers == 0 ? 1 : nb_workers)) + 1;
}

struct gz_keyword_ctx *
gz_keyword_ctx_create(const struct gz_conf *conf, struct gz_mem *mem, uint32_t nb_workers)
{
	struct gz_keyword_ctx *c = gz_sig_alloc(sizeof(*c));

	c->mem = mem;
	c->regex = gz_regex_work_create();
	RTE_VERIFY(c->regex != NULL);
	c->counts = table_create(mem, share(conf, "keyword.counts", nb_workers));
	c->hosts = table_create(mem, share(conf, "keyword.host-bits", nb_workers));
	c->decoded = gz_sig_alloc(GZ_EVAL_B64);
	c->captures = gz_sig_alloc(GZ_EVAL_CAPTURES * sizeof(*c->captures));
	c->pkt_vars = gz_sig_alloc(PKT_VARS * sizeof(*c->pkt_vars));
	return c;
}

void
gz_keyword_ctx_destroy(struct gz_keyword_ctx *c)
{
	if (c == NULL)
		return;
	gz_regex_work_destroy(c->regex);
	table_destroy(c->counts);
	table_destroy(c->hosts);
	free(c->decoded);
	free(c->captures);
	free(c->pkt_vars);
	free(c);
}

bool
gz_keyword_forgot(struct gz_keyword_ctx *c)
{
	bool forgot = c->forgot;

	if (unlikely(table_forgot(c->counts)))
		forgot = true;
	if (unlikely(table_forgot(c->hosts)))
		forgot = true;
	c->forgot = false;
	return forgot;
}

void
gz_keyword_ctx_use(struct gz_keyword_ctx *c, struct gz_eval *e)
{
	e->ctx = c;
	e->regex = c->regex;
}
