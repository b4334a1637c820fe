/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_common.h>

#include "keyword_internal.h"

/*
 * Which files are worth keeping. There is no store of files: as where Suricata
 * runs without one, the rule detects what it says, and the events of files tell
 * that nothing was stored. Whoever loads such a rule is told.
 */

static bool
is_one_of(struct gz_span word, const char *const *words, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (text_is(word, words[i]))
			return true;
	}
	return false;
}

static const char *
filestore_parse(struct gz_sig_builder *b, const char *value)
{
	static const char *const sides[] = { "request", "to_server", "response", "to_client",
		"both" };
	static const char *const scopes[] = { "file", "tx", "ssn", "flow" };
	struct gz_span rest = value == NULL ? gz_span(NULL, 0) : text_unquoted(value), word;

	if (text_next(&rest, &word) && !is_one_of(word, sides, RTE_DIM(sides)))
		return gz_sig_error_at(b, word.p,
				"expected request, to_server, response, to_client or both");
	if (text_next(&rest, &word) && !is_one_of(word, scopes, RTE_DIM(scopes)))
		return gz_sig_error_at(b, word.p, "expected file, tx, ssn or flow");
	gz_errors_warn(b->errors, gz_rule_place(b->rule, b->option->name), "filestore",
			"filestore: there is no store of files: the rule holds, files are not kept");
	gz_sig_of(b)->needs |= GZ_NEEDS_DIGESTS;
	return NULL;
}

static struct gz_keyword filestore = {
	.reg.name = "filestore",
	.help = "which files are worth keeping; there is no store, so none is kept",
	.usage = "filestore[:request|response|both[,file|tx|ssn]]",
	.scope = GZ_SCOPE_NONE,
	.parse = filestore_parse,
};
GZ_KEYWORD_REGISTER(filestore)
