/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions from the outside: the test is the client, and the control thread. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_clock.h"
#include "gz_shell_client.h"

#include "shell_internal.h"

static char folder[] = "/tmp/gz_session_test.XXXXXX";
static char path[64];
static pthread_t ran_on;
static uint64_t lines_of_text;

static int
run_where(struct gz_shell_call *c)
{
	ran_on = pthread_self();
	gz_out_str(c->out, "where", "here");
	return 0;
}

static int
run_visit(struct gz_shell_call *c)
{
	ran_on = 0;
	return gz_shell_on_control(c, (int (*)(void *))run_where, c);
}

static int
run_text(struct gz_shell_call *c)
{
	char line[32];

	gz_shell_uint(c, "lines", &lines_of_text);
	for (uint64_t i = 1; i <= lines_of_text; i++) {
		snprintf(line, sizeof(line), "line %d\n", (int)i);
		gz_out_text(c->out, "line", line);
	}
	return 0;
}

static int
run_fail(struct gz_shell_call *c)
{
	gz_out_error(c->out, "it rains");
	return -EIO;
}

static const struct gz_shell_command commands[] = {
	{ "where", run_where, "on control's thread" },
	{ "visit", run_visit, "from the session's thread to control's", .local = true },
	{ "text lines:uint", run_text, "so many lines", .local = true },
	{ "fail", run_fail, "fail" },
};
GZ_SHELL_REGISTER(commands)

static struct gz_shell *
open_shell(const char *const *settings)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();
	struct gz_shell *s;
	char set[128];

	snprintf(set, sizeof(set), "shell.socket=%s", path);
	assert_int_equal(gz_conf_set(conf, set, &errors), 0);
	assert_int_equal(gz_conf_set(conf, "shell.port=0", &errors), 0);
	for (; settings != NULL && *settings != NULL; settings++)
		assert_int_equal(gz_conf_set(conf, *settings, &errors), 0);
	s = gz_shell_open(conf, NULL, &errors);
	if (s == NULL)
		gz_errors_print(&errors, stderr);
	assert_non_null(s);
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
	return s;
}

static int
dial(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(un.sun_path, path);
	assert_int_equal(connect(fd, (const void *)&un, sizeof(un)), 0);
	return fd;
}

/* As if somebody had come by telnet. */
static int
dial_telnet(struct gz_shell *s)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(gz_shell_adopt(s, fds[1], GZ_SESSION_TCP, "10.0.0.1"), 0);
	return fds[0];
}

static void
say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Read until @p until comes, the peer ends, or ten seconds pass, being control meanwhile. */
static const char *
hear(struct gz_shell *s, int fd, const char *until)
{
	static char text[256 * 1024];
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = gz_shell_fd(s), .events = POLLIN },
	};
	size_t n = 0;
	ssize_t got;

	text[0] = '\0';
	while (until == NULL || strstr(text, until) == NULL) {
		if (poll(fds, 2, 10000) <= 0)
			break;
		if (fds[1].revents != 0)
			gz_shell_turn(s);
		if (fds[0].revents == 0)
			continue;
		got = recv(fd, text + n, sizeof(text) - 1 - n, 0);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++) /* NULs of telnet would end the text */
			text[n + (size_t)i] += text[n + (size_t)i] == 0 ? 1 : 0;
		n += (size_t)got;
		text[n] = '\0';
	}
	return text;
}

static void
a_program_gets_status_length_and_answer(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial();

	say(fd, "exec where\n");
	assert_string_equal(hear(s, fd, "here\n"), "ok 13\nwhere:  here\n");
	assert_true(pthread_equal(ran_on, pthread_self()));
	say(fd, "exec fail\n");
	assert_non_null(strstr(hear(s, fd, "rains\n"), "error "));
	say(fd, "exec wh\n");
	assert_string_equal(hear(s, fd, "here\n"), "ok 13\nwhere:  here\n");
	close(fd);
	gz_shell_close(s);
}

static void
a_local_command_may_visit_control(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial();

	say(fd, "exec visit\n");
	assert_string_equal(hear(s, fd, "here\n"), "ok 13\nwhere:  here\n");
	assert_true(pthread_equal(ran_on, pthread_self()));
	close(fd);
	gz_shell_close(s);
}

static void
a_program_that_talks_nonsense_is_cut_off(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial();

	say(fd, "GET / HTTP/1.1\n");
	assert_string_equal(hear(s, fd, NULL), "error 0\n");
	close(fd);
	gz_shell_close(s);
}

static void
a_person_gets_a_prompt_and_an_echo(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);

	assert_non_null(strstr(hear(s, fd, "gauze> "), "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f"));
	say(fd, "where\r\n");
	assert_non_null(strstr(hear(s, fd, "gauze> "), "where\r\nwhere:  here\r\n"));
	say(fd, "quit\r\n");
	assert_string_equal(hear(s, fd, NULL), "quit\r\n");
	close(fd);
	gz_shell_close(s);
}

static void
tab_completes_and_a_question_mark_tells(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);

	hear(s, fd, "gauze> ");
	say(fd, "wh\t");
	assert_memory_equal(hear(s, fd, "where "), "where ", 6);
	say(fd, "\r");
	assert_non_null(strstr(hear(s, fd, "gauze> "), "where:  here"));
	say(fd, "text ?");
	assert_non_null(strstr(hear(s, fd, "gauze> text "), "<lines>          so many lines"));
	close(fd);
	gz_shell_close(s);
}

static void
history_brings_a_line_back(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);

	hear(s, fd, "gauze> ");
	say(fd, "where\r");
	hear(s, fd, "gauze> ");
	say(fd, "\x1b[A\r");
	assert_non_null(strstr(hear(s, fd, "here\r\ngauze> "), "where:  here"));
	close(fd);
	gz_shell_close(s);
}

static void
control_c_forgets_the_line_and_control_d_ends(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);

	hear(s, fd, "gauze> ");
	say(fd, "fai\x03");
	hear(s, fd, "gauze> ");
	say(fd, "where\r");
	assert_non_null(strstr(hear(s, fd, "gauze> "), "where:  here"));
	say(fd, "\x04");
	assert_string_equal(hear(s, fd, NULL), "\r\n");
	close(fd);
	gz_shell_close(s);
}

static void
long_output_comes_in_pages(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);
	const char *page;

	hear(s, fd, "gauze> ");
	assert_int_equal(send(fd, "\xff\xfa\x1f\x00\x50\x00\x0b\xff\xf0", 9, 0), 9); /* 11 rows */
	say(fd, "text 100\r");
	page = hear(s, fd, "--More--");
	assert_non_null(strstr(page, "line 10\r\n"));
	assert_null(strstr(page, "line 11\r\n"));
	say(fd, " ");
	page = hear(s, fd, "--More--");
	assert_non_null(strstr(page, "line 20\r\n"));
	assert_null(strstr(page, "line 21\r\n"));
	say(fd, "\r");
	page = hear(s, fd, "--More--");
	assert_non_null(strstr(page, "line 21\r\n"));
	assert_null(strstr(page, "line 22\r\n"));
	say(fd, "q");
	page = hear(s, fd, "gauze> ");
	assert_null(strstr(page, "line 22"));
	close(fd);
	gz_shell_close(s);
}

static void
paging_can_be_switched_off(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);
	const char *text;

	hear(s, fd, "gauze> ");
	assert_int_equal(send(fd, "\xff\xfa\x1f\x00\x50\x00\x0b\xff\xf0", 9, 0), 9);
	say(fd, "set paging off\r");
	hear(s, fd, "gauze> ");
	say(fd, "text 100\r");
	text = hear(s, fd, "gauze> ");
	assert_non_null(strstr(text, "line 100\r\n"));
	assert_null(strstr(text, "--More--"));
	close(fd);
	gz_shell_close(s);
}

static void
the_socket_gives_a_terminal_too(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial();

	say(fd, "terminal\n");
	assert_string_equal(hear(s, fd, "gauze> "), "gauze> ");
	say(fd, "where\r");
	assert_non_null(strstr(hear(s, fd, "gauze> "), "where:  here\r\n"));
	close(fd);
	gz_shell_close(s);
}

static void
a_password_opens_the_shell(void **state)
{
	char hash[GZ_SHELL_HASH], set[GZ_SHELL_HASH + 32];
	const char *const settings[] = { set, NULL };
	struct gz_shell *s;
	int fd;

	assert_int_equal(gz_shell_hash_password("open sesame", hash), 0);
	snprintf(set, sizeof(set), "shell.password-hash=%s", hash);
	s = open_shell(settings);
	fd = dial_telnet(s);
	hear(s, fd, "password: ");
	say(fd,
			"open sesamx\x7f"
			"e\r");
	assert_string_equal(hear(s, fd, "gauze> "), "\r\ngauze> ");
	close(fd);
	gz_shell_close(s);
}

static void
a_wrong_password_does_not(void **state)
{
	const char *const settings[] = { "shell.password-hash=$y$j9T$nothing$nothing", NULL };
	struct gz_shell *s = open_shell(settings);
	int fd = dial_telnet(s);

	hear(s, fd, "password: ");
	say(fd, "open sesame\r");
	assert_string_equal(hear(s, fd, "\r\n"), "\r\n");
	/* The answer is delayed; closing does not wait for it. */
	gz_shell_close(s);
	assert_int_equal(recv(fd, (char[1]){ 0 }, 1, 0), 0);
	close(fd);
}

static void
who_is_locked_out_is_not_asked(void **state)
{
	const char *const settings[] = { "shell.password-hash=$y$j9T$nothing$nothing", NULL };
	struct gz_shell *s = open_shell(settings);
	int fd;

	for (int i = 0; i < GZ_GUARD_LOCKOUT; i++)
		gz_guard_failed(&s->guard, "10.0.0.1", gz_clock_mono_ms());
	fd = dial_telnet(s);
	assert_non_null(strstr(hear(s, fd, NULL), "too many wrong passwords"));
	close(fd);
	gz_shell_close(s);
}

static void
a_browser_is_cut_off(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial_telnet(s);

	hear(s, fd, "gauze> ");
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\n\r\nfail\r\n");
	assert_null(strstr(hear(s, fd, NULL), "rains"));
	close(fd);
	gz_shell_close(s);
}

static void
a_reader_who_is_too_slow_is_dropped(void **state)
{
	const char *const settings[] = { "shell.slow=100 ms", NULL };
	struct gz_shell *s = open_shell(settings);
	int slow = dial(), other = dial();
	struct pollfd p = { .fd = slow };

	say(slow, "exec text 100000\n");
	say(other, "exec where\n");
	assert_string_equal(hear(s, other, "here\n"), "ok 13\nwhere:  here\n");
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true((p.revents & POLLHUP) != 0);
	close(slow);
	close(other);
	gz_shell_close(s);
}

static void
sessions_are_counted_and_capped(void **state)
{
	const char *const settings[] = { "shell.sessions=1", NULL };
	struct gz_shell *s = open_shell(settings);
	int one = dial_telnet(s), fds[2];

	hear(s, one, "gauze> ");
	assert_int_equal(gz_shell_sessions(s), 1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(gz_shell_adopt(s, fds[1], GZ_SESSION_TCP, "10.0.0.1"), -EUSERS);
	assert_non_null(strstr(hear(s, fds[0], NULL), "too many sessions"));
	close(fds[0]);
	close(one);
	gz_shell_close(s);
}

static void
closing_answers_who_waits_for_control(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	int fd = dial();
	struct pollfd p = { .fd = gz_shell_fd(s), .events = POLLIN };
	char text[256] = { 0 };

	say(fd, "exec where\n");
	assert_int_equal(poll(&p, 1, 10000), 1);
	gz_shell_close(s);
	assert_true(recv(fd, text, sizeof(text) - 1, MSG_WAITALL) > 0);
	assert_non_null(strstr(text, "shutting down"));
	close(fd);
}

static void
the_socket_is_for_its_owner_only(void **state)
{
	struct gz_shell *s = open_shell(NULL);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	gz_shell_close(s);
	assert_int_equal(stat(path, &st), -1);
}

static int
make_folder(void **state)
{
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/shell.sock", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_gets_status_length_and_answer),
		cmocka_unit_test(a_local_command_may_visit_control),
		cmocka_unit_test(a_program_that_talks_nonsense_is_cut_off),
		cmocka_unit_test(a_person_gets_a_prompt_and_an_echo),
		cmocka_unit_test(tab_completes_and_a_question_mark_tells),
		cmocka_unit_test(history_brings_a_line_back),
		cmocka_unit_test(control_c_forgets_the_line_and_control_d_ends),
		cmocka_unit_test(long_output_comes_in_pages),
		cmocka_unit_test(paging_can_be_switched_off),
		cmocka_unit_test(the_socket_gives_a_terminal_too),
		cmocka_unit_test(a_password_opens_the_shell),
		cmocka_unit_test(a_wrong_password_does_not),
		cmocka_unit_test(who_is_locked_out_is_not_asked),
		cmocka_unit_test(a_browser_is_cut_off),
		cmocka_unit_test(a_reader_who_is_too_slow_is_dropped),
		cmocka_unit_test(sessions_are_counted_and_capped),
		cmocka_unit_test(closing_answers_who_waits_for_control),
		cmocka_unit_test(the_socket_is_for_its_owner_only),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
