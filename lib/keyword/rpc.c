/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <stdlib.h>

#include "gz_cursor.h"

#include "number_internal.h"

/* A call by Sun's RPC (RFC 5531 section 9), in a packet's own payload. */

enum {
	RPC_CALL = 0,
	RPC_VERSION = 2,
};

struct rpc {
	uint32_t program, version, procedure;
	bool any_version, any_procedure;
};

static enum gz_answer
rpc_eval(const struct gz_match *m, struct gz_eval *e)
{
	uint32_t type, rpc_version, program, version, procedure;
	const struct rpc *r = m->arg;
	struct gz_cursor c;

	if (!pkt_is(e, GZ_PKT_TCP | GZ_PKT_UDP))
		return GZ_NO;
	c = gz_cursor(gz_pkt_payload(e->pkt), e->pkt->payload_len);
	/* Over TCP the length of the record stands in front (section 11). */
	if ((e->pkt->flags & GZ_PKT_TCP) && !gz_cursor_skip(&c, 4))
		return GZ_NO;
	if (!gz_cursor_skip(&c, 4) || !gz_cursor_be32(&c, &type) ||
			!gz_cursor_be32(&c, &rpc_version) || !gz_cursor_be32(&c, &program) ||
			!gz_cursor_be32(&c, &version) || !gz_cursor_be32(&c, &procedure))
		return GZ_NO;
	if (type != RPC_CALL || rpc_version != RPC_VERSION || program != r->program)
		return GZ_NO;
	if (!r->any_version && version != r->version)
		return GZ_NO;
	return r->any_procedure || procedure == r->procedure ? GZ_YES : GZ_NO;
}

static struct gz_keyword rpc;

/** A number, or "*", or nothing at all, for any. */
static bool
read_or_any(struct gz_span *rest, uint32_t *number, bool *any)
{
	struct gz_span word;
	uint64_t v = 0;

	*any = !text_next(rest, &word) || text_is(word, "*");
	if (!*any && !text_u64(word, UINT32_MAX, &v))
		return false;
	*number = (uint32_t)v;
	return true;
}

static const char *
rpc_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value);
	struct rpc read, *r;
	bool any;

	if (!read_or_any(&rest, &read.program, &any) || any ||
			!read_or_any(&rest, &read.version, &read.any_version) ||
			!read_or_any(&rest, &read.procedure, &read.any_procedure))
		return "expected the number of a program, then of a version and of a procedure, or * "
		       "for any";
	r = gz_sig_alloc(sizeof(*r));
	*r = read;
	gz_sig_add(b, &rpc, r, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword rpc = {
	.reg.name = "rpc",
	.help = "the packet calls a procedure by Sun's RPC",
	.usage = "rpc:<program>[,<version>|*][,<procedure>|*]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = rpc_parse,
	.free = free,
	.eval = rpc_eval,
};
GZ_KEYWORD_REGISTER(rpc)
