/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "gz_base64.h"
#include "gz_transform.h"

enum {
	BYTES_MOST = UINT16_MAX,
};

struct from_base64 {
	enum gz_base64_mode mode;
	uint32_t offset;
	uint32_t bytes; /* to decode; 0: all */
};

static bool
read_number(struct gz_span word, uint32_t *number)
{
	uint64_t v;

	if (!gz_span_u64(gz_span_trim(word), &v) || v > BYTES_MOST)
		return false;
	*number = (uint32_t)v;
	return true;
}

static bool
read_mode(struct gz_span word, enum gz_base64_mode *mode)
{
	word = gz_span_trim(word);
	if (gz_span_equal_nocase(word, GZ_SPAN("rfc4648")))
		*mode = GZ_BASE64_RFC4648;
	else if (gz_span_equal_nocase(word, GZ_SPAN("rfc2045")))
		*mode = GZ_BASE64_RFC2045;
	else if (gz_span_equal_nocase(word, GZ_SPAN("strict")))
		*mode = GZ_BASE64_STRICT;
	else
		return false;
	return true;
}

static bool
read_part(struct gz_span part, struct from_base64 *f)
{
	struct gz_span name;

	part = gz_span_trim(part);
	if (!gz_span_cut(&part, ' ', &name))
		return false;
	if (gz_span_equal(name, GZ_SPAN("bytes")))
		return read_number(part, &f->bytes) && f->bytes > 0;
	if (gz_span_equal(name, GZ_SPAN("offset")))
		return read_number(part, &f->offset);
	return gz_span_equal(name, GZ_SPAN("mode")) && read_mode(part, &f->mode);
}

static const char *
from_base64_parse(const char *text, void **arg)
{
	struct from_base64 read = { .mode = GZ_BASE64_RFC4648 }, *f;
	struct gz_span rest = gz_span_str(text), part;

	while (gz_span_cut(&rest, ',', &part)) {
		if (!read_part(part, &read))
			return "expected bytes <n>, offset <n> or mode rfc4648|rfc2045|strict";
	}
	f = malloc(sizeof(*f));
	RTE_VERIFY(f != NULL);
	*f = read;
	*arg = f;
	return NULL;
}

static uint32_t
from_base64_room(const void *arg, uint32_t len)
{
	return len;
}

/** What cannot be decoded stays as it was. */
static uint32_t
from_base64_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	const struct from_base64 *f = arg;
	struct gz_span part = gz_span(in.p, 0);
	uint32_t n;

	if (f->offset < in.len)
		part = gz_span(in.p + f->offset, in.len - f->offset);
	if (f->bytes > 0)
		part.len = RTE_MIN(part.len, f->bytes);
	n = gz_base64_decode(f->mode, part, out, in.len);
	if (n == 0 && in.len > 0) {
		memcpy(out, in.p, in.len);
		n = in.len;
	}
	return n;
}

static struct gz_transform from_base64 = {
	.reg.name = "from_base64",
	.help = "base64 decoded",
	.parse = from_base64_parse,
	.free = free,
	.room = from_base64_room,
	.apply = from_base64_apply,
};
GZ_TRANSFORM_REGISTER(from_base64)
