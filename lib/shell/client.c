/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "gz_shell_client.h"

#include "telnet.h"

enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_NO_GAUZE = 2,
};

static int
client_connect(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(un.sun_path)) {
		fprintf(stderr, "gauze shell: %s: the path is too long for a socket\n", path);
		return -1;
	}
	strcpy(un.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const void *)&un, sizeof(un)) == 0)
		return fd;
	fprintf(stderr, "gauze shell: no gauze answers at %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
send_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static ssize_t
receive(int fd, void *buf, size_t size)
{
	ssize_t n;

	do {
		n = recv(fd, buf, size, 0);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* "ok 123\n", a byte at a time: what follows is not ours yet. */
static bool
receive_head(int fd, bool *ok, size_t *len)
{
	char head[64], word[8];
	size_t n = 0;

	while (n < sizeof(head) - 1) {
		if (receive(fd, head + n, 1) != 1)
			return false;
		if (head[n] == '\n')
			break;
		n++;
	}
	head[n] = '\0';
	if (sscanf(head, "%7s %zu", word, len) != 2)
		return false;
	*ok = strcmp(word, "ok") == 0;
	return true;
}

static int
client_command(int fd, const char *command, FILE *to)
{
	char buf[16 * 1024];
	bool ok = false;
	ssize_t n = -1;
	size_t left;

	if (!send_all(fd, "exec ", 5) || !send_all(fd, command, strlen(command)) ||
			!send_all(fd, "\n", 1) || !receive_head(fd, &ok, &left))
		goto broken;
	if (!ok)
		to = stderr;
	for (; left > 0; left -= (size_t)n) {
		n = receive(fd, buf, left < sizeof(buf) ? left : sizeof(buf));
		if (n <= 0)
			goto broken;
		fwrite(buf, 1, (size_t)n, to);
	}
	fflush(to);
	return ok ? STATUS_OK : STATUS_FAILED;

broken:
	fprintf(stderr, "gauze shell: gauze broke the connection off\n");
	return STATUS_NO_GAUZE;
}

int
gz_shell_client_exec(const char *path, const char *command, FILE *to)
{
	int fd, status;

	if (strpbrk(command, "\r\n") != NULL) {
		fprintf(stderr, "gauze shell: a command is one line\n");
		return STATUS_FAILED;
	}
	fd = client_connect(path);
	if (fd < 0)
		return STATUS_NO_GAUZE;
	status = client_command(fd, command, to);
	close(fd);
	return status;
}

int
gz_shell_client_script(const char *path, FILE *from, FILE *to)
{
	int fd, status = STATUS_OK, one;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	fd = client_connect(path);
	if (fd < 0)
		return STATUS_NO_GAUZE;
	while (status != STATUS_NO_GAUZE && (n = getline(&line, &size, from)) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		one = client_command(fd, line, to);
		if (one != STATUS_OK)
			status = one;
	}
	free(line);
	close(fd);
	return status;
}

static bool
send_window(int fd)
{
	struct winsize w = { 0 };
	uint8_t bytes[16];

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &w) < 0)
		return true;
	return send_all(fd, bytes, telnet_window(w.ws_row, w.ws_col, bytes));
}

static bool
write_all(const char *p, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(STDOUT_FILENO, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Bytes both ways until one side ends. */
static void
client_pass(int fd, int winch_fd)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
		{ .fd = winch_fd, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	char buf[4096];
	ssize_t n;

	for (;;) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return;
		if (fds[2].revents != 0 && read(winch_fd, &info, sizeof(info)) > 0 &&
				!send_window(fd))
			return;
		if (fds[1].revents != 0) {
			n = receive(fd, buf, sizeof(buf));
			if (n <= 0 || !write_all(buf, (size_t)n))
				return;
		}
		if (fds[0].revents != 0) {
			n = read(STDIN_FILENO, buf, sizeof(buf));
			if (n <= 0 || !send_all(fd, buf, (size_t)n))
				return;
		}
	}
}

int
gz_shell_client_terminal(const char *path)
{
	static const char hello[] = "terminal\n";
	struct termios before, raw;
	int fd, winch_fd;
	sigset_t winch;
	bool tty;

	fd = client_connect(path);
	if (fd < 0)
		return STATUS_NO_GAUZE;
	sigemptyset(&winch);
	sigaddset(&winch, SIGWINCH);
	sigprocmask(SIG_BLOCK, &winch, NULL);
	winch_fd = signalfd(-1, &winch, SFD_CLOEXEC);
	tty = tcgetattr(STDIN_FILENO, &before) == 0;
	if (tty) {
		raw = before;
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	if (send_all(fd, hello, sizeof(hello) - 1) && send_window(fd))
		client_pass(fd, winch_fd);
	if (tty)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	close(winch_fd);
	close(fd);
	return STATUS_OK;
}
