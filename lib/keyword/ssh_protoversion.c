/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "field_number.h"

struct ssh_protoversion {
	const struct gz_field *field;
	bool compatible; /* with 2: 1.99 is, too (RFC 4253 section 5.1) */
	struct gz_span version;
	char text[];
};

static enum gz_answer
ssh_protoversion_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct ssh_protoversion *p = m->arg;
	struct gz_span said;

	if (!field_bytes(p->field, e, &said) || said.len == 0)
		return GZ_NO;
	if (!p->compatible)
		return gz_span_equal(said, p->version) ? GZ_YES : GZ_NO;
	return said.p[0] == '2' || gz_span_equal(said, GZ_SPAN("1.99")) ? GZ_YES : GZ_NO;
}

static struct gz_keyword ssh_protoversion;

static const char *
ssh_protoversion_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong = gz_sig_need_proto(b, "ssh");
	struct gz_span version = text_unquoted(value);
	struct ssh_protoversion *p;

	if (wrong != NULL)
		return wrong;
	if (version.len == 0)
		return "expected a version, or 2_compat";
	p = gz_sig_alloc(sizeof(*p) + version.len);
	memcpy(p->text, version.p, version.len);
	p->version = gz_span(p->text, version.len);
	p->compatible = text_is(version, "2_compat");
	p->field = gz_field_find("ssh.proto");
	gz_sig_add(b, &ssh_protoversion, p, 0);
	return NULL;
}

static struct gz_keyword ssh_protoversion = {
	.reg.name = "ssh.protoversion",
	.help = "the version of the protocol in the banner",
	.usage = "ssh.protoversion:<version>|2_compat",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = ssh_protoversion_parse,
	.free = free,
	.eval = ssh_protoversion_eval,
	.proto = "ssh",
};
GZ_KEYWORD_REGISTER(ssh_protoversion)
