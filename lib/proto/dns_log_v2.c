/* SPDX-License-Identifier: BSD-3-Clause */

/* DNS in events, version 2 of EVE's format: an event for each question, and one for an answer. */

#include "dns.h"

static void
write_query(struct gz_json *j, const struct gz_tx *tx, uint32_t index)
{
	const struct dns_tx *x = gz_tx_state(tx);

	gz_json_str(j, "type", "query");
	gz_json_u64(j, "id", x->id);
	if (index < x->count[DNS_QUERIES])
		dns_write_head(j, x, dns_record(x, DNS_QUERIES, index));
	gz_json_u64(j, "tx_id", tx->id);
	if ((x->flags & DNS_Z) != 0)
		gz_json_bool(j, "z", true);
	gz_json_u64(j, "opcode", dns_opcode(x));
}

static void
write_answer(struct gz_json *j, const struct dns_tx *x)
{
	char buf[8];

	gz_json_u64(j, "version", 2);
	gz_json_str(j, "type", "answer");
	gz_json_u64(j, "id", x->id);
	dns_write_flags(j, x);
	gz_json_u64(j, "opcode", dns_opcode(x));
	if (x->count[DNS_QUERIES] > 0)
		dns_write_head(j, x, dns_record(x, DNS_QUERIES, 0));
	gz_json_str(j, "rcode", dns_rcode_name(dns_rcode(x), buf));
	dns_write_section(j, "answers", x, DNS_ANSWERS);
	dns_write_groups(j, x);
	dns_write_section(j, "authorities", x, DNS_AUTHORITIES);
}

uint32_t
dns_v2_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct dns_tx *x = gz_tx_state(tx);

	if (when == GZ_LOG_ALERT)
		return 1;
	if (dns_is_response(x))
		return when == GZ_LOG_S2C;
	return when == GZ_LOG_C2S ? x->count[DNS_QUERIES] : 0;
}

void
dns_v2_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct dns_tx *x = gz_tx_state(tx);

	gz_json_object(j, "dns");
	if (when != GZ_LOG_ALERT && dns_is_response(x)) {
		write_answer(j, x);
	} else if (when != GZ_LOG_ALERT) {
		gz_json_u64(j, "version", 2);
		write_query(j, tx, index);
	} else if (dns_is_response(x)) {
		gz_json_u64(j, "version", 2);
		gz_json_object(j, "answer");
		write_answer(j, x);
		gz_json_object_end(j);
	} else {
		gz_json_array(j, "query");
		for (uint32_t i = 0; i < x->count[DNS_QUERIES]; i++) {
			gz_json_object(j, NULL);
			write_query(j, tx, i);
			gz_json_object_end(j);
		}
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}
