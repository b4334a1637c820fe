/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdio.h>

/** Print what rules may say as a page of Markdown. */
void reference_print(FILE *to);

#endif /* REFERENCE_H */
