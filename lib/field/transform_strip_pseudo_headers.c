/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_transform.h"

static uint32_t
strip_pseudo_headers_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
strip_pseudo_headers_apply(
		const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	struct gz_span line;
	uint32_t n = 0;

	while (gz_span_cut(&in, '\n', &line)) {
		if (line.len > 0 && line.p[0] == ':')
			continue;
		/* With its newline, which stands behind it unless it is the last. */
		if (in.p > line.p + line.len)
			line.len++;
		memcpy(out + n, line.p, line.len);
		n += line.len;
	}
	return n;
}

static struct gz_transform strip_pseudo_headers = {
	.reg.name = "strip_pseudo_headers",
	.help = "lines that begin with a colon, HTTP/2's own, are taken out",
	.room = strip_pseudo_headers_room,
	.apply = strip_pseudo_headers_apply,
};
GZ_TRANSFORM_REGISTER(strip_pseudo_headers)
