/* SPDX-License-Identifier: BSD-3-Clause */

/* `gauze shell`: a client of the control shell. */

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gz_shell_client.h"

#include "sub.h"

static const char help[] =
		"usage: gauze shell [OPTION]... [COMMAND...]\n"
		"\n"
		"Run one command of the running gauze's control shell; without a command, talk to\n"
		"it (on a terminal) or run the lines of the standard input.\n"
		"\n"
		"  -S, --socket PATH     its socket (default: " GZ_SHELL_SOCKET ")\n"
		"  -p, --hash-password   read a password and print its hash for shell.password-hash\n"
		"  -h, --help            this text\n";

static const struct option options[] = {
	{ "socket", required_argument, NULL, 'S' },
	{ "hash-password", no_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int
hash_password(void)
{
	char *password = getpass("password: ");
	char hash[GZ_SHELL_HASH];

	if (password == NULL || gz_shell_hash_password(password, hash) < 0) {
		fputs("gauze: the password could not be hashed\n", stderr);
		return EXIT_FAILURE;
	}
	puts(hash);
	return EXIT_SUCCESS;
}

static int
run_command(const char *socket, char **words, int n)
{
	size_t len = 1;
	char *line;
	int ret;

	for (int i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	line = calloc(1, len);
	if (line == NULL)
		abort();
	for (int i = 0; i < n; i++) {
		strcat(line, i > 0 ? " " : "");
		strcat(line, words[i]);
	}
	ret = gz_shell_client_exec(socket, line, stdout);
	free(line);
	return ret;
}

static int
run(int argc, char **argv)
{
	const char *socket = GZ_SHELL_SOCKET;
	int o;

	while ((o = getopt_long(argc, argv, "+S:ph", options, NULL)) != -1) {
		switch (o) {
		case 'S':
			socket = optarg;
			break;
		case 'p':
			return hash_password();
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(help, stderr);
			return EXIT_BAD_WORDS;
		}
	}
	if (optind < argc)
		return run_command(socket, argv + optind, argc - optind);
	if (isatty(STDIN_FILENO) == 1)
		return gz_shell_client_terminal(socket);
	return gz_shell_client_script(socket, stdin, stdout);
}

const struct sub sub_shell = { "shell", run, "talk to the running appliance" };
