/* SPDX-License-Identifier: BSD-3-Clause */
#include "rpc.h"

#include <rte_common.h>

enum {
	RPC_VERSION = 2,
};

bool
xdr_opaque(struct gz_cursor *c, uint32_t most, struct gz_span *s)
{
	struct gz_cursor at = *c;
	uint32_t len;

	if (!gz_cursor_be32(&at, &len) || len > most || !gz_cursor_take(&at, len, s) ||
			!gz_cursor_skip(&at, xdr_pad(len)))
		return false;
	*c = at;
	return true;
}

bool
xdr_skip_opaque(struct gz_cursor *c)
{
	struct gz_span s;

	return xdr_opaque(c, INT32_MAX, &s);
}

/** Section 8.2 of RFC 5531, appendix A: AUTH_SYS. */
static void
read_unix(struct gz_span body, struct rpc_message *m)
{
	struct gz_cursor c = gz_cursor(body.p, body.len);

	m->has_unix = gz_cursor_skip(&c, 4) && xdr_opaque(&c, RPC_MACHINE_MOST, &m->machine) &&
			gz_cursor_be32(&c, &m->uid) && gz_cursor_be32(&c, &m->gid);
}

static bool
read_call(struct gz_cursor *c, struct rpc_message *m)
{
	struct gz_span credentials, verifier;
	uint32_t version, flavor;

	if (!gz_cursor_be32(c, &version) || version != RPC_VERSION ||
			!gz_cursor_be32(c, &m->program) || !gz_cursor_be32(c, &m->version) ||
			!gz_cursor_be32(c, &m->procedure) || !gz_cursor_be32(c, &m->flavor) ||
			!xdr_opaque(c, RPC_AUTH_MOST, &credentials) ||
			!gz_cursor_be32(c, &flavor) || !xdr_opaque(c, RPC_AUTH_MOST, &verifier))
		return false;
	if (m->flavor == RPC_AUTH_UNIX)
		read_unix(credentials, m);
	return true;
}

static bool
read_reply(struct gz_cursor *c, struct rpc_message *m)
{
	struct gz_span verifier;
	uint32_t flavor;

	if (!gz_cursor_be32(c, &m->status) || m->status > 1)
		return false;
	if (m->status == 1)
		return true;
	return gz_cursor_be32(c, &flavor) && xdr_opaque(c, RPC_AUTH_MOST, &verifier) &&
			gz_cursor_be32(c, &m->accept);
}

bool
rpc_read(struct gz_span s, struct rpc_message *m)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	*m = (struct rpc_message){ 0 };
	if (!gz_cursor_be32(&c, &m->xid) || !gz_cursor_be32(&c, &m->type))
		return false;
	if (m->type == RPC_CALL ? !read_call(&c, m) : m->type != RPC_REPLY || !read_reply(&c, m))
		return false;
	m->body = c;
	return true;
}

void
rpc_log(struct gz_json *j, const struct rpc_told *t)
{
	static const char *const flavors[] = { "NULL", "UNIX", "SHORT", "DH", "KERB", "RSA",
		"GSS" };

	gz_json_object(j, "rpc");
	gz_json_u64(j, "xid", t->xid);
	gz_json_str(j, "status", t->status == 0 ? "ACCEPTED" : "DENIED");
	if (t->flavor < RTE_DIM(flavors))
		gz_json_str(j, "auth_type", flavors[t->flavor]);
	else
		gz_json_fmt(j, "auth_type", "%u", t->flavor);
	if (t->has_unix) {
		gz_json_object(j, "creds");
		gz_json_bytes(j, "machine_name", t->machine);
		gz_json_u64(j, "uid", t->uid);
		gz_json_u64(j, "gid", t->gid);
		gz_json_object_end(j);
	}
	gz_json_object_end(j);
}
