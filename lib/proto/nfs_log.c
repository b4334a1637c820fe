/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules and events tell of NFS. */

#include "nfs.h"

/* clang-format off */
static const char *const names2[] = { "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK",
	"READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE", "RENAME", "LINK", "SYMLINK", "MKDIR",
	"RMDIR", "READDIR", "STATFS" };
static const char *const names3[] = { "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK",
	"READ", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK",
	"READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT" };
static const char *const names4[] = { "NULL", [3] = "ACCESS", "CLOSE", "COMMIT", "CREATE",
	"DELEGPURGE", "DELEGRETURN", "GETATTR", "GETFH", "LINK", "LOCK", "LOCKT", "LOCKU", "LOOKUP",
	"LOOKUPP", "NVERIFY", "OPEN", "OPENATTR", "OPEN_CONFIRM", "OPEN_DOWNGRADE", "PUTFH",
	"PUTPUBFH", "PUTROOTFH", "READ", "READDIR", "READLINK", "REMOVE", "RENAME", "RENEW",
	"RESTOREFH", "SAVEFH", "SECINFO", "SETATTR", "SETCLIENTID", "SETCLIENTID_CONFIRM", "VERIFY",
	"WRITE", "RELEASE_LOCKOWNER" };
/* clang-format on */

static const struct {
	const char *const *names;
	uint32_t nb;
} versions[] = {
	[2] = { names2, RTE_DIM(names2) },
	[3] = { names3, RTE_DIM(names3) },
	[4] = { names4, RTE_DIM(names4) },
};

/* RFC 1813 section 2.6, without the NFS3 in front. */
static const struct {
	uint32_t status;
	const char *name;
} statuses[] = { { 0, "OK" }, { 1, "ERR_PERM" }, { 2, "ERR_NOENT" }, { 5, "ERR_IO" },
	{ 6, "ERR_NXIO" }, { 13, "ERR_ACCES" }, { 17, "ERR_EXIST" }, { 18, "ERR_XDEV" },
	{ 19, "ERR_NODEV" }, { 20, "ERR_NOTDIR" }, { 21, "ERR_ISDIR" }, { 22, "ERR_INVAL" },
	{ 27, "ERR_FBIG" }, { 28, "ERR_NOSPC" }, { 30, "ERR_ROFS" }, { 31, "ERR_MLINK" },
	{ 63, "ERR_NAMETOOLONG" }, { 66, "ERR_NOTEMPTY" }, { 69, "ERR_DQUOT" }, { 70, "ERR_STALE" },
	{ 71, "ERR_REMOTE" }, { 10001, "ERR_BADHANDLE" }, { 10002, "ERR_NOT_SYNC" },
	{ 10003, "ERR_BAD_COOKIE" }, { 10004, "ERR_NOTSUPP" }, { 10005, "ERR_TOOSMALL" },
	{ 10006, "ERR_SERVERFAULT" }, { 10007, "ERR_BADTYPE" }, { 10008, "ERR_JUKEBOX" } };

/* CRC-32 as in Ethernet, a bit at a time: handles are short. */
uint32_t
nfs_handle_sum(const struct nfs_handle *h)
{
	uint32_t i, bit, sum = UINT32_MAX;

	for (i = 0; i < h->len; i++) {
		sum ^= h->p[i];
		for (bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (UINT32_C(0xedb88320) & -(sum & 1));
	}
	return ~sum;
}

static void
log_procedure(struct gz_json *j, const struct nfs_tx *t)
{
	const char *name = NULL;

	if (t->version < RTE_DIM(versions) && t->procedure < versions[t->version].nb)
		name = versions[t->version].names[t->procedure];
	if (name != NULL)
		gz_json_str(j, "procedure", name);
	else
		gz_json_fmt(j, "procedure", "%u", t->procedure);
}

static void
log_status(struct gz_json *j, uint32_t status)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(statuses); i++) {
		if (statuses[i].status != status)
			continue;
		gz_json_str(j, "status", statuses[i].name);
		return;
	}
	gz_json_fmt(j, "status", "%u", status);
}

static void
log_file(struct gz_json *j, const struct gz_tx *tx)
{
	const struct nfs_tx *t = nfs_tx_of(tx);

	gz_json_object(j, t->procedure == (t->version == 4 ? 25 : 6) ? "read" : "write");
	gz_json_bool(j, "first", true);
	gz_json_bool(j, "last", t->last);
	gz_json_u64(j, "last_xid", t->last_xid);
	gz_json_u64(j, "chunks", t->chunks);
	gz_json_object_end(j);
}

void
nfs_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct nfs_tx *t = nfs_tx_of(tx);
	const struct rpc_told rpc = { t->xid, t->rpc_status, t->flavor, t->has_unix, t->uid, t->gid,
		gz_bytes_span(&t->machine) };

	rpc_log(j, &rpc);
	gz_json_object(j, "nfs");
	gz_json_u64(j, "version", t->version);
	log_procedure(j, t);
	gz_json_bytes(j, "filename", gz_bytes_span(&t->name));
	if (t->has_handle)
		gz_json_fmt(j, "hhash", "%x", t->handle_sum);
	gz_json_u64(j, "id", tx->id + 1);
	gz_json_bool(j, "file_tx", t->is_file);
	gz_json_str(j, "type", "response");
	log_status(j, t->status);
	if (t->is_file)
		log_file(j, tx);
	if (t->has_rename) {
		gz_json_object(j, "rename");
		gz_json_bytes(j, "from", gz_bytes_span(&t->name));
		gz_json_bytes(j, "to", gz_bytes_span(&t->to));
		gz_json_object_end(j);
	}
	gz_json_object_end(j);
}

/* ---- fields ---- */

static bool
get_procedure(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const uint64_t *bits = nfs_tx_of(tx)->procedures;
	uint32_t i;

	for (i = 0; i < NFS_PROCEDURES_MOST; i++) {
		if ((bits[i / 64] >> i % 64 & 1) == 0 || index-- > 0)
			continue;
		*v = i;
		return true;
	}
	return false;
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = nfs_tx_of(tx)->version;
	return index == 0 && *v != 0;
}

#define C2S GZ_FIELD_C2S
#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

/* clang-format off */
const struct gz_field_row nfs_fields[NFS_NB_FIELDS] = {
	{ .name = "nfs_procedure", .get_number = get_procedure, .flags = C2S | GZ_FIELD_MULTI,
		.help = "number of a procedure of NFS, of version 4 of an operation" },
	{ .name = "nfs.version", .alias = "nfs_version", .get_number = get_version, .flags = C2S,
		.help = "version of NFS" },
	GZ_FILE_ROWS(BOTH, gz_file_get_data, { 0, 0 }),
};
/* clang-format on */
