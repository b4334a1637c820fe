/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What control learns from events: facts about servers, and alerts that may be a
 * patch's. The drain thread copies them here; the control thread reads.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "control_internal.h"

enum {
	INBOX_MOST = 4096, /* events that may wait */
};

enum {
	INBOX_LOST,
};

static const struct gz_stat_row inbox_rows[] = {
	[INBOX_LOST] = { "control.inbox_lost", "facts and hits that control had no time for" },
};
GZ_STAT_REGISTER(inbox, inbox_rows)

struct inbox_event {
	STAILQ_ENTRY(inbox_event) next;
	struct gz_event event; /* with its text behind it */
};

struct inbox {
	pthread_mutex_t lock;
	STAILQ_HEAD(, inbox_event) waiting;
	uint32_t count;
	int fd;
	uint16_t fact, alert; /* types taken */
};

int
control_inbox_open(struct gz_control *c)
{
	const struct gz_reg *alert = gz_registry_find(&gz_event_types, "alert");
	struct inbox *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return -ENOMEM;
	in->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (in->fd < 0) {
		free(in);
		return -errno;
	}
	pthread_mutex_init(&in->lock, NULL);
	STAILQ_INIT(&in->waiting);
	in->fact = (uint16_t)gz_asset_fact_type()->reg.id;
	in->alert = alert != NULL ? (uint16_t)alert->id : GZ_EVENT_NONE;
	c->inbox = in;
	return 0;
}

int
control_inbox_fd(const struct gz_control *c)
{
	return c->inbox != NULL ? c->inbox->fd : -1;
}

void
control_inbox_put(struct gz_control *c, const struct gz_event *e)
{
	struct inbox *in = c->inbox;
	struct inbox_event *copy;
	bool first = false;

	if (e->type != in->fact && e->type != in->alert)
		return;
	copy = malloc(offsetof(struct inbox_event, event) + e->size);
	if (copy == NULL)
		abort();
	memcpy(&copy->event, e, e->size);
	pthread_mutex_lock(&in->lock);
	if (in->count < INBOX_MOST) {
		STAILQ_INSERT_TAIL(&in->waiting, copy, next);
		first = in->count++ == 0;
		copy = NULL;
	}
	pthread_mutex_unlock(&in->lock);
	if (first)
		eventfd_write(in->fd, 1);
	if (copy != NULL)
		GZ_STAT_ADD(inbox, INBOX_LOST, 1);
	free(copy);
}

static struct inbox_event *
inbox_take(struct inbox *in)
{
	struct inbox_event *e;

	pthread_mutex_lock(&in->lock);
	e = STAILQ_FIRST(&in->waiting);
	if (e != NULL) {
		STAILQ_REMOVE_HEAD(&in->waiting, next);
		in->count--;
	}
	pthread_mutex_unlock(&in->lock);
	return e;
}

void
control_inbox_read(struct gz_control *c)
{
	struct inbox_event *e;
	eventfd_t count;

	eventfd_read(c->inbox->fd, &count);
	while ((e = inbox_take(c->inbox)) != NULL) {
		control_learn(c, &e->event);
		free(e);
	}
}

void
control_inbox_close(struct gz_control *c)
{
	struct inbox_event *e;

	if (c->inbox == NULL)
		return;
	while ((e = inbox_take(c->inbox)) != NULL)
		free(e);
	close(c->inbox->fd);
	pthread_mutex_destroy(&c->inbox->lock);
	free(c->inbox);
	c->inbox = NULL;
}
