/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_EPOCH_H
#define GZ_EPOCH_H

/*
 * Grace periods (rte_rcu_qsbr): control publishes a new pointer by one atomic
 * exchange and retires the old one; it is freed when every worker has since
 * passed a quiescent point. Workers pass once per turn, with or without packets.
 * Control never blocks on a grace period: it polls from a timer.
 */

#include <stdbool.h>
#include <stdint.h>

struct gz_epoch;

typedef void (*gz_epoch_free_fn)(void *ptr);

/** For workers 0 to @p nb_workers - 1. NULL with rte_errno ENOMEM or EINVAL. */
struct gz_epoch *gz_epoch_create(uint32_t nb_workers);
/** All workers have ended: frees what is still waiting. */
void gz_epoch_destroy(struct gz_epoch *e);

/* Worker: before its first turn and after its last; and around a sleep. */
void gz_epoch_online(struct gz_epoch *e, uint32_t worker);
void gz_epoch_offline(struct gz_epoch *e, uint32_t worker);
/** Worker: nothing loaded before this call is used after it. */
void gz_epoch_pass(struct gz_epoch *e, uint32_t worker);

/** Control: free @p ptr by @p fn once its grace period is over. 0 or -ENOMEM (not retired). */
int gz_epoch_retire(struct gz_epoch *e, void *ptr, gz_epoch_free_fn fn);
/** Control, from a timer: free what may be freed. @return how many still wait. */
uint32_t gz_epoch_poll(struct gz_epoch *e);

#endif /* GZ_EPOCH_H */
