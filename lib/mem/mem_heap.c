/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_mem.h"

#ifdef GZ_SANITIZE
/* Nothing to ask: the sanitizer's allocator is in jemalloc's place. */
static void
heap_refresh(void)
{
}

static uint64_t
heap_stat(const char *name)
{
	return 0;
}
#else
#include <jemalloc/jemalloc.h>

/** Its statistics are those of the last refresh. */
static void
heap_refresh(void)
{
	uint64_t epoch = 1;

	mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch));
}

static uint64_t
heap_stat(const char *name)
{
	size_t value = 0, size = sizeof(value);

	return mallctl(name, &value, &size, NULL, 0) == 0 ? value : 0;
}
#endif

void
gz_mem_heap(uint64_t *allocated, uint64_t *resident, uint64_t *mapped)
{
	heap_refresh();
	*allocated = heap_stat("stats.allocated");
	*resident = heap_stat("stats.resident");
	*mapped = heap_stat("stats.mapped");
}
