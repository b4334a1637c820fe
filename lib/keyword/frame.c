/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "keyword_internal.h"

enum {
	SENTENCE_LIST = 400, /* bytes of names in a sentence */
};

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

/** The protocols that @p name, or else the rule, is about. 0: neither says. */
static uint64_t
protos_meant(const struct gz_sig_builder *b, struct gz_span name, char proto[32])
{
	const uint8_t *dot = memchr(name.p, '.', name.len);
	size_t len = dot == NULL ? 0 : (size_t)(dot - name.p);

	proto[0] = '\0';
	if (len > 0 && len < 32) {
		memcpy(proto, name.p, len);
		proto[len] = '\0';
		if (gz_proto_find(proto) != NULL)
			return UINT64_C(1) << gz_proto_find(proto)->reg.id;
	}
	return b->proto_said ? b->protos : 0;
}

/** The frames of @p protos, a comma between. */
static void
list_frames(uint64_t protos, char *to, size_t size)
{
	uint32_t i, n = gz_fields_count();
	size_t len = 0;

	to[0] = '\0';
	for (i = 0; i < n && len + 1 < size; i++) {
		const struct gz_field *f = gz_field(i);

		if ((f->flags & GZ_FIELD_FRAME) == 0 || (builder_protos_of(f) & protos) == 0)
			continue;
		len += (size_t)snprintf(
				to + len, size - len, "%s%s", len == 0 ? "" : ", ", full_name(f));
	}
}

static const char *
refuse_name(struct gz_sig_builder *b, struct gz_span name)
{
	char proto[32], list[SENTENCE_LIST];
	uint64_t protos = protos_meant(b, name, proto);

	if (gz_proto_find(proto) == NULL && absent_protocol(proto) != NULL)
		return gz_sig_error(b, "protocol not supported yet: %s", absent_protocol(proto));
	if (protos == 0)
		return gz_sig_error_at(b, name.p,
				"frame \"%.*s\" needs its protocol: the rule's, or <protocol>.%.*s",
				(int)name.len, (const char *)name.p, (int)name.len,
				(const char *)name.p);
	list_frames(protos, list, sizeof(list));
	if (list[0] == '\0')
		return gz_sig_error_at(b, name.p, "the rule's protocol has no frames");
	return gz_sig_error_at(b, name.p, "there is no frame \"%.*s\", but: %s", (int)name.len,
			(const char *)name.p, list);
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
