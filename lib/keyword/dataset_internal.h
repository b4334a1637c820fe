/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DATASET_INTERNAL_H
#define DATASET_INTERNAL_H

/* What the keywords dataset and datarep have in common. */

#include "dataset.h"
#include "keyword_internal.h"

enum {
	DATASET_PATH = 4096,
};

/** Words of a rule about its set, and the paths they name. */
struct dataset_words {
	struct dataset_want want;
	char load[DATASET_PATH], save[DATASET_PATH];
};

/** Take the words behind the name: type, load, state, memcap … */
const char *
dataset_read_words(struct gz_sig_builder *b, struct gz_span rest, struct dataset_words *w);
/** A path of a rule: a relative one starts where the rule's file is. */
const char *rule_path(struct gz_sig_builder *b, struct gz_span name, char path[DATASET_PATH]);
/** The set; a sentence when there is none. */
const char *
dataset_open(struct gz_sig_builder *b, const struct dataset_words *w, struct dataset **d);

#endif /* DATASET_INTERNAL_H */
