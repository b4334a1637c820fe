/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shell_internal.h"

enum {
	BACKLOG = 16,
};

static int
tell(struct gz_errors *errors, const char *what, const char *where, int err)
{
	gz_errors_add(errors, (struct gz_place){ 0 }, "cannot listen", "%s %s: %s", what, where,
			strerror(err));
	return -err;
}

static socklen_t
tcp_address(const struct gz_shell_conf *conf, struct sockaddr_storage *ss)
{
	struct sockaddr_in *v4 = (void *)ss;
	struct sockaddr_in6 *v6 = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (inet_pton(AF_INET, conf->address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(conf->port);
		return sizeof(*v4);
	}
	inet_pton(AF_INET6, conf->address, &v6->sin6_addr);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(conf->port);
	return sizeof(*v6);
}

int
gz_listen_tcp(const struct gz_shell_conf *conf, int *fd, struct gz_errors *errors)
{
	char where[GZ_ADDR_TEXT + 16];
	struct sockaddr_storage ss;
	socklen_t len;
	int one = 1, err;

	*fd = -1;
	if (conf->port == 0)
		return 0;
	snprintf(where, sizeof(where), "%s port %u", conf->address, conf->port);
	len = tcp_address(conf, &ss);
	*fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return tell(errors, "cannot listen for telnet on", where, errno);
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(*fd, (const void *)&ss, len) == 0 && listen(*fd, BACKLOG) == 0)
		return 0;
	err = errno;
	close(*fd);
	*fd = -1;
	return tell(errors, "cannot listen for telnet on", where, err);
}

/* Left over by a process that ended badly? Somebody who listens would answer. */
static bool
socket_is_stale(const struct sockaddr_un *un)
{
	struct stat st;
	bool stale;
	int fd;

	if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	stale = connect(fd, (const void *)un, sizeof(*un)) < 0 && errno == ECONNREFUSED;
	close(fd);
	return stale;
}

static void
make_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (slash == NULL || slash == path)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	/* What goes wrong here, bind() tells better. */
	(void)!mkdir(folder, 0755);
}

int
gz_listen_unix(const struct gz_shell_conf *conf, int *fd, struct gz_errors *errors)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int err;

	*fd = -1;
	if (conf->socket[0] == '\0')
		return 0;
	memcpy(un.sun_path, conf->socket, strlen(conf->socket) + 1);
	make_folder_of(un.sun_path);
	if (socket_is_stale(&un))
		unlink(un.sun_path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return tell(errors, "cannot listen on", conf->socket, errno);
	/* Before bind(), which makes the file with this mode: nobody else can ever connect. */
	if (fchmod(*fd, S_IRUSR | S_IWUSR) == 0 && bind(*fd, (const void *)&un, sizeof(un)) == 0 &&
			listen(*fd, BACKLOG) == 0)
		return 0;
	err = errno;
	close(*fd);
	*fd = -1;
	return tell(errors, "cannot listen on", conf->socket, err);
}
