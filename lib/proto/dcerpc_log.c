/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>

#include "dcerpc.h"

enum {
	RESPONSE_HEAD = 8, /* behind the header; over TCP it is told as part of the stub */
};

static const char *const type_names[DCERPC_LAST_TYPE + 1] = {
	"REQUEST",
	"PING",
	"RESPONSE",
	"FAULT",
	"WORKING",
	"NOCALL",
	"REJECT",
	"ACK",
	"CL_CANCEL",
	"FACK",
	"CANCEL_ACK",
	"BIND",
	"BINDACK",
	"BINDNAK",
	"ALTER_CONTEXT",
	"ALTER_CONTEXT_RESP",
	"AUTH3",
	"SHUTDOWN",
	"CO_CANCEL",
	"ORPHANED",
	"RTS",
};

static void
write_type(struct gz_json *j, const char *key, const struct dcerpc_side *s, const char *lost)
{
	if (!s->seen)
		gz_json_str(j, key, lost);
	else if (s->type <= DCERPC_LAST_TYPE)
		gz_json_str(j, key, type_names[s->type]);
	else
		gz_json_fmt(j, key, "%u", s->type);
}

static void
write_ifaces(struct gz_json *j, const struct gz_bytes *b, bool smb)
{
	uint32_t i, n = dcerpc_nb_ifaces(b);
	const struct gz_dcerpc_iface *f;
	char uuid[GZ_UUID_TEXT];

	if (n == 0)
		return;
	gz_json_array(j, "interfaces");
	for (i = 0; i < n; i++) {
		f = dcerpc_iface(b, i);
		gz_uuid_text(f->uuid, uuid);
		gz_json_object(j, NULL);
		gz_json_str(j, "uuid", uuid);
		gz_json_fmt(j, "version", "%u.%u", f->major, f->minor);
		if (f->answered) {
			gz_json_u64(j, "ack_result", f->result);
			if (smb)
				gz_json_u64(j, "ack_reason", f->reason);
		}
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

/** @p more bytes of each fragment count as stub data. */
static void
write_counts(struct gz_json *j, const struct dcerpc_side *s, uint32_t more)
{
	gz_json_u64(j, "frag_cnt", s->frags);
	gz_json_u64(j, "stub_data_size", s->stub.total + (uint64_t)more * s->frags);
}

static void
write_request(const struct dcerpc_call *c, bool smb, struct gz_json *j)
{
	const struct dcerpc_side *s = &c->side[GZ_C2S];

	write_type(j, "request", s, "REQUEST_LOST");
	write_ifaces(j, &c->ifaces, smb);
	if (!s->seen || s->type != DCERPC_REQUEST)
		return;
	if (smb)
		gz_json_u64(j, "opnum", c->opnum);
	gz_json_object(j, "req");
	if (!smb)
		gz_json_u64(j, "opnum", c->opnum);
	write_counts(j, s, 0);
	gz_json_object_end(j);
}

void
dcerpc_log_call(const struct dcerpc_call *c, enum dcerpc_over over, struct gz_json *j)
{
	const struct dcerpc_side *s = &c->side[GZ_S2C];

	write_request(c, over == DCERPC_OVER_SMB, j);
	write_type(j, "response", s, "UNREPLIED");
	if (s->seen && s->type == DCERPC_RESPONSE) {
		gz_json_object(j, "res");
		write_counts(j, s, over == DCERPC_OVER_TCP ? RESPONSE_HEAD : 0);
		gz_json_object_end(j);
	}
}

void
dcerpc_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct dcerpc_tx *t = dcerpc_tx_of(tx);
	bool udp = tx->app->flow->proto == IPPROTO_UDP;
	char uuid[GZ_UUID_TEXT];

	gz_json_object(j, "dcerpc");
	dcerpc_log_call(&t->call, udp ? DCERPC_OVER_UDP : DCERPC_OVER_TCP, j);
	if (udp) {
		gz_uuid_text(t->key.activity, uuid);
		gz_json_str(j, "activityuuid", uuid);
		gz_json_u64(j, "seqnum", t->key.seq);
		gz_json_str(j, "rpc_version", "4.0");
	} else {
		gz_json_u64(j, "call_id", t->call.id);
		gz_json_fmt(j, "rpc_version", "5.%u", t->call.minor);
	}
	gz_json_object_end(j);
}
