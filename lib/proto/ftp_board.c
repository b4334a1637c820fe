/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdatomic.h>

#include <rte_branch_prediction.h>

#include "ftp.h"

/*
 * The board is the process's. Its slots are taken for writing or reading by one
 * exchange of their mark and never waited for.
 */

enum {
	NB_SLOTS = 256,
	WRITE_TRIES = 8,
	LIFE_US = 60 * 1000 * 1000, /* announced transfers must begin within */
	MARK_FREE = 0,
	MARK_BUSY = 1,
};

static struct {
	_Atomic uint64_t until_us; /* after this nothing is announced */
	_Atomic uint32_t next;
	_Atomic uint64_t mark[NB_SLOTS];
	struct ftp_transfer slot[NB_SLOTS];
} board;

static uint64_t
digest(const struct gz_addr *client, const struct gz_addr *server, uint16_t port)
{
	uint64_t h = client->q[0] ^ client->q[1] * 3 ^ server->q[0] * 5 ^ server->q[1] * 7;

	return (h << 16 | port) | 2;
}

static bool
take_slot(uint32_t i, uint64_t mark)
{
	return mark != MARK_BUSY &&
			atomic_compare_exchange_strong(&board.mark[i], &mark, MARK_BUSY);
}

static void
give_slot(uint32_t i, uint64_t mark)
{
	atomic_store_explicit(&board.mark[i], mark, memory_order_release);
}

static void
extend(uint64_t until_us)
{
	uint64_t now = atomic_load_explicit(&board.until_us, memory_order_relaxed);

	while (now < until_us && !atomic_compare_exchange_weak(&board.until_us, &now, until_us))
		;
}

void
ftp_board_post(const struct gz_flow *control, const struct ftp_transfer *t)
{
	uint64_t until_us = control->last_us + LIFE_US;
	uint32_t i, try;

	for (try = 0; try < WRITE_TRIES; try++) {
		i = atomic_fetch_add(&board.next, 1) % NB_SLOTS;
		if (!take_slot(i, atomic_load(&board.mark[i])))
			continue;
		board.slot[i] = *t;
		board.slot[i].until_us = until_us;
		board.slot[i].tenant = control->tenant;
		board.slot[i].control_id = control->id;
		give_slot(i, digest(&t->client, &t->server, t->port));
		extend(until_us);
		return;
	}
}

static bool
fits(const struct ftp_transfer *t, const struct gz_flow *f)
{
	return f->last_us <= t->until_us && t->port == f->port[GZ_S2C] && t->tenant == f->tenant &&
			gz_addr_equal(&t->client, &f->addr[GZ_C2S]) &&
			gz_addr_equal(&t->server, &f->addr[GZ_S2C]);
}

/** Find it; @p t NULL: leave it there. */
static bool
look_up(const struct gz_flow *f, struct ftp_transfer *t)
{
	uint64_t mark;
	uint32_t i;
	bool found;

	if (likely(f->last_us > atomic_load_explicit(&board.until_us, memory_order_relaxed)))
		return false;
	mark = digest(&f->addr[GZ_C2S], &f->addr[GZ_S2C], f->port[GZ_S2C]);
	for (i = 0; i < NB_SLOTS; i++) {
		if (atomic_load_explicit(&board.mark[i], memory_order_relaxed) != mark ||
				!take_slot(i, mark))
			continue;
		found = fits(&board.slot[i], f);
		if (found && t != NULL)
			*t = board.slot[i];
		give_slot(i, found && t != NULL ? MARK_FREE : mark);
		if (found)
			return true;
	}
	return false;
}

bool
ftp_board_has(const struct gz_flow *data)
{
	return look_up(data, NULL);
}

bool
ftp_board_take(const struct gz_flow *data, struct ftp_transfer *t)
{
	return look_up(data, t);
}
