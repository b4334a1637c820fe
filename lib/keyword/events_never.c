/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_common.h>

#include "keyword_internal.h"

/*
 * Events of peers that tell of a limit or a state of theirs which does not exist here. A rule about one is
 * understood, and never matches: that is what it asks for. Its owner is told why.
 */
static const struct gz_never_event never[] = {
	{ "http", "lzma_memlimit_reached", "LZMA is not unpacked" },
	{ "http", "too_many_warnings", "a parser does not give up because of warnings" },
	{ "http", "unknown_error", "all errors have names" },
	{ "smb", "internal_error", "a parser's own failure is exception.app-error" },
	{ "tls", "certificate_missing_element", "it is tls.certificate_invalid_der" },
	{ "tls", "certificate_unknown_element", "it is tls.certificate_invalid_der" },
	{ "tls", "certificate_invalid_string",
			"strings of certificates are taken in any encoding" },
};

const struct gz_never_event *
events_never_find(const char *proto, struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(never); i++) {
		if (strcmp(never[i].proto, proto) == 0 &&
				gz_span_equal(name, gz_span_str(never[i].name)))
			return &never[i];
	}
	return NULL;
}

const struct gz_never_event *
gz_keyword_never_events(uint32_t *n)
{
	*n = RTE_DIM(never);
	return never;
}
