/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "proto_internal.h"

bool
proto_pending_add(struct gz_app *app, enum gz_dir dir, struct gz_span s, uint32_t most)
{
	struct gz_pending *q = &app->pending[dir];
	struct gz_bytes b = { q->p, q->len, q->size };

	if (!gz_bytes_add(app, &b, s, most))
		return false;
	q->p = b.p;
	q->len = b.len;
	q->size = b.size;
	return true;
}

void
proto_pending_eat(struct gz_app *app, enum gz_dir dir, uint32_t n)
{
	struct gz_pending *q = &app->pending[dir];

	q->offset += n;
	q->len -= n;
	if (q->len == 0)
		proto_pending_drop(app, dir);
	else if (n > 0)
		memmove(q->p, q->p + n, q->len);
}

void
proto_pending_drop(struct gz_app *app, enum gz_dir dir)
{
	struct gz_pending *q = &app->pending[dir];

	gz_mem_put(gz_app_mem(app), &proto_mem, q->p, q->size);
	q->offset += q->len;
	q->p = NULL;
	q->len = 0;
	q->size = 0;
	q->seen = 0;
}
