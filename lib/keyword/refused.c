/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_common.h>

#include "keyword_internal.h"

/*
 * Words of Suricata's rule language that are known and not taken, with what their rules are told. A name that
 * ends with a dot stands for all that begin with it. The keywords of protocols without a parser are in
 * not_yet.c.
 */
static const char scripts[] = "scripts are not run: say what the rule looks for by other keywords";
static const char imap[] = "IMAP is recognised, its commands are not read";
static const char ndpi[] = "nDPI is not built in: app-layer-protocol tells protocols";

static const struct gz_refused_keyword refused[] = {
	{ "dns.answer.name", "it is called dns.answers.rrname" },
	{ "dns.query.name", "it is called dns.queries.rrname" },
	{ "email.body_md5", "mails as a whole have no digest: their files have, see filemd5" },
	{ "flow.elephant", "the rates of flows are not measured" },
	{ "imap.", imap },
	{ "lua", scripts },
	{ "luajit", scripts },
	{ "luaxform", scripts },
	{ "ndpi-protocol", ndpi },
	{ "ndpi-risk", ndpi },
	{ "nfq_set_mark",
			"packets do not come from a netfilter queue, whose marks this would set" },
};

const struct gz_refused_keyword *
refused_find(const char *name)
{
	uint32_t i;
	size_t len;

	for (i = 0; i < RTE_DIM(refused); i++) {
		len = strlen(refused[i].name);
		if (strncmp(name, refused[i].name, len) == 0 &&
				(name[len] == '\0' || refused[i].name[len - 1] == '.'))
			return &refused[i];
	}
	return NULL;
}

const struct gz_refused_keyword *
gz_keyword_refused(uint32_t *n)
{
	*n = RTE_DIM(refused);
	return refused;
}
