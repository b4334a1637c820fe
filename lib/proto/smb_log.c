/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <stdio.h>

#include "smb.h"

static const char *const share_names[] = {
	[SMB_SHARE_UNKNOWN] = "UNKNOWN",
	[SMB_SHARE_DISK] = "FILE",
	[SMB_SHARE_PIPE] = "PIPE",
	[SMB_SHARE_PRINT] = "PRINT",
};

static const char *const disposition_names[] = { "FILE_SUPERSEDE", "FILE_OPEN", "FILE_CREATE",
	"FILE_OPEN_IF", "FILE_OVERWRITE", "FILE_OVERWRITE_IF" };

static void
write_guid(struct gz_json *j, const char *key, const struct smb_guid *g)
{
	const uint8_t *b = g->b;

	gz_json_fmt(j, key, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[9], b[8], b[11], b[10],
			b[15], b[14], b[13], b[12]);
}

/** Of a file: SMB 1's are two bytes. */
static void
write_id(struct gz_json *j, const struct smb_tx *t)
{
	if (!t->has_id)
		gz_json_str(j, "fuid", "");
	else if (t->version == 1)
		gz_json_fmt(j, "fuid", "%02x%02x", t->id.b[1], t->id.b[0]);
	else
		write_guid(j, "fuid", &t->id);
}

static void
write_status(struct gz_json *j, const struct smb_tx *t)
{
	uint32_t class = t->status & 0xff, code = t->status >> 16;
	char name[SMB_STATUS_TEXT];

	if (!t->has_status)
		return;
	if (t->dos_status) {
		if (class == 0)
			gz_json_fmt(j, "status", "UNKNOWN_%02x_%04x", class, code);
		else if (class == 2 && code == 1)
			gz_json_str(j, "status", "SRV_ERROR");
		else
			gz_json_fmt(j, "status", "%u", code);
		gz_json_fmt(j, "status_code", "0x%04x", code);
		return;
	}
	if (smb_status_name(t->status, name) != NULL)
		gz_json_str(j, "status", name);
	else
		gz_json_fmt(j, "status", "0x%08x", t->status);
	gz_json_fmt(j, "status_code", "0x%x", t->status);
}

static void
write_negotiate(struct gz_json *j, const struct smb_negotiate *n)
{
	struct gz_span rest, name;

	if (n == NULL)
		return;
	rest = gz_bytes_span(&n->dialects);
	if (n->nb_dialects > 0) {
		gz_json_array(j, "client_dialects");
		while (gz_span_cut(&rest, '\0', &name))
			if (name.len > 0)
				gz_json_bytes(j, NULL, name);
		gz_json_array_end(j);
	}
	if (n->has_client)
		write_guid(j, "client_guid", &n->client);
	if (n->has_server)
		write_guid(j, "server_guid", &n->server);
	if (n->has_sizes) {
		gz_json_u64(j, "max_read_size", n->max_read);
		gz_json_u64(j, "max_write_size", n->max_write);
	}
}

static void
write_native(struct gz_json *j, const char *key, const struct smb_tx *t, enum gz_dir dir)
{
	if (t->version != 1 || (t->os[dir].len == 0 && t->lm[dir].len == 0))
		return;
	gz_json_object(j, key);
	gz_json_bytes(j, "native_os", gz_bytes_span(&t->os[dir]));
	gz_json_bytes(j, "native_lm", gz_bytes_span(&t->lm[dir]));
	gz_json_object_end(j);
}

static void
write_kerberos(struct gz_json *j, const struct smb_auth *a)
{
	struct gz_span rest = gz_bytes_span(&a->sname), part;

	if (a->realm.len == 0)
		return;
	gz_json_object(j, "kerberos");
	gz_json_bytes(j, "realm", gz_bytes_span(&a->realm));
	gz_json_array(j, "snames");
	while (gz_span_cut(&rest, '\0', &part))
		if (part.len > 0)
			gz_json_bytes(j, NULL, part);
	gz_json_array_end(j);
	gz_json_object_end(j);
}

static void
write_setup(struct gz_json *j, const struct smb_tx *t)
{
	const struct smb_auth *a = &t->auth;

	if (a->ntlmssp) {
		gz_json_object(j, "ntlmssp");
		gz_json_bytes(j, "domain", gz_bytes_span(&a->domain));
		gz_json_bytes(j, "user", gz_bytes_span(&a->user));
		gz_json_bytes(j, "host", gz_bytes_span(&a->host));
		if (a->has_version)
			gz_json_fmt(j, "version", "%u.%u build %u rev %u", a->major, a->minor,
					a->build, a->rev);
		gz_json_object_end(j);
	}
	write_kerberos(j, a);
	write_native(j, "request", t, GZ_C2S);
	write_native(j, "response", t, GZ_S2C);
}

static void
write_tree(struct gz_json *j, const struct smb_tx *t)
{
	gz_json_bytes(j, t->is_pipe ? "named_pipe" : "share", gz_bytes_span(&t->name));
	if (t->version == 2) {
		gz_json_str(j, "share_type", share_names[t->share_type]);
		return;
	}
	gz_json_object(j, "service");
	if (t->share.len > 0)
		gz_json_bytes(j, "request", gz_bytes_span(&t->share));
	if (t->service.len > 0)
		gz_json_bytes(j, "response", gz_bytes_span(&t->service));
	gz_json_object_end(j);
}

static void
write_access(struct gz_json *j, const struct smb_tx *t)
{
	gz_json_str(j, "access", t->create.delete_on_close ? "delete on close" : "normal");
}

static void
write_create(struct gz_json *j, const struct smb_tx *t)
{
	const struct smb_create *c = &t->create;

	if (t->name.len > 0)
		gz_json_bytes(j, "filename", gz_bytes_span(&t->name));
	else
		gz_json_str(j, "filename", "<share_root>");
	gz_json_str(j, "disposition",
			c->disposition < RTE_DIM(disposition_names)
					? disposition_names[c->disposition]
					: "UNKNOWN");
	write_access(j, t);
	gz_json_u64(j, "created", c->created);
	gz_json_u64(j, "accessed", c->accessed);
	gz_json_u64(j, "modified", c->modified);
	gz_json_u64(j, "changed", c->changed);
	gz_json_u64(j, "size", c->size);
	write_id(j, t);
}

static void
write_ioctl(struct gz_json *j, const struct smb_tx *t)
{
	const char *name = smb_function_name(t->function);

	if (name != NULL)
		gz_json_fmt(j, "function", "FSCTL_%s", name);
	else
		gz_json_fmt(j, "function", "0x%08x", t->function);
}

static void
write_set_info(struct gz_json *j, const struct smb_tx *t)
{
	if (t->rename.len > 0) {
		gz_json_object(j, "rename");
		gz_json_bytes(j, "from", gz_bytes_span(&t->name));
		gz_json_bytes(j, "to", gz_bytes_span(&t->rename));
		gz_json_object_end(j);
	} else {
		gz_json_bytes(j, "filename", gz_bytes_span(&t->name));
		write_access(j, t);
	}
	write_id(j, t);
}

static void
write_file(struct gz_json *j, const struct smb_tx *t)
{
	if (t->name.len > 0)
		gz_json_bytes(j, "filename", gz_bytes_span(&t->name));
	else
		gz_json_str(j, "filename", "<unknown>");
	gz_json_bytes(j, "share", gz_bytes_span(&t->share));
	write_id(j, t);
}

static void
write_rpc(struct gz_json *j, const struct smb_tx *t)
{
	if (t->rpc == NULL)
		return;
	gz_json_object(j, "dcerpc");
	dcerpc_log_call(t->rpc, DCERPC_OVER_SMB, j);
	gz_json_u64(j, "call_id", t->rpc->id);
	gz_json_object_end(j);
}

static void
write_kind(struct gz_json *j, const struct smb_tx *t)
{
	switch ((enum smb_kind)t->kind) {
	case SMB_NEGOTIATE:
		write_negotiate(j, t->negotiate);
		break;
	case SMB_SETUP:
		write_setup(j, t);
		break;
	case SMB_TREE:
		write_tree(j, t);
		break;
	case SMB_CREATE:
		write_create(j, t);
		break;
	case SMB_IOCTL:
		write_ioctl(j, t);
		break;
	case SMB_SET_INFO:
		write_set_info(j, t);
		break;
	case SMB_FILE:
		write_file(j, t);
		break;
	case SMB_RPC:
		write_rpc(j, t);
		break;
	case SMB_PLAIN:
		break;
	}
}

void
smb_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct smb_state *s = tx->state;
	const struct smb_tx *t = smb_tx_of(tx);
	const char *name = smb_command_name(t->version, t->command);

	gz_json_object(j, "smb");
	gz_json_u64(j, "id", tx->id + 1);
	gz_json_str(j, "dialect", s->dialect[0] != '\0' ? s->dialect : "unknown");
	if (name != NULL)
		gz_json_str(j, "command", name);
	else
		gz_json_fmt(j, "command", "SMB%u_COMMAND_%u", t->version, t->command);
	write_status(j, t);
	gz_json_u64(j, "session_id", t->session);
	gz_json_u64(j, "tree_id", t->tree);
	write_kind(j, t);
	gz_json_object_end(j);
}

/* ---- fields ---- */

static bool
only(struct gz_value *v, uint32_t index, bool has, const struct gz_bytes *b)
{
	if (index > 0 || !has || b->len == 0)
		return false;
	*v = (struct gz_value){ b->p, b->len, 0, true };
	return true;
}

static bool
get_named_pipe(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smb_tx *t = smb_tx_of(tx);

	return only(v, index, t->kind == SMB_TREE && t->is_pipe, &t->name);
}

/* Until the server has told what is shared, a name says nothing of that: rules may ask for IPC$ here, too. */
static bool
get_share(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smb_tx *t = smb_tx_of(tx);

	return only(v, index, t->kind == SMB_TREE && t->share_type != SMB_SHARE_PIPE, &t->name);
}

static bool
get_user(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smb_auth *a = &smb_tx_of(tx)->auth;

	return only(v, index, a->ntlmssp, &a->user);
}

static bool
get_domain(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smb_auth *a = &smb_tx_of(tx)->auth;

	return only(v, index, a->ntlmssp, &a->domain);
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = smb_tx_of(tx)->version;
	return index == 0;
}

static bool
get_stub(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smb_tx *t = smb_tx_of(tx);

	return t->rpc != NULL && dcerpc_get_stub(t->rpc, dir, index, v);
}

#define C2S GZ_FIELD_C2S
#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

/* clang-format off */
const struct gz_field_row smb_fields[] = {
	{ .name = "smb.named_pipe", .alias = "smb_named_pipe", .get = get_named_pipe, .flags = C2S,
		.help = "share of pipes that a client connects to" },
	{ .name = "smb.share", .alias = "smb_share", .get = get_share, .flags = C2S,
		.help = "share that a client connects to, not told yet to be of pipes" },
	{ .name = "smb.ntlmssp_user", .get = get_user, .flags = C2S,
		.help = "user who logs on by NTLMSSP" },
	{ .name = "smb.ntlmssp_domain", .get = get_domain, .flags = C2S,
		.help = "domain of a user who logs on by NTLMSSP" },
	{ .name = "smb.version", .get_number = get_version, .flags = BOTH,
		.help = "version of SMB that a request is in: 1, or 2 for all later ones" },
	{ .name = "dcerpc.stub_data", .alias = "dce_stub_data", .get = get_stub,
		.flags = BOTH | GZ_FIELD_STREAM,
		.help = "arguments and results of a remote procedure call" },
	GZ_FILE_ROWS(BOTH, gz_file_get_data, { 0, 0 }),
};
/* clang-format on */
static_assert(RTE_DIM(smb_fields) == SMB_NB_FIELDS, "smb.h tells how many");
