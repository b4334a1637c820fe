/* SPDX-License-Identifier: BSD-3-Clause */
/* From a line to its answer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "gz_log.h"

#include "shell_internal.h"

GZ_LOG_REGISTER(shell)

static const struct value *
call_value(const struct gz_shell_call *c, const char *name)
{
	const struct command *command = c->match->command;

	for (uint32_t i = 0; i < command->nb_items; i++) {
		if (command->items[i].kind != ITEM_KEYWORD &&
				strcmp(command->items[i].name, name) == 0)
			return &c->match->values[i];
	}
	rte_panic("shell: \"%s\" has no value %s\n", command->row->words, name);
}

bool
gz_shell_uint(const struct gz_shell_call *c, const char *name, uint64_t *value)
{
	const struct value *v = call_value(c, name);

	if (v->text == NULL)
		return false;
	*value = v->number;
	return true;
}

bool
gz_shell_addr(const struct gz_shell_call *c, const char *name, struct gz_addr *value)
{
	const struct value *v = call_value(c, name);

	if (v->text == NULL)
		return false;
	*value = v->addr;
	return true;
}

const char *
gz_shell_text(const struct gz_shell_call *c, const char *name)
{
	return call_value(c, name)->text;
}

int
gz_shell_on_control(struct gz_shell_call *c, int (*fn)(void *arg), void *arg)
{
	/* Without a session there is no other thread: the caller is control. */
	if (c->session == NULL)
		return fn(arg);
	return gz_posts_run(&c->shell->posts, fn, arg);
}

/* Who changed what stays in the log; looking leaves no trace. */
static void
call_note(const struct gz_shell_call *c, const char *line)
{
	const struct command *command = c->match->command;

	if (c->session != NULL && !command->show && !command->row->local)
		GZ_LOG(NOTICE, "%s: %.*s", c->session->peer, (int)strcspn(line, "\r\n"), line);
}

static int
call_run(void *arg)
{
	struct gz_shell_call *c = arg;

	return c->match->command->row->run(c);
}

int
gz_shell_dispatch(struct gz_shell *shell, struct gz_session *s, void *app, const char *line,
		struct gz_out **out)
{
	struct gz_shell_call call = { .app = app, .shell = shell, .session = s };
	struct gz_shell_match *m;
	char why[512];
	int ret = 0;

	m = malloc(sizeof(*m));
	RTE_VERIFY(m != NULL);
	call.match = m;
	switch (gz_shell_match(line, m, why, sizeof(why))) {
	case MATCH_FOUND:
		call_note(&call, line);
		*out = call.out = gz_out_create(m->json ? GZ_OUT_JSON : GZ_OUT_TEXT);
		ret = m->command->row->local ? call_run(&call)
					     : gz_shell_on_control(&call, call_run, &call);
		if (ret == -ESHUTDOWN)
			gz_out_error(*out, "gauze is shutting down");
		break;
	case MATCH_NONE:
		*out = gz_out_create(GZ_OUT_TEXT);
		gz_out_error(*out, "%s", why);
		ret = -EINVAL;
		break;
	case MATCH_EMPTY:
		*out = gz_out_create(GZ_OUT_TEXT);
		break;
	}
	free(m);
	return ret;
}

int
gz_shell_line(void *app, const char *line, struct gz_out **out)
{
	return gz_shell_dispatch(NULL, NULL, app, line, out);
}
