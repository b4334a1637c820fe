/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RULESET_TOY_H
#define RULESET_TOY_H

/* For tests: rulesets from text, and a protocol to make rules about. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_frame.h"

#include "ruleset_internal.h"

/** What a toy transaction says: pointers that the test sets. */
struct toy {
	struct gz_span name[2]; /* toy.name, by direction */
	struct gz_span list[8]; /* toy.list */
	uint32_t nb_list;
	struct gz_value body; /* toy.body */
};

static bool
toy_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct toy *t = gz_tx_state(tx);

	v->p = t->name[dir].p;
	v->len = t->name[dir].len;
	v->complete = true;
	return index == 0 && v->p != NULL;
}

static bool
toy_list(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct toy *t = gz_tx_state(tx);

	if (index >= t->nb_list)
		return false;
	v->p = t->list[index].p;
	v->len = t->list[index].len;
	v->complete = true;
	return true;
}

static bool
toy_body(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct toy *t = gz_tx_state(tx);

	*v = t->body;
	return index == 0 && v->p != NULL;
}

static void
toy_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct toy *t = gz_tx_state(tx);

	gz_json_object(j, "toy");
	gz_json_bytes(j, "name", t->name[0]);
	gz_json_object_end(j);
}

static const struct gz_field_row toy_fields[] = {
	{ .name = "toy.name", .help = "its name", .progress = { 1, 1 }, .get = toy_name },
	{ .name = "toy.list",
			.help = "some names",
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			.progress = { 2, 2 },
			.get = toy_list },
	{ .name = "toy.body",
			.help = "its body",
			.flags = GZ_FIELD_C2S | GZ_FIELD_STREAM,
			.progress = { 3, 3 },
			.get = toy_body },
};

static const struct gz_field_row toy_frames[] = {
	GZ_FRAME("toy.pdu", "one"),
	GZ_FRAME("toy.head", "another"),
};

static struct gz_proto toy = {
	.reg.name = "toy",
	.help = "for tests",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.tx_size = sizeof(struct toy),
	.fields = toy_fields,
	.nb_fields = RTE_DIM(toy_fields),
	.frames = toy_frames,
	.nb_frames = RTE_DIM(toy_frames),
	.log = toy_log,
};
GZ_PROTO_REGISTER(toy)

static struct gz_sig_env toy_env;
static struct gz_names *toy_names;

static int
toy_begin(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	gz_protos_seal();
	gz_fields_seal();
	gz_keywords_seal();
	toy_names = gz_names_create();
	toy_env.vars = gz_vars_create(NULL, &errors);
	toy_env.classes = gz_classes_create(NULL, &errors);
	toy_env.names = toy_names;
	assert_int_equal(errors.count, 0);
	return 0;
}

static int
toy_end(void **state)
{
	gz_vars_destroy((struct gz_vars *)(uintptr_t)toy_env.vars);
	gz_classes_destroy((struct gz_classes *)(uintptr_t)toy_env.classes);
	gz_names_destroy(toy_names);
	return 0;
}

/** Build from the text of a file; the caller looks at report and errors. */
static struct gz_ruleset *
toy_try(const char *text, const struct gz_ruleset *before, struct gz_ruleset_report *report,
		struct gz_errors *errors)
{
	char path[] = "/tmp/gauze-rules-XXXXXX";
	const char *files[] = { path };
	const struct gz_ruleset_opts opts = {
		.files = files,
		.nb_files = 1,
		.nb_workers = 1,
		.env = &toy_env,
	};
	struct gz_ruleset *rs;
	int fd = mkstemp(path);
	FILE *f;

	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	fputs(text, f);
	fclose(f);
	rs = gz_ruleset_build(&opts, before, report, errors);
	unlink(path);
	return rs;
}

/** Build from rules without fault. */
static struct gz_ruleset *
toy_rules(const char *text)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *rs = toy_try(text, NULL, &report, &errors);

	gz_errors_print(&errors, stderr);
	assert_int_equal(errors.count, 0);
	assert_non_null(rs);
	return rs;
}

#endif /* RULESET_TOY_H */
