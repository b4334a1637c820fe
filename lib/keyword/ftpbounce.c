/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "field_number.h"

/* A PORT command (RFC 959 section 5.3.1) that names another address than the client's. */

struct ftpbounce {
	const struct gz_field *command, *data;
};

/** "10,0,0,1,4,1": the address in it. */
static bool
read_address(struct gz_span s, struct gz_addr *a)
{
	struct gz_span part;
	uint8_t bytes[4];
	uint64_t v;

	for (uint32_t i = 0; i < 4; i++) {
		if (!text_cut(&s, ',', &part) || !text_u64(part, UINT8_MAX, &v))
			return false;
		bytes[i] = (uint8_t)v;
	}
	*a = gz_addr_v4(bytes);
	return true;
}

static enum gz_answer
ftpbounce_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct ftpbounce *f = m->arg;
	struct gz_span command, data;
	struct gz_addr a;

	if (e->flow == NULL || !field_bytes(f->command, e, &command) || !text_is(command, "PORT") ||
			!field_bytes(f->data, e, &data) || !read_address(data, &a))
		return GZ_NO;
	return gz_addr_equal(&a, &e->flow->addr[GZ_C2S]) ? GZ_NO : GZ_YES;
}

static struct gz_keyword ftpbounce;

static const char *
ftpbounce_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong = gz_sig_need_proto(b, "ftp");
	struct ftpbounce *f;

	if (wrong != NULL)
		return wrong;
	f = gz_sig_alloc(sizeof(*f));
	f->command = gz_field_find("ftp.command");
	f->data = gz_field_find("ftp.command_data");
	gz_sig_add(b, &ftpbounce, f, 0);
	return NULL;
}

static struct gz_keyword ftpbounce = {
	.reg.name = "ftpbounce",
	.help = "a PORT command names another address than the client's own",
	.usage = "ftpbounce",
	.scope = GZ_SCOPE_TX,
	.no_value = true,
	.parse = ftpbounce_parse,
	.free = free,
	.eval = ftpbounce_eval,
	.proto = "ftp",
	.dirs = 1 << GZ_C2S,
};
GZ_KEYWORD_REGISTER(ftpbounce)
