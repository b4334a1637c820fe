/* SPDX-License-Identifier: BSD-3-Clause */

#include "ruleset_internal.h"

/* What its rules look at, so that nothing is kept or computed that nobody asks for. */

static bool
is_of_files(const char *name)
{
	return strncmp(name, "file", 4) == 0 && strcmp(name, "file.data") != 0;
}

static uint32_t
needs_of_frame(const struct gz_field *f)
{
	bool stream = f->rows[0].row == f->rows[0].proto->stream;

	return GZ_NEEDS_FRAMES | (stream ? GZ_NEEDS_STREAMS : 0u);
}

static uint32_t
needs_of(const struct gz_sig *s)
{
	uint32_t needs = s->needs;

	for (const struct gz_sig_buffer *b = s->buffers; b != NULL; b = b->next) {
		if (b->field == NULL)
			continue;
		if ((b->field->flags & GZ_FIELD_FRAME) != 0)
			needs |= needs_of_frame(b->field);
		else if ((b->field->flags & GZ_FIELD_STREAM) != 0)
			needs |= GZ_NEEDS_BODIES;
		if (is_of_files(b->field->name))
			needs |= GZ_NEEDS_DIGESTS;
		if (strcmp(b->field->name, "file.magic") == 0)
			needs |= GZ_NEEDS_MAGIC;
	}
	for (const struct gz_match *m = s->tx; m != NULL; m = m->next)
		if (is_of_files(m->kw->reg.name))
			needs |= GZ_NEEDS_DIGESTS;
	for (const struct gz_match *m = s->post; m != NULL; m = m->next)
		if (is_of_files(m->kw->reg.name))
			needs |= GZ_NEEDS_DIGESTS;
	return needs;
}

uint32_t
gz_ruleset_needs(const struct gz_ruleset *rs)
{
	const struct gz_sig *s;
	uint32_t needs = 0, i;

	gz_ruleset_foreach(rs, s, i)
		needs |= needs_of(s);
	return needs;
}
