/* SPDX-License-Identifier: BSD-3-Clause */

/* Sizes of pieces: at most a quarter more than what was asked for, and no rest of a unit worth naming. */

#include "mem_internal.h"

/* clang-format off */
#define FOUR_ABOVE(n) (n) * 5 / 4, (n) * 6 / 4, (n) * 7 / 4, (n) * 2
#define PART_OF_UNIT(n) (UNIT_BYTES / (n) / SMALL_STEP * SMALL_STEP)

const uint32_t class_bytes[CLASSES] = {
	16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256,
	FOUR_ABOVE(256), FOUR_ABOVE(512), FOUR_ABOVE(1024), FOUR_ABOVE(2048), FOUR_ABOVE(4096),
	PART_OF_UNIT(7), PART_OF_UNIT(6), PART_OF_UNIT(5), PART_OF_UNIT(4), PART_OF_UNIT(3),
	PART_OF_UNIT(2),
};
/* clang-format on */
