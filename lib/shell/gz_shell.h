/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SHELL_H
#define GZ_SHELL_H

/*
 * The control shell: sessions over telnet on TCP and over a UNIX socket. It
 * knows no nouns; commands register themselves, one row each:
 *
 *	static int
 *	show_rules(struct gz_shell_call *c)
 *	{
 *		uint64_t sid;
 *
 *		if (gz_shell_uint(c, "sid", &sid))
 *			return show_rule(c, sid);
 *		gz_out_u64(c->out, "rules", ...);
 *		return 0;
 *	}
 *
 *	static const struct gz_shell_command rules_commands[] = {
 *		{ "show rules [sid:uint]", show_rules, "the rules in force, or one of them" },
 *	};
 *	GZ_SHELL_REGISTER(rules_commands)
 *
 * The words of a row: keywords, verb first; NAME:TYPE is a value, TYPE one of uint, addr, word,
 * rest (of the line) or a choice like on|off; values in [brackets], always last, may be left out.
 * Every `show` takes a last word `json`, which changes the face of c->out and nothing else.
 * A keyword may be cut short as long as it stays clear.
 *
 * A session has a thread of its own, so that a reader who is slow stalls nobody else. Commands run
 * on the control thread, which calls gz_shell_turn() when gz_shell_fd() is readable: nouns are
 * touched from one thread. A row marked local runs on the session's thread instead, and may visit
 * control with gz_shell_on_control().
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

#include "gz_addr.h"
#include "gz_conf.h"
#include "gz_out.h"

struct gz_shell;
struct gz_shell_match;
struct gz_session;

/** One command being run. */
struct gz_shell_call {
	struct gz_out *out; /* what the user gets */
	void *app; /* as given to gz_shell_open() */
	struct gz_shell *shell;
	struct gz_session *session; /* NULL when the line did not come from a session */
	const struct gz_shell_match *match;
};

/** @return 0, or -errno after gz_out_error() has said why. */
typedef int (*gz_shell_run_fn)(struct gz_shell_call *c);

struct gz_shell_command {
	const char *words;
	gz_shell_run_fn run;
	const char *help; /* what it does, without full stop */
	bool local; /* runs on the session's thread */
};

struct gz_shell_command_set {
	const struct gz_shell_command *rows;
	uint32_t nb_rows;
	STAILQ_ENTRY(gz_shell_command_set) next;
};

void gz_shell_register(struct gz_shell_command_set *set);

#define GZ_SHELL_REGISTER(table)                                                              \
	static struct gz_shell_command_set table##_set = { table, RTE_DIM(table), { NULL } }; \
	RTE_INIT(gz_shell_register_##table)                                                   \
	{                                                                                     \
		gz_shell_register(&table##_set);                                              \
	}

/* The values of a call, by name. A name that the row does not have is a programmer's mistake:
 * aborts. @return false (or NULL) when the user left it out. */
bool gz_shell_uint(const struct gz_shell_call *c, const char *name, uint64_t *value);
bool gz_shell_addr(const struct gz_shell_call *c, const char *name, struct gz_addr *value);
/** A word, the rest of the line, or the word chosen. Valid during the call. */
const char *gz_shell_text(const struct gz_shell_call *c, const char *name);

/**
 * From a local command: run @p fn on the control thread and wait for its end.
 *
 * @return what @p fn said, or -ESHUTDOWN when the shell closes: then it did not run.
 */
int gz_shell_on_control(struct gz_shell_call *c, int (*fn)(void *arg), void *arg);

/** Do the settings shell.* fit together? What does not is told in @p errors. */
bool gz_shell_check(const struct gz_conf *conf, struct gz_errors *errors);
/**
 * Listen as the settings shell.* say. Problems are told in @p errors.
 *
 * @param app   Handed to every command.
 * @return      NULL when it may not listen (no password for a remote address) or cannot.
 */
struct gz_shell *gz_shell_open(const struct gz_conf *conf, void *app, struct gz_errors *errors);
/** Control thread: end all sessions; commands that wait are answered with an error. */
void gz_shell_close(struct gz_shell *s);

/** Readable when a command waits for the control thread. */
int gz_shell_fd(const struct gz_shell *s);
/** Control thread: run what waits. */
void gz_shell_turn(struct gz_shell *s);

/** Sessions now. Any thread. */
uint32_t gz_shell_sessions(struct gz_shell *s);

/**
 * Understand and run one line on the calling thread, local or not.
 *
 * @param out   Set to the answer, whose face the line has chosen; the caller destroys it.
 * @return      0 or -errno; an empty line does nothing.
 */
int gz_shell_line(void *app, const char *line, struct gz_out **out);

#endif /* GZ_SHELL_H */
