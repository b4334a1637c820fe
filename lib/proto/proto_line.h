/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PROTO_LINE_H
#define PROTO_LINE_H

/* Lines of text, for protocols of commands and replies. */

#include "gz_proto.h"

struct proto_line_caps {
	uint32_t longest; /* bytes of a line, its LF left out, that is not cut */
	uint32_t kept; /* bytes that are told of a line that is */
};

/**
 * Eat the next line. Of one that is cut the rest is passed over when it comes.
 *
 * @param skip  The direction's: a rest is to be passed over.
 * @param line  Without its end.
 * @return false: it is not there yet.
 */
bool proto_line(struct gz_input *in, bool *skip, const struct proto_line_caps *caps,
		struct gz_span *line, bool *cut);

#endif /* PROTO_LINE_H */
