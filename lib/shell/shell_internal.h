/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SHELL_INTERNAL_H
#define SHELL_INTERNAL_H

#include <pthread.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "gz_shell.h"

#include "grammar.h"
#include "telnet.h"

enum {
	GZ_SESSION_OUT = 16 * 1024,
	GZ_SESSION_IN = 512,
	GZ_PEER_TEXT = GZ_ADDR_TEXT + 8,
	GZ_PASSWORD_MOST = 256,
};

/** The settings shell.*, as values. */
struct gz_shell_conf {
	char socket[108];
	char address[GZ_ADDR_TEXT];
	uint16_t port;
	char *password_hash; /* NULL: none asked for */
	uint32_t sessions;
	uint32_t idle_ms;
	uint32_t slow_ms;
	uint32_t lockout_ms;
	bool paging;
};

/** Read and judge; @return 0 or -EINVAL, told in @p errors. */
int
gz_shell_conf_read(const struct gz_conf *conf, struct gz_shell_conf *s, struct gz_errors *errors);
void gz_shell_conf_free(struct gz_shell_conf *s);

/** Sockets to accept on, or -1 where the configuration wants none. 0 or -errno, told. */
int gz_listen_tcp(const struct gz_shell_conf *conf, int *fd, struct gz_errors *errors);
int gz_listen_unix(const struct gz_shell_conf *conf, int *fd, struct gz_errors *errors);

/* Work that waits for the control thread. */

struct gz_post {
	int (*fn)(void *arg);
	void *arg;
	int result;
	bool done;
	STAILQ_ENTRY(gz_post) next;
};

struct gz_posts {
	pthread_mutex_t lock;
	pthread_cond_t done;
	STAILQ_HEAD(, gz_post) waiting;
	int fd; /* an eventfd: readable when something waits */
	bool closed;
};

int gz_posts_init(struct gz_posts *p);
void gz_posts_fini(struct gz_posts *p);
/** Any thread but control: wait until control has run @p fn. -ESHUTDOWN: it will not. */
int gz_posts_run(struct gz_posts *p, int (*fn)(void *arg), void *arg);
/** Control. */
void gz_posts_turn(struct gz_posts *p);
void gz_posts_close(struct gz_posts *p);

/* Who gave a wrong password lately. */

struct gz_guard_row {
	char peer[GZ_PEER_TEXT];
	uint32_t failures;
	uint64_t last_ms;
};

struct gz_guard {
	pthread_mutex_t lock;
	struct gz_guard_row rows[64];
	uint32_t lockout_ms;
};

enum {
	GZ_GUARD_TRIES = 3, /* of one session */
	GZ_GUARD_LOCKOUT = 6, /* failures of one peer until it is not heard for a while */
};

void gz_guard_init(struct gz_guard *g, uint32_t lockout_ms);
void gz_guard_fini(struct gz_guard *g);
bool gz_guard_is_locked_out(struct gz_guard *g, const char *peer, uint64_t now_ms);
/** Note a failure. @return milliseconds to let pass before the answer. */
uint32_t gz_guard_failed(struct gz_guard *g, const char *peer, uint64_t now_ms);
void gz_guard_passed(struct gz_guard *g, const char *peer);

/** Does @p password have this hash? Takes the same time for every wrong one. */
bool gz_password_is(const char *password, const char *hash);

struct gz_shell {
	struct gz_shell_conf conf;
	void *app;
	struct gz_posts posts;
	struct gz_guard guard;
	int tcp_fd, unix_fd;
	int stop_fd; /* an eventfd: readable once all sessions must end */
	int wake_fd; /* an eventfd: a session has ended */
	pthread_t listener;
	bool listening; /* the thread runs */
	pthread_mutex_t lock;
	LIST_HEAD(, gz_session) sessions;
	uint32_t nb_sessions[2]; /* by enum gz_session_kind */
};

enum gz_session_kind {
	GZ_SESSION_TCP,
	GZ_SESSION_UNIX,
};

struct rdline;

/** One connection, owned by its thread. */
struct gz_session {
	LIST_ENTRY(gz_session) link;
	struct gz_shell *shell;
	pthread_t thread;
	bool ended; /* under shell->lock: the thread is about to return */
	enum gz_session_kind kind;
	char peer[GZ_PEER_TEXT];
	int fd;
	bool dead; /* the peer has gone, is too slow, or the shell closes */
	bool quit; /* the user has had enough */
	bool terminal; /* a person: echo, CR LF, pages */
	bool paging;
	struct telnet telnet;
	uint8_t in[GZ_SESSION_IN];
	uint32_t in_at, in_len;
	char out[GZ_SESSION_OUT];
	uint32_t out_len;
	struct rdline *rdline;
	uint32_t nb_lines;
};

/* A session's wire. */

void gz_session_put(struct gz_session *s, const void *bytes, size_t len);
/** Text with "\n", which a terminal gets as CR LF. */
void gz_session_text(struct gz_session *s, const char *text, size_t len);
void
gz_session_say(struct gz_session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Send what is kept; a peer that does not read for shell.slow is dropped. */
void gz_session_flush(struct gz_session *s);
/** The next key, or -1: nothing for @p wait_ms, or dead. */
int gz_session_key(struct gz_session *s, uint64_t wait_ms);
/** Let time pass, unless the shell closes. */
void gz_session_pause(struct gz_session *s, uint32_t ms);
/** Show text a window at a time. */
void gz_session_page(struct gz_session *s, const char *text, size_t len);

/** Ask for the password. */
bool gz_session_login(struct gz_session *s);
/** All of a connection's life but its thread and its socket. */
void gz_session_serve(struct gz_session *s);

/** Understand and run a line; @p s NULL: on this thread. As gz_shell_line(). */
int gz_shell_dispatch(struct gz_shell *shell, struct gz_session *s, void *app, const char *line,
		struct gz_out **out);

/** Let a session run on @p fd, which becomes its own. 0 or -errno (then @p fd is closed). */
int gz_shell_adopt(struct gz_shell *shell, int fd, enum gz_session_kind kind, const char *peer);

#endif /* SHELL_INTERNAL_H */
