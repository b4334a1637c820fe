/* SPDX-License-Identifier: BSD-3-Clause */

/* Sizes of pieces: at most a quarter more than what was asked for, and no rest of a unit worth naming. */

#include "mem_internal.h"

#define FOUR(base) (base) / 4 * 5, (base) / 4 * 6, (base) / 4 * 7, (base)*2
/* n of them fill a unit. */
#define NTH(n) UNIT_BYTES / (n) / SMALL_STEP *SMALL_STEP

/* clang-format off */
const uint32_t class_bytes[CLASSES] = {
	16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256,
	FOUR(256), FOUR(512), FOUR(1024), FOUR(2048), FOUR(4096),
	NTH(7), NTH(6), NTH(5), NTH(4), NTH(3), NTH(2),
};
/* clang-format on */
