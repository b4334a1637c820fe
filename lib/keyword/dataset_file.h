/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DATASET_FILE_H
#define DATASET_FILE_H

/* Files of datasets: a value a line, strings in base64, digests in hexadecimal, addresses as text. */

#include <stdio.h>

#include "dataset.h"

/** Add the file's values. false: a sentence with its place is in @p error. */
bool
dataset_file_load(struct dataset *d, const struct dataset_want *want, char *error, uint32_t size);
void dataset_file_write(FILE *to, enum dataset_type type, struct gz_span data);
/** Read a value as files and commands write it. @return its bytes in @p out, or -1. */
int dataset_value_read(enum dataset_type type, struct gz_span text, uint8_t *out, uint32_t size);

#endif /* DATASET_FILE_H */
