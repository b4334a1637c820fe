/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "keyword_internal.h"

/* "dns.pdu" of "frame:dns.pdu", "pdu" of that: kinds of frames are fields of such names. */
static const char *
full_name(const struct gz_field *f)
{
	return strchr(f->name, ':') + 1;
}

static const char *
short_name(const struct gz_field *f)
{
	return strchr(f->name, '.') + 1;
}

/** Does @p name mean @p f, in a rule about @p protos? */
static bool
is_meant(const struct gz_field *f, struct gz_span name, uint64_t protos, bool proto_said)
{
	if ((f->flags & GZ_FIELD_FRAME) == 0)
		return false;
	if (gz_span_equal(name, gz_span_str(full_name(f))))
		return true;
	return proto_said && (builder_protos_of(f) & protos) != 0 &&
			gz_span_equal(name, gz_span_str(short_name(f)));
}

/** The protocol that @p name, or the rule, is about: it has no such frame. */
static const char *
refuse_name(struct gz_sig_builder *b, struct gz_span name)
{
	const uint8_t *dot = memchr(name.p, '.', name.len);
	char proto[32] = "";
	size_t len = dot == NULL ? 0 : (size_t)(dot - name.p);

	if (len > 0 && len < sizeof(proto))
		memcpy(proto, name.p, len);
	if (gz_proto_find(proto) == NULL && absent_protocol(proto) != NULL)
		return gz_sig_error(b, "protocol not supported yet: %s", absent_protocol(proto));
	return gz_sig_error_at(b, name.p,
			"no frame \"%.*s\" is known of the rule's protocol: `gauze check --reference` "
			"lists those that are",
			(int)name.len, (const char *)name.p);
}

static const char *
frame_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span name = gz_span_trim(text_unquoted(value));
	uint32_t i, n = gz_fields_count();

	for (i = 0; i < n; i++) {
		if (is_meant(gz_field(i), name, b->protos, b->proto_said)) {
			gz_sig_use_field(b, gz_field(i));
			return NULL;
		}
	}
	return refuse_name(b, name);
}

static struct gz_keyword frame = {
	.reg.name = "frame",
	.help = "what follows looks into a stretch of raw bytes that the protocol's parser names",
	.usage = "frame:[<protocol>.]<frame>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = frame_parse,
};
GZ_KEYWORD_REGISTER(frame)
