/* SPDX-License-Identifier: BSD-3-Clause */
#include "public_suffix.h"

#include <libpsl.h>
#include <string.h>

enum {
	NAME_MOST = 253, /* bytes: RFC 1035 section 2.3.4, without the root's dot */
};

/** As libpsl wants it: lower case and terminated. false: no name of a host. */
static bool
as_text(struct gz_span name, char *text)
{
	uint32_t i;

	if (name.len == 0 || name.len > NAME_MOST || memchr(name.p, 0, name.len) != NULL)
		return false;
	for (i = 0; i < name.len; i++)
		text[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i]);
	text[i] = '\0';
	return true;
}

static struct gz_span
find(struct gz_span name, const char *(*ask)(const psl_ctx_t *list, const char *text))
{
	char text[NAME_MOST + 1];
	const char *found;
	uint32_t at;

	if (name.len > 0 && name.p[name.len - 1] == '.')
		name.len--;
	if (!as_text(name, text))
		return gz_span(NULL, 0);
	found = ask(psl_builtin(), text);
	if (found == NULL)
		return gz_span(NULL, 0);
	at = (uint32_t)(found - text);
	return gz_span(name.p + at, name.len - at);
}

struct gz_span
public_suffix_domain(struct gz_span name)
{
	return find(name, psl_registrable_domain);
}

struct gz_span
public_suffix_tld(struct gz_span name)
{
	return find(name, psl_unregistrable_domain);
}
