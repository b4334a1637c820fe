/* SPDX-License-Identifier: BSD-3-Clause */

/* DNS in events, version 3 of EVE's format: a message is an event. */

#include <arpa/inet.h>

#include "dns.h"
#include "proto_internal.h"

/* In order, from 0. */
const struct gz_field_word dns_rcodes[] = {
	{ "NOERROR", 0 },
	{ "FORMERR", 1 },
	{ "SERVFAIL", 2 },
	{ "NXDOMAIN", 3 },
	{ "NOTIMP", 4 },
	{ "REFUSED", 5 },
	{ "YXDOMAIN", 6 },
	{ "YXRRSET", 7 },
	{ "NXRRSET", 8 },
	{ "NOTAUTH", 9 },
	{ "NOTZONE", 10 },
	{ NULL, 0 },
};

const char *
dns_rcode_name(uint8_t rcode, char buf[8])
{
	if (rcode < RTE_DIM(dns_rcodes) - 1)
		return dns_rcodes[rcode].word;
	snprintf(buf, 8, "%u", rcode);
	return buf;
}

/* ---- data of records ---- */

static void
write_address(struct gz_json *j, const char *key, struct gz_span data, bool is_v4)
{
	char text[GZ_ADDR_TEXT];
	struct gz_addr a;

	if (data.len != (is_v4 ? 4 : 16))
		return;
	a = is_v4 ? gz_addr_v4(data.p) : gz_addr_v6(data.p);
	gz_json_str(j, key, gz_addr_text(&a, text));
}

static void
write_srv(struct gz_json *j, const char *key, struct gz_span data)
{
	struct gz_cursor c = gz_cursor(data.p, data.len);
	uint16_t priority, weight, port;

	if (!gz_cursor_be16(&c, &priority) || !gz_cursor_be16(&c, &weight) ||
			!gz_cursor_be16(&c, &port))
		return;
	gz_json_object(j, key);
	gz_json_u64(j, "priority", priority);
	gz_json_u64(j, "weight", weight);
	gz_json_u64(j, "port", port);
	gz_json_bytes(j, "name", gz_span(c.p, gz_cursor_left(&c)));
	gz_json_object_end(j);
}

static void
write_sshfp(struct gz_json *j, const char *key, struct gz_span data)
{
	if (data.len < 3)
		return;
	gz_json_object(j, key);
	gz_json_hex(j, "fingerprint", gz_span(data.p + 2, data.len - 2), ':');
	gz_json_u64(j, "algo", data.p[0]);
	gz_json_u64(j, "type", data.p[1]);
	gz_json_object_end(j);
}

static void
write_soa(struct gz_json *j, struct gz_span data)
{
	static const char *const numbers[] = { "serial", "refresh", "retry", "expire", "minimum" };
	struct gz_cursor c = gz_cursor(data.p, data.len);
	struct gz_span name;
	uint16_t len;
	uint32_t n;

	gz_json_object(j, "soa");
	for (int i = 0; i < 2; i++) {
		if (gz_cursor_left(&c) < sizeof(len))
			break;
		memcpy(&len, c.p, sizeof(len));
		gz_cursor_skip(&c, sizeof(len));
		if (gz_cursor_take(&c, len, &name))
			gz_json_bytes(j, i == 0 ? "mname" : "rname", name);
	}
	for (uint32_t i = 0; i < RTE_DIM(numbers) && gz_cursor_be32(&c, &n); i++)
		gz_json_u64(j, numbers[i], n);
	gz_json_object_end(j);
}

bool
dns_txt_part(struct gz_span data, uint32_t index, struct gz_span *part)
{
	struct gz_cursor c = gz_cursor(data.p, data.len);
	uint8_t len;

	do {
		if (!gz_cursor_u8(&c, &len) || !gz_cursor_take(&c, len, part))
			return false;
	} while (index-- > 0);
	return true;
}

static bool
is_name(uint16_t type)
{
	return type == DNS_TYPE_NS || type == DNS_TYPE_CNAME || type == DNS_TYPE_PTR ||
			type == DNS_TYPE_MX || type == DNS_TYPE_NULL;
}

static bool
is_grouped(uint16_t type)
{
	return is_name(type) || type == DNS_TYPE_A || type == DNS_TYPE_AAAA ||
			type == DNS_TYPE_TXT || type == DNS_TYPE_SRV || type == DNS_TYPE_SSHFP;
}

void
dns_write_data(struct gz_json *j, const char *key, const struct dns_tx *x,
		const struct dns_record *r)
{
	struct gz_span data = dns_data(x, r), part;

	if (r->type == DNS_TYPE_A || r->type == DNS_TYPE_AAAA)
		write_address(j, key, data, r->type == DNS_TYPE_A);
	else if (is_name(r->type))
		gz_json_bytes(j, key, data);
	else if (r->type == DNS_TYPE_SRV)
		write_srv(j, key != NULL ? "srv" : NULL, data);
	else if (r->type == DNS_TYPE_SSHFP)
		write_sshfp(j, key != NULL ? "sshfp" : NULL, data);
	else if (r->type == DNS_TYPE_SOA && key != NULL)
		write_soa(j, data);
	else if (r->type == DNS_TYPE_TXT && key == NULL)
		for (uint32_t i = 0; dns_txt_part(data, i, &part); i++)
			gz_json_bytes(j, NULL, part);
}

/* ---- records ---- */

void
dns_write_head(struct gz_json *j, const struct dns_tx *x, const struct dns_record *r)
{
	char buf[8];

	gz_json_bytes(j, "rrname", dns_name(x, r));
	gz_json_str(j, "rrtype", dns_type_name(r->type, buf));
}

static void
write_record(struct gz_json *j, const struct dns_tx *x, const struct dns_record *r)
{
	struct gz_span part = { 0 };
	uint32_t i = 0;

	/* each string of a TXT record counts as a record */
	if (r->type == DNS_TYPE_TXT && !dns_txt_part(dns_data(x, r), 0, &part))
		return;
	do {
		gz_json_object(j, NULL);
		dns_write_head(j, x, r);
		gz_json_u64(j, "ttl", r->ttl);
		if (r->type == DNS_TYPE_TXT)
			gz_json_bytes(j, "rdata", part);
		else
			dns_write_data(j, "rdata", x, r);
		gz_json_object_end(j);
	} while (r->type == DNS_TYPE_TXT && dns_txt_part(dns_data(x, r), ++i, &part));
}

void
dns_write_section(struct gz_json *j, const char *key, const struct dns_tx *x, enum dns_section s)
{
	bool open = false;

	for (uint32_t i = 0; i < x->count[s]; i++) {
		const struct dns_record *r = dns_record(x, s, i);

		if (r->type == DNS_TYPE_OPT)
			continue;
		if (!open)
			gz_json_array(j, key);
		open = true;
		write_record(j, x, r);
	}
	if (open)
		gz_json_array_end(j);
}

void
dns_write_groups(struct gz_json *j, const struct dns_tx *x)
{
	static const uint16_t groups[] = { DNS_TYPE_A, DNS_TYPE_AAAA, DNS_TYPE_CNAME, DNS_TYPE_NS,
		DNS_TYPE_MX, DNS_TYPE_PTR, DNS_TYPE_TXT, DNS_TYPE_NULL, DNS_TYPE_SRV,
		DNS_TYPE_SSHFP };
	bool any = false;
	char buf[8];

	for (uint32_t i = 0; i < x->count[DNS_ANSWERS]; i++)
		any |= is_grouped(dns_record(x, DNS_ANSWERS, i)->type);
	if (!any)
		return;
	gz_json_object(j, "grouped");
	for (uint32_t g = 0; g < RTE_DIM(groups); g++) {
		bool open = false;

		for (uint32_t i = 0; i < x->count[DNS_ANSWERS]; i++) {
			const struct dns_record *r = dns_record(x, DNS_ANSWERS, i);

			if (r->type != groups[g])
				continue;
			if (!open)
				gz_json_array(j, dns_type_name(r->type, buf));
			open = true;
			dns_write_data(j, NULL, x, r);
		}
		if (open)
			gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

/* ---- messages ---- */

void
dns_write_flags(struct gz_json *j, const struct dns_tx *x)
{
	static const struct {
		uint16_t flag;
		const char *name;
	} flags[] = { { DNS_QR, "qr" }, { DNS_AA, "aa" }, { DNS_TC, "tc" }, { DNS_RD, "rd" },
		{ DNS_RA, "ra" }, { DNS_Z, "z" } };

	gz_json_hex_u64(j, "flags", x->flags);
	for (uint32_t i = 0; i < RTE_DIM(flags); i++)
		if ((x->flags & flags[i].flag) != 0)
			gz_json_bool(j, flags[i].name, true);
}

static void
write_queries(struct gz_json *j, const struct dns_tx *x)
{
	if (x->count[DNS_QUERIES] == 0)
		return;
	gz_json_array(j, "queries");
	for (uint32_t i = 0; i < x->count[DNS_QUERIES]; i++) {
		gz_json_object(j, NULL);
		dns_write_head(j, x, dns_record(x, DNS_QUERIES, i));
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
write_message(struct gz_json *j, const struct gz_tx *tx)
{
	const struct dns_tx *x = gz_tx_state(tx);
	char buf[8];

	gz_json_u64(j, "version", 3);
	gz_json_str(j, "type", dns_is_response(x) ? "response" : "request");
	gz_json_u64(j, "tx_id", tx->id);
	gz_json_u64(j, "id", x->id);
	dns_write_flags(j, x);
	gz_json_u64(j, "opcode", dns_opcode(x));
	gz_json_str(j, "rcode", dns_rcode_name(dns_rcode(x), buf));
	write_queries(j, x);
	dns_write_section(j, "answers", x, DNS_ANSWERS);
	dns_write_groups(j, x);
	dns_write_section(j, "authorities", x, DNS_AUTHORITIES);
	dns_write_section(j, "additionals", x, DNS_ADDITIONALS);
}

static bool
is_v2(const struct gz_tx *tx)
{
	return tx->app->ctx->dns_version == 2;
}

uint32_t
dns_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct dns_tx *x = gz_tx_state(tx);

	if (is_v2(tx))
		return dns_v2_nb_logs(tx, when);
	return when == GZ_LOG_ALERT || when == (dns_is_response(x) ? GZ_LOG_S2C : GZ_LOG_C2S);
}

void
dns_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	if (is_v2(tx)) {
		dns_v2_log(tx, when, index, j);
		return;
	}
	gz_json_object(j, "dns");
	write_message(j, tx);
	gz_json_object_end(j);
}
