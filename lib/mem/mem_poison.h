/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_POISON_H
#define MEM_POISON_H

/* What is not handed out must not be touched: sanitizer builds see to it. */

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define MEM_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_HAS_ASAN 1
#endif
#endif

#ifdef MEM_HAS_ASAN
#include <sanitizer/asan_interface.h>

/* Our own look into poisoned memory, for the links of free pieces. */
#define MEM_MAY_LOOK __attribute__((no_sanitize_address))

static inline void
mem_poison(void *p, size_t size)
{
	__asan_poison_memory_region(p, size);
}

static inline void
mem_unpoison(void *p, size_t size)
{
	__asan_unpoison_memory_region(p, size);
}
#else
#define MEM_MAY_LOOK

static inline void
mem_poison(void *p, size_t size)
{
}

static inline void
mem_unpoison(void *p, size_t size)
{
}
#endif

#endif /* MEM_POISON_H */
