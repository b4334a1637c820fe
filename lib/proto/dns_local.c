/* SPDX-License-Identifier: BSD-3-Clause */

/* Name resolution on the link (mDNS, LLMNR) in events. */

#include <ctype.h>

#include "dns.h"

static const char *
type_name(uint16_t type, char buf[16])
{
	const char *name;
	char number[8];
	uint32_t i;

	name = dns_type_name(type, number);
	for (i = 0; i + 1 < 16 && name[i] != '\0'; i++)
		buf[i] = (char)tolower((unsigned char)name[i]);
	buf[i] = '\0';
	return buf;
}

static void
write_txt(struct gz_json *j, struct gz_span data)
{
	struct gz_span part;

	gz_json_array(j, "txt");
	for (uint32_t i = 0; dns_txt_part(data, i, &part); i++)
		gz_json_bytes(j, NULL, part);
	gz_json_array_end(j);
}

static void
write_record(struct gz_json *j, const struct dns_tx *x, const struct dns_record *r)
{
	char type[16];

	gz_json_object(j, NULL);
	gz_json_bytes(j, "rrname", dns_name(x, r));
	gz_json_str(j, "rrtype", type_name(r->type, type));
	if (r->section != DNS_QUERIES) {
		gz_json_u64(j, "ttl", r->ttl);
		if (r->type == DNS_TYPE_TXT)
			write_txt(j, dns_data(x, r));
		else
			dns_write_data(j, type, x, r);
	}
	gz_json_object_end(j);
}

static void
write_section(struct gz_json *j, const char *key, const struct dns_tx *x, enum dns_section s)
{
	if (x->count[s] == 0)
		return;
	gz_json_array(j, key);
	for (uint32_t i = 0; i < x->count[s]; i++)
		write_record(j, x, dns_record(x, s, i));
	gz_json_array_end(j);
}

void
dns_local_log(const struct gz_tx *tx, const char *key, struct gz_json *j)
{
	const struct dns_tx *x = gz_tx_state(tx);
	char buf[8];

	gz_json_object(j, key);
	gz_json_str(j, "type", dns_is_response(x) ? "response" : "request");
	gz_json_u64(j, "id", x->id);
	gz_json_u64(j, "opcode", dns_opcode(x));
	if (dns_is_response(x))
		gz_json_str(j, "rcode", dns_rcode_name(dns_rcode(x), buf));
	write_section(j, "queries", x, DNS_QUERIES);
	write_section(j, "answers", x, DNS_ANSWERS);
	write_section(j, "authorities", x, DNS_AUTHORITIES);
	write_section(j, "additionals", x, DNS_ADDITIONALS);
	gz_json_object_end(j);
}

uint32_t
dns_local_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct dns_tx *x = gz_tx_state(tx);

	return when == GZ_LOG_ALERT || when == (dns_is_response(x) ? GZ_LOG_S2C : GZ_LOG_C2S);
}
