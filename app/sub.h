/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SUB_H
#define SUB_H

/*
 * The sub-commands of the binary, one file each (sub_<name>.c): they understand
 * their words, call the rooms, and talk to people.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gz_conf.h"
#include "gz_error.h"

struct sub {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the sub-command */
	const char *help; /* one line */
};

extern const struct sub sub_check, sub_replay, sub_run, sub_shell;

enum {
	EXIT_BAD_WORDS = 2, /* the command line is not understood */
};

/** Words of a command line that belong to many sub-commands. Lists grow as needed. */
struct words {
	const char **v;
	uint32_t n;
};

void words_add(struct words *w, const char *word);
void words_free(struct words *w);

/** gz_conf_read(); @return NULL if there was any error. */
struct gz_conf *conf_read(const char *path, const struct words *sets, struct gz_errors *errors);

/** Tell all of @p errors on stderr, and clear them. @return how many were refusals. */
uint32_t errors_tell(struct gz_errors *errors);

#endif /* SUB_H */
