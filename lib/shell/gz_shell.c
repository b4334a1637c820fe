/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gz_log.h"

#include "shell_internal.h"

GZ_LOG_REGISTER(shell)

/* Signals are for the control thread. */
static int
thread_start(pthread_t *thread, const char *name, void *(*fn)(void *), void *arg)
{
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ret = pthread_create(thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (ret == 0)
		pthread_setname_np(*thread, name);
	return -ret;
}

static void *
session_main(void *arg)
{
	struct gz_session *s = arg;
	struct gz_shell *shell = s->shell;

	GZ_LOG(INFO, "session from %s starts", s->peer);
	gz_session_serve(s);
	GZ_LOG(INFO, "session from %s ends", s->peer);
	shutdown(s->fd, SHUT_RDWR);
	pthread_mutex_lock(&shell->lock);
	s->ended = true;
	pthread_mutex_unlock(&shell->lock);
	eventfd_write(shell->wake_fd, 1);
	return NULL;
}

/* Take the sessions off whose threads have ended; @p all: wait for the others. */
static void
sessions_reap(struct gz_shell *shell, bool all)
{
	struct gz_session *s, *next;

	pthread_mutex_lock(&shell->lock);
	for (s = LIST_FIRST(&shell->sessions); s != NULL; s = next) {
		next = LIST_NEXT(s, link);
		if (!s->ended && !all)
			continue;
		LIST_REMOVE(s, link);
		shell->nb_sessions[s->kind]--;
		pthread_mutex_unlock(&shell->lock);
		pthread_join(s->thread, NULL);
		close(s->fd);
		free(s);
		pthread_mutex_lock(&shell->lock);
	}
	pthread_mutex_unlock(&shell->lock);
}

int
gz_shell_adopt(struct gz_shell *shell, int fd, enum gz_session_kind kind, const char *peer)
{
	static const char full[] = "too many sessions\r\n";
	struct gz_session *s;
	int ret = 0;

	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		close(fd);
		return -ENOMEM;
	}
	s->shell = shell;
	s->kind = kind;
	s->fd = fd;
	s->paging = shell->conf.paging;
	snprintf(s->peer, sizeof(s->peer), "%s", peer);

	pthread_mutex_lock(&shell->lock);
	if (shell->nb_sessions[kind] >= shell->conf.sessions) {
		ret = -EUSERS;
		(void)!send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	} else {
		ret = thread_start(&s->thread, "gz-session", session_main, s);
	}
	if (ret == 0) {
		LIST_INSERT_HEAD(&shell->sessions, s, link);
		shell->nb_sessions[kind]++;
	}
	pthread_mutex_unlock(&shell->lock);
	if (ret == 0)
		return 0;
	GZ_LOG(WARNING, "no session for %s: %s", peer, strerror(-ret));
	close(fd);
	free(s);
	return ret;
}

static void
peer_text(const struct sockaddr_storage *ss, char *buf, size_t size)
{
	if (ss->ss_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)ss)->sin_addr, buf,
				(socklen_t)size);
	else if (ss->ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)ss)->sin6_addr,
				buf, (socklen_t)size);
	else
		snprintf(buf, size, "socket");
}

static void
accept_one(struct gz_shell *shell, int listen_fd, enum gz_session_kind kind)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	char peer[GZ_PEER_TEXT];
	int fd, one = 1;

	fd = accept4(listen_fd, (void *)&ss, &len, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (kind == GZ_SESSION_TCP)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	peer_text(&ss, peer, sizeof(peer));
	gz_shell_adopt(shell, fd, kind, peer);
}

static void *
listener_main(void *arg)
{
	struct gz_shell *shell = arg;
	struct pollfd fds[] = {
		{ .fd = shell->stop_fd, .events = POLLIN },
		{ .fd = shell->wake_fd, .events = POLLIN },
		{ .fd = shell->tcp_fd, .events = POLLIN },
		{ .fd = shell->unix_fd, .events = POLLIN },
	};
	eventfd_t count;

	for (;;) {
		if (poll(fds, RTE_DIM(fds), -1) < 0)
			continue;
		if (fds[0].revents != 0)
			return NULL;
		if (fds[1].revents != 0)
			eventfd_read(shell->wake_fd, &count);
		sessions_reap(shell, false);
		if (fds[2].revents != 0)
			accept_one(shell, shell->tcp_fd, GZ_SESSION_TCP);
		if (fds[3].revents != 0)
			accept_one(shell, shell->unix_fd, GZ_SESSION_UNIX);
	}
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The threads have ended. */
static void
shell_free(struct gz_shell *s)
{
	if (s->unix_fd >= 0)
		unlink(s->conf.socket);
	close_fd(&s->tcp_fd);
	close_fd(&s->unix_fd);
	close_fd(&s->stop_fd);
	close_fd(&s->wake_fd);
	gz_posts_fini(&s->posts);
	gz_guard_fini(&s->guard);
	pthread_mutex_destroy(&s->lock);
	gz_shell_conf_free(&s->conf);
	free(s);
}

static struct gz_shell *
shell_alloc(struct gz_shell_conf *conf, void *app)
{
	struct gz_shell *s;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	if (gz_posts_init(&s->posts) < 0) {
		free(s);
		return NULL;
	}
	s->conf = *conf;
	s->app = app;
	s->tcp_fd = s->unix_fd = -1;
	s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&s->lock, NULL);
	LIST_INIT(&s->sessions);
	gz_guard_init(&s->guard, conf->lockout_ms);
	return s;
}

struct gz_shell *
gz_shell_open(const struct gz_conf *conf, void *app, struct gz_errors *errors)
{
	struct gz_shell_conf values;
	struct gz_shell *s;

	gz_shell_grammar();
	if (gz_shell_conf_read(conf, &values, errors) < 0)
		return NULL;
	s = shell_alloc(&values, app);
	if (s == NULL) {
		gz_shell_conf_free(&values);
		return NULL;
	}
	if (gz_listen_unix(&s->conf, &s->unix_fd, errors) < 0 ||
			gz_listen_tcp(&s->conf, &s->tcp_fd, errors) < 0)
		goto free_shell;
	if (thread_start(&s->listener, "gz-shell", listener_main, s) < 0)
		goto free_shell;
	s->listening = true;
	return s;

free_shell:
	shell_free(s);
	return NULL;
}

void
gz_shell_close(struct gz_shell *s)
{
	if (s == NULL)
		return;
	gz_posts_close(&s->posts);
	eventfd_write(s->stop_fd, 1);
	if (s->listening)
		pthread_join(s->listener, NULL);
	sessions_reap(s, true);
	shell_free(s);
}

int
gz_shell_fd(const struct gz_shell *s)
{
	return s->posts.fd;
}

void
gz_shell_turn(struct gz_shell *s)
{
	gz_posts_turn(&s->posts);
}

uint32_t
gz_shell_sessions(struct gz_shell *s)
{
	uint32_t n;

	pthread_mutex_lock(&s->lock);
	n = s->nb_sessions[GZ_SESSION_TCP] + s->nb_sessions[GZ_SESSION_UNIX];
	pthread_mutex_unlock(&s->lock);
	return n;
}
