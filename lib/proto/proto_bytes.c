/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "proto_internal.h"

enum {
	FIRST_SIZE = 64,
};

void
gz_app_forgot(struct gz_app *app)
{
	app->ctx->forgot = true;
}

bool
gz_proto_forgot(struct gz_proto_ctx *c)
{
	bool forgot = c->forgot;

	c->forgot = false;
	return forgot;
}

void *
gz_app_alloc(struct gz_app *app, uint32_t size)
{
	void *p = gz_mem_zero(gz_app_mem(app), &proto_mem, size);

	if (p == NULL)
		gz_app_forgot(app);
	return p;
}

void
gz_app_free(struct gz_app *app, void *p, uint32_t size)
{
	gz_mem_put(gz_app_mem(app), &proto_mem, p, size);
}

bool
gz_bytes_reserve(struct gz_app *app, struct gz_bytes *b, uint32_t more, uint32_t most)
{
	uint64_t need = (uint64_t)b->len + more;
	uint64_t size = b->size == 0 ? FIRST_SIZE : b->size;
	void *p;

	if (need > most || need > GZ_MEM_MOST)
		return false;
	if (need <= b->size)
		return true;
	while (size < need)
		size *= 2;
	size = RTE_MIN(gz_mem_fits(size), (size_t)GZ_MEM_MOST);
	p = b->p == NULL ? gz_mem_get(gz_app_mem(app), &proto_mem, size)
			 : gz_mem_grow(gz_app_mem(app), &proto_mem, b->p, b->size, b->len, size);
	if (p == NULL) {
		gz_app_forgot(app);
		return false;
	}
	b->p = p;
	b->size = (uint32_t)size;
	return true;
}

bool
gz_bytes_add(struct gz_app *app, struct gz_bytes *b, struct gz_span s, uint32_t most)
{
	if (!gz_bytes_reserve(app, b, s.len, most))
		return false;
	if (s.len > 0)
		memcpy(b->p + b->len, s.p, s.len);
	b->len += s.len;
	return true;
}

void
gz_bytes_free(struct gz_app *app, struct gz_bytes *b)
{
	gz_mem_put(gz_app_mem(app), &proto_mem, b->p, b->size);
	*b = (struct gz_bytes){ NULL, 0, 0 };
}

/** Let go of judged bytes beyond the window, when that frees as much as stays. */
static void
slide(struct gz_body *b, uint32_t window)
{
	uint64_t judged = b->judged - b->offset;
	uint32_t drop;

	if (b->judged < b->offset || judged <= window)
		return;
	drop = (uint32_t)(judged - window);
	if (drop < b->kept.len - drop)
		return;
	memmove(b->kept.p, b->kept.p + drop, b->kept.len - drop);
	b->kept.len -= drop;
	b->offset += drop;
}

bool
gz_body_add(struct gz_app *app, struct gz_body *b, struct gz_span s, uint32_t window,
		uint64_t limit)
{
	uint64_t total = b->total;

	b->total += s.len;
	if (!app->ctx->bodies) {
		b->kept.len = 0;
		b->offset = b->total;
		return true;
	}
	if (b->truncated)
		return true;
	if (limit > 0 && b->total > limit) {
		b->truncated = true;
		s.len = total < limit ? (uint32_t)(limit - total) : 0;
	}
	slide(b, window);
	if (gz_bytes_add(app, &b->kept, s, GZ_MEM_MOST))
		return true;
	b->truncated = true;
	return false;
}

void
gz_body_gap(struct gz_body *b, uint64_t len)
{
	b->total += len;
	b->kept.len = 0;
	b->offset = b->total;
}

bool
gz_body_value(const struct gz_body *b, struct gz_value *v)
{
	if (b->kept.len == 0)
		return false;
	*v = (struct gz_value){ b->kept.p, b->kept.len, b->offset, b->complete || b->truncated };
	return true;
}

void
gz_body_judged(struct gz_body *b)
{
	b->judged = b->offset + b->kept.len;
}

void
gz_body_free(struct gz_app *app, struct gz_body *b)
{
	gz_bytes_free(app, &b->kept);
	memset(b, 0, sizeof(*b));
}
