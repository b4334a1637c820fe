/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_epoch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_rcu_qsbr.h>

struct retired {
	STAILQ_ENTRY(retired) next;
	uint64_t token; /* of its grace period */
	void *ptr;
	gz_epoch_free_fn fn;
};

struct gz_epoch {
	STAILQ_HEAD(, retired) waiting; /* oldest first */
	uint32_t nb_waiting;
	struct rte_rcu_qsbr *qsbr; /* workers: rw, each its own line; control: rw */
};

struct gz_epoch *
gz_epoch_create(uint32_t nb_workers)
{
	struct gz_epoch *e;
	uint32_t i;

	if (nb_workers == 0 || nb_workers > RTE_MAX_LCORE) {
		rte_errno = EINVAL;
		return NULL;
	}
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		goto no_memory;
	STAILQ_INIT(&e->waiting);
	e->qsbr = aligned_alloc(RTE_CACHE_LINE_SIZE, rte_rcu_qsbr_get_memsize(nb_workers));
	if (e->qsbr == NULL)
		goto free_epoch;
	rte_rcu_qsbr_init(e->qsbr, nb_workers);
	for (i = 0; i < nb_workers; i++)
		rte_rcu_qsbr_thread_register(e->qsbr, i);
	return e;

free_epoch:
	free(e);
no_memory:
	rte_errno = ENOMEM;
	return NULL;
}

/** Free the oldest. */
static void
free_first(struct gz_epoch *e)
{
	struct retired *r = STAILQ_FIRST(&e->waiting);

	STAILQ_REMOVE_HEAD(&e->waiting, next);
	e->nb_waiting--;
	r->fn(r->ptr);
	free(r);
}

void
gz_epoch_destroy(struct gz_epoch *e)
{
	if (e == NULL)
		return;
	while (!STAILQ_EMPTY(&e->waiting))
		free_first(e);
	free(e->qsbr);
	free(e);
}

void
gz_epoch_online(struct gz_epoch *e, uint32_t worker)
{
	rte_rcu_qsbr_thread_online(e->qsbr, worker);
}

void
gz_epoch_offline(struct gz_epoch *e, uint32_t worker)
{
	rte_rcu_qsbr_thread_offline(e->qsbr, worker);
}

void
gz_epoch_pass(struct gz_epoch *e, uint32_t worker)
{
	rte_rcu_qsbr_quiescent(e->qsbr, worker);
}

int
gz_epoch_retire(struct gz_epoch *e, void *ptr, gz_epoch_free_fn fn)
{
	struct retired *r = malloc(sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	r->ptr = ptr;
	r->fn = fn;
	r->token = rte_rcu_qsbr_start(e->qsbr);
	STAILQ_INSERT_TAIL(&e->waiting, r, next);
	e->nb_waiting++;
	return 0;
}

uint32_t
gz_epoch_poll(struct gz_epoch *e)
{
	const struct retired *r;

	while ((r = STAILQ_FIRST(&e->waiting)) != NULL) {
		if (rte_rcu_qsbr_check(e->qsbr, r->token, false) == 0)
			break;
		free_first(e);
	}
	return e->nb_waiting;
}
