/* SPDX-License-Identifier: BSD-3-Clause */

/* Waiting for workers' answers, but never for ever. */

#include <stdlib.h>
#include <unistd.h>

#include "control_internal.h"

enum {
	MAIL_NAP_US = 200,
	MAIL_NAPS = 10000, /* two seconds */
};

static bool
is_done(const struct gz_mail *m)
{
	return atomic_load_explicit(&m->done, memory_order_acquire);
}

bool
gz_control_wait(struct gz_control *c, struct gz_mail *m, void (*forget)(struct gz_mail *m))
{
	struct lost_mail *lost;

	for (uint32_t i = 0; i < MAIL_NAPS; i++) {
		if (is_done(m))
			return true;
		usleep(MAIL_NAP_US);
	}
	lost = malloc(sizeof(*lost));
	if (lost == NULL)
		abort();
	*lost = (struct lost_mail){ m, forget, c->lost };
	c->lost = lost;
	return false;
}

void
control_mail_tick(struct gz_control *c)
{
	struct lost_mail **at = &c->lost, *lost;

	while ((lost = *at) != NULL) {
		if (!is_done(lost->mail)) {
			at = &lost->next;
			continue;
		}
		*at = lost->next;
		lost->forget(lost->mail);
		free(lost);
	}
}

void
control_mail_close(struct gz_control *c)
{
	struct lost_mail *lost;

	while ((lost = c->lost) != NULL) {
		c->lost = lost->next;
		lost->forget(lost->mail);
		free(lost);
	}
}
