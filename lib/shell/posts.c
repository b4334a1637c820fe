/* SPDX-License-Identifier: BSD-3-Clause */
/* Work from sessions' threads for the control thread: a queue, an eventfd, and a wait. */
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shell_internal.h"

int
gz_posts_init(struct gz_posts *p)
{
	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd < 0)
		return -errno;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->done, NULL);
	STAILQ_INIT(&p->waiting);
	p->closed = false;
	return 0;
}

void
gz_posts_fini(struct gz_posts *p)
{
	close(p->fd);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
}

int
gz_posts_run(struct gz_posts *p, int (*fn)(void *arg), void *arg)
{
	struct gz_post post = { .fn = fn, .arg = arg };

	pthread_mutex_lock(&p->lock);
	if (p->closed) {
		pthread_mutex_unlock(&p->lock);
		return -ESHUTDOWN;
	}
	STAILQ_INSERT_TAIL(&p->waiting, &post, next);
	eventfd_write(p->fd, 1);
	while (!post.done)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return post.result;
}

static struct gz_post *
posts_take(struct gz_posts *p)
{
	struct gz_post *post;

	pthread_mutex_lock(&p->lock);
	post = STAILQ_FIRST(&p->waiting);
	if (post != NULL)
		STAILQ_REMOVE_HEAD(&p->waiting, next);
	pthread_mutex_unlock(&p->lock);
	return post;
}

static void
posts_answer(struct gz_posts *p, struct gz_post *post, int result)
{
	pthread_mutex_lock(&p->lock);
	post->result = result;
	post->done = true;
	pthread_cond_broadcast(&p->done);
	pthread_mutex_unlock(&p->lock);
}

void
gz_posts_turn(struct gz_posts *p)
{
	struct gz_post *post;
	eventfd_t count;

	eventfd_read(p->fd, &count);
	while ((post = posts_take(p)) != NULL)
		posts_answer(p, post, post->fn(post->arg));
}

void
gz_posts_close(struct gz_posts *p)
{
	struct gz_post *post;

	pthread_mutex_lock(&p->lock);
	p->closed = true;
	pthread_mutex_unlock(&p->lock);
	while ((post = posts_take(p)) != NULL)
		posts_answer(p, post, -ESHUTDOWN);
}
