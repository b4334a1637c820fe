/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONF_TREE_H
#define CONF_TREE_H

/* A file as libconfig's tree, together with its text: libconfig knows a setting's line, the text knows
 * its file and column. */

#include <libconfig.h>

#include "gz_error.h"

struct conf_text;

struct conf_tree {
	config_t config;
	struct conf_text *text;
};

/** @return 0, -EINVAL (told) or -errno of a file (told); only after 0 there is something to free. */
int conf_tree_read(struct conf_tree *t, const char *path, struct gz_errors *errors);
void conf_tree_free(struct conf_tree *t);

/** Where a setting stands, at its name; its file's name lives as long as the tree. */
struct gz_place conf_tree_place(const struct conf_tree *t, const config_setting_t *s);
/** Where its value starts. */
struct gz_place conf_tree_value_place(const struct conf_tree *t, const config_setting_t *s);

#endif /* CONF_TREE_H */
