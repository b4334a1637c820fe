/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_line.h"

#include <string.h>

static const uint8_t *
find_end(const struct gz_input *in)
{
	uint32_t from = RTE_MAX(in->seen, in->eaten);

	return memchr(in->p + from, '\n', in->len - from);
}

bool
proto_line(struct gz_input *in, bool *skip, const struct proto_line_caps *caps,
		struct gz_span *line, bool *cut)
{
	const uint8_t *lf = find_end(in);

	if (*skip) {
		in->eaten = lf == NULL ? in->len : (uint32_t)(lf + 1 - in->p);
		*skip = lf == NULL;
		if (lf == NULL)
			return false;
		lf = find_end(in);
	}
	*line = gz_span(in->p + in->eaten,
			lf == NULL ? in->len - in->eaten : (uint32_t)(lf - in->p) - in->eaten);
	*cut = line->len > caps->longest;
	if (*cut) {
		line->len = caps->kept;
		in->eaten += caps->kept;
		*skip = true;
		return true;
	}
	if (lf == NULL)
		return false;
	in->eaten += line->len + 1;
	if (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}
