/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SHELL_CLIENT_H
#define GZ_SHELL_CLIENT_H

/*
 * The other end of the UNIX socket, for `gauze shell`. Functions tell their
 * trouble on stderr and return an exit status: 0 for success, 1 when a command
 * failed, 2 when there is no gauze to talk to.
 */

#include <stddef.h>
#include <stdio.h>

/** The socket's path when nobody names another. */
#define GZ_SHELL_SOCKET "/run/gauze/gauze.sock"

/** Send one command, print its answer to @p to, or to stderr when it failed. */
int gz_shell_client_exec(const char *path, const char *command, FILE *to);
/** Send each line of @p from, a script; # starts a comment. 1 when any of them failed. */
int gz_shell_client_script(const char *path, FILE *from, FILE *to);
/** A session on the caller's terminal. */
int gz_shell_client_terminal(const char *path);

enum {
	GZ_SHELL_HASH = 384, /* room for any password's hash, with its NUL */
};

/** The hash of @p password for shell.password-hash (yescrypt). 0 or -errno. */
int gz_shell_hash_password(const char *password, char hash[GZ_SHELL_HASH]);

#endif /* GZ_SHELL_CLIENT_H */
