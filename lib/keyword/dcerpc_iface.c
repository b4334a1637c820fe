/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_dcerpc.h"

#include "keyword_internal.h"

struct dcerpc_iface {
	uint8_t uuid[GZ_UUID_BYTES];
	bool has_version;
	bool any_frag;
	struct number_test version;
};

static enum gz_answer
dcerpc_iface_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct dcerpc_iface *want = m->arg;
	struct gz_dcerpc_call c;

	if (e->tx == NULL || !gz_dcerpc_call_of(e->tx, &c) || !c.has_iface ||
			!(c.first || want->any_frag))
		return GZ_NO;
	if (memcmp(want->uuid, c.iface.uuid, GZ_UUID_BYTES) != 0)
		return GZ_NO;
	return !want->has_version || number_test_has(&want->version, c.iface.major) ? GZ_YES
										    : GZ_NO;
}

static struct gz_keyword dcerpc_iface;

/** "<uuid>[,<version>][,any_frag]" */
static const char *
read_iface(struct gz_sig_builder *b, struct gz_span rest, struct dcerpc_iface *f)
{
	struct gz_span word = gz_span(rest.p, 0);

	if (!text_next(&rest, &word) || !gz_uuid_parse(word, f->uuid))
		return gz_sig_error_at(
				b, word.p, "expected a UUID: 367abb81-9844-35f1-ad32-98f038001003");
	while (text_next(&rest, &word)) {
		if (text_is(word, "any_frag"))
			f->any_frag = true;
		else if (!f->has_version && !f->any_frag &&
				number_test_parse(word, UINT16_MAX, &f->version))
			f->has_version = true;
		else
			return gz_sig_error_at(b, word.p,
					"expected a version, as in =1, >1, <1 or !1, or any_frag");
	}
	return NULL;
}

static const char *
dcerpc_iface_parse(struct gz_sig_builder *b, const char *value)
{
	struct dcerpc_iface read = { .any_frag = false }, *f;
	const char *wrong = read_iface(b, text_unquoted(value), &read);

	if (wrong == NULL)
		wrong = builder_need_kin(b, "dcerpc");
	if (wrong != NULL)
		return wrong;
	f = gz_sig_alloc(sizeof(*f));
	*f = read;
	gz_sig_add(b, &dcerpc_iface, f, 0);
	return NULL;
}

static struct gz_keyword dcerpc_iface = {
	.reg.name = "dcerpc.iface",
	.alias = "dce_iface",
	.help = "interface that a remote procedure call is about",
	.usage = "dcerpc.iface:<uuid>[,<|>|=|!<version>][,any_frag]",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = dcerpc_iface_parse,
	.free = free,
	.eval = dcerpc_iface_eval,
};
GZ_KEYWORD_REGISTER(dcerpc_iface)
