/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_http2.h"

#include "keyword_internal.h"

struct http2_settings {
	uint16_t id;
	bool any; /* whatever its value */
	struct number_test value;
};

static enum gz_answer
http2_settings_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct http2_settings *a = m->arg;
	struct gz_http2_setting s;
	uint32_t i;

	if (e->tx == NULL)
		return GZ_NO;
	for (i = 0; gz_http2_setting(e->tx, e->dir, i, &s); i++) {
		if (s.id == a->id && (a->any || number_test_has(&a->value, s.value)))
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword http2_settings;

/** The name ends where a comparison begins. */
static struct gz_span
take_name(struct gz_span *rest)
{
	struct gz_span name = gz_span(rest->p, 0);

	while (name.len < rest->len &&
			(rest->p[name.len] == '_' || (rest->p[name.len] | 0x20) >= 'a') &&
			(rest->p[name.len] | 0x20) <= 0x7f)
		name.len++;
	*rest = gz_span_trim(gz_span(rest->p + name.len, rest->len - name.len));
	return name;
}

static const char *
http2_settings_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), name = take_name(&rest);
	int id = gz_http2_setting_find(name);
	struct http2_settings read, *a;
	const char *wrong;

	if (id < 0)
		return gz_sig_error_at(b, name.p,
				"expected a setting: SETTINGS_HEADER_TABLE_SIZE, "
				"SETTINGS_ENABLE_PUSH, SETTINGS_MAX_CONCURRENT_STREAMS, "
				"SETTINGS_INITIAL_WINDOW_SIZE, SETTINGS_MAX_FRAME_SIZE or "
				"SETTINGS_MAX_HEADER_LIST_SIZE");
	read = (struct http2_settings){ .id = (uint16_t)id, .any = rest.len == 0 };
	if (!read.any && !number_test_parse(rest, UINT32_MAX, &read.value))
		return gz_sig_error_at(b, rest.p, "expected a comparison: =5, <5, >5, 5-9");
	wrong = gz_sig_need_proto(b, "http2");
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &http2_settings, a, 0);
	return NULL;
}

static struct gz_keyword http2_settings = {
	.reg.name = "http2.settings",
	.help = "a setting in a SETTINGS frame of HTTP/2, and what its value is",
	.usage = "http2.settings:<name>[<|>|=]<number>",
	.scope = GZ_SCOPE_TX,
	.proto = "http2",
	.needs_value = true,
	.parse = http2_settings_parse,
	.free = free,
	.eval = http2_settings_eval,
};
GZ_KEYWORD_REGISTER(http2_settings)
