/* SPDX-License-Identifier: BSD-3-Clause */
/* What rules with `replace` change of a packet's payload. */
#include "detect_internal.h"

static void
note(struct gz_detect *d, const struct gz_content *c, uint32_t at)
{
	if (d->nb_replaces == DETECT_REPLACES) {
		d->more_replaces = true;
		return;
	}
	d->replace[d->nb_replaces++] = (struct gz_replace){ at, c->literal->len, c->replacement };
}

void
detect_note_replaces(struct gz_detect *d, const struct gz_sig *s)
{
	const struct gz_sig_buffer *buf;
	const struct gz_content *c;
	const struct gz_match *m;

	for (buf = s->buffers; buf != NULL; buf = buf->next) {
		for (m = buf->first; m != NULL; m = m->next) {
			c = gz_match_content(m);
			if (c != NULL && (c->flags & GZ_CONTENT_REPLACE))
				note(d, c, d->eval.places[c->replace_at]);
		}
	}
}

bool
gz_detect_replaces(const struct gz_detect *d, const struct gz_replace **v, uint32_t *n)
{
	*v = d->replace;
	*n = d->nb_replaces;
	return !d->more_replaces;
}
