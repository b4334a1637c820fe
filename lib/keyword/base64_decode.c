/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "gz_base64.h"

#include "keyword_ctx.h"
#include "keyword_internal.h"

struct base64_decode {
	uint32_t bytes; /* to decode; 0: all there is */
	uint32_t offset;
	bool relative;
	struct gz_sig_buffer *decoded; /* what must match in the result: behind base64_data */
};

enum {
	BYTES_MOST = UINT16_MAX,
};

/** Walk the chain of the result, and leave everything as it was. */
static bool
walk_decoded(const struct base64_decode *d, struct gz_eval *e, struct gz_span decoded)
{
	struct gz_span buf = e->buf;
	uint64_t buf_offset = e->buf_offset;
	bool buf_end = e->buf_end, yes;
	uint32_t at = e->at;

	e->buf = decoded;
	e->buf_offset = 0;
	e->buf_end = true;
	yes = chain_walk(e, d->decoded->first);
	e->buf = buf;
	e->buf_offset = buf_offset;
	e->buf_end = buf_end;
	e->at = at;
	return yes;
}

static enum gz_answer
base64_decode_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct base64_decode *d = m->arg;
	uint64_t from = (d->relative ? e->at : 0) + (uint64_t)d->offset;
	struct gz_span in;
	uint32_t n;

	if (from >= e->buf.len)
		return GZ_NO;
	in = gz_span(e->buf.p + from, e->buf.len - (uint32_t)from);
	if (d->bytes > 0)
		in.len = RTE_MIN(in.len, d->bytes);
	n = gz_base64_decode(GZ_BASE64_RFC4648, in, e->ctx->decoded, GZ_EVAL_B64);
	if (n == 0 || !walk_decoded(d, e, gz_span(e->ctx->decoded, n)))
		return GZ_NO;
	e->resume = 0;
	return GZ_YES;
}

static struct gz_keyword base64_decode;

static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct base64_decode *d)
{
	struct gz_span number = part;
	uint64_t v;

	if (text_is(part, "relative")) {
		d->relative = true;
		return NULL;
	}
	if (text_skip(&number, "bytes ") && text_u64(number, BYTES_MOST, &v) && v > 0)
		d->bytes = (uint32_t)v;
	else if (text_skip(&number, "offset ") && text_u64(number, BYTES_MOST, &v))
		d->offset = (uint32_t)v;
	else
		return gz_sig_error_at(b, part.p, "expected bytes <n>, offset <n> or relative");
	return NULL;
}

static const char *
base64_decode_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value == NULL ? "" : value), part;
	struct base64_decode read = { .bytes = 0 }, *d;
	const char *wrong = NULL;

	if (builder_is_decoded(b, gz_sig_current_buffer(b)))
		return "cannot decode what was decoded";
	if (b->nb_decoded == BUILDER_DECODED)
		return gz_sig_error(b, "more than %d of these in a rule", BUILDER_DECODED);
	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &read);
	if (wrong != NULL)
		return wrong;
	d = gz_sig_alloc(sizeof(*d));
	*d = read;
	d->decoded = gz_sig_alloc(sizeof(*d->decoded));
	b->decoded[b->nb_decoded++] = d->decoded;
	gz_sig_add(b, &base64_decode, d, d->relative ? GZ_MATCH_RELATIVE : 0);
	return NULL;
}

static void
base64_decode_free(void *arg)
{
	struct base64_decode *d = arg;

	buffer_destroy(d->decoded);
	free(d);
}

static struct gz_keyword base64_decode = {
	.reg.name = "base64_decode",
	.help = "decode base64 in the buffer; base64_data looks into the result",
	.usage = "base64_decode[:bytes <n>][,offset <n>][,relative]",
	.scope = GZ_SCOPE_BUFFER,
	.parse = base64_decode_parse,
	.free = base64_decode_free,
	.eval = base64_decode_eval,
};
GZ_KEYWORD_REGISTER(base64_decode)
