/* SPDX-License-Identifier: BSD-3-Clause */
#include "inflate_once.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

enum {
	MOST_USUAL = 1024, /* bytes of a result, unless the rule says how many */
	MOST = 128 * 1024,
};

const char *
inflate_once_parse(const char *text, void **arg)
{
	struct gz_span s = gz_span_trim(gz_span_str(text)), name;
	uint64_t most = MOST_USUAL;
	uint32_t *kept;

	if (s.len > 0 &&
			(!gz_span_cut(&s, ' ', &name) ||
					!gz_span_equal(name, GZ_SPAN("max-size")) ||
					!gz_span_u64(gz_span_trim(s), &most) || most == 0 ||
					most > MOST))
		return "expected max-size and a number of bytes up to 131072";
	kept = malloc(sizeof(*kept));
	RTE_VERIFY(kept != NULL);
	*kept = (uint32_t)most;
	*arg = kept;
	return NULL;
}

/* Behind the result there is room for the state: nothing is allocated where packets are judged. */
uint32_t
inflate_once_room(const void *arg, uint32_t len)
{
	const uint32_t *most = arg;

	return *most + RTE_CACHE_LINE_SIZE + (uint32_t)sizeof(struct inflate_state);
}

uint32_t
inflate_once(const void *arg, struct gz_span in, uint8_t *out, bool zlib)
{
	const uint32_t *most = arg;
	struct inflate_state *z = (struct inflate_state *)RTE_PTR_ALIGN_CEIL(
			out + *most, RTE_CACHE_LINE_SIZE);

	isal_inflate_init(z);
	z->crc_flag = zlib ? ISAL_ZLIB : ISAL_GZIP;
	z->next_in = (uint8_t *)(uintptr_t)in.p;
	z->avail_in = in.len;
	z->next_out = out;
	z->avail_out = *most;
	memset(out, 0, *most); /* after broken data not all that is counted was written */
	isal_inflate(z); /* of data that breaks off, what was there before */
	return *most - z->avail_out;
}
