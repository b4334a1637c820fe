/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules see of a DNS message. */

#include "dns.h"

static bool
name_value(struct gz_span name, struct gz_value *v)
{
	*v = (struct gz_value){ .p = name.p, .len = name.len, .complete = true };
	return true;
}

static bool
get_name(struct gz_tx *tx, enum dns_section section, uint32_t index, struct gz_value *v)
{
	const struct dns_tx *x = gz_tx_state(tx);

	if (index >= x->count[section])
		return false;
	return name_value(dns_name(x, dns_record(x, section, index)), v);
}

bool
dns_get_query(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_name(tx, DNS_QUERIES, index, v);
}

bool
dns_get_answer(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_name(tx, DNS_ANSWERS, index, v);
}

bool
dns_get_authority(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_name(tx, DNS_AUTHORITIES, index, v);
}

bool
dns_get_additional(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_name(tx, DNS_ADDITIONALS, index, v);
}

/** The name that a record's data is, or begins with. */
static bool
data_name(const struct dns_tx *x, const struct dns_record *r, struct gz_span *name)
{
	struct gz_span data = dns_data(x, r);
	uint16_t len;

	switch (r->type) {
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
	case DNS_TYPE_MX:
		*name = data;
		return true;
	case DNS_TYPE_SOA:
		if (data.len < sizeof(len))
			return false;
		memcpy(&len, data.p, sizeof(len));
		*name = gz_span(data.p + sizeof(len),
				RTE_MIN((uint32_t)len, data.len - (uint32_t)sizeof(len)));
		return true;
	default:
		return false;
	}
}

bool
dns_get_response_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct dns_tx *x = gz_tx_state(tx);
	struct gz_span name;

	if (!dns_is_response(x))
		return false;
	for (int s = 0; s < DNS_NB_SECTIONS; s++) {
		for (uint32_t i = 0; i < x->count[s]; i++) {
			const struct dns_record *r = dns_record(x, (enum dns_section)s, i);

			if (index-- == 0)
				return name_value(dns_name(x, r), v);
			if (s != DNS_QUERIES && data_name(x, r, &name) && index-- == 0)
				return name_value(name, v);
		}
	}
	return false;
}

static bool
get_opcode(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = dns_opcode(gz_tx_state(tx));
	return index == 0;
}

static bool
get_rcode(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = dns_rcode(gz_tx_state(tx));
	return index == 0;
}

/* Of what is asked for; of a response, of what is answered. */
static bool
get_rrtype(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct dns_tx *x = gz_tx_state(tx);
	enum dns_section s = dns_is_response(x) ? DNS_ANSWERS : DNS_QUERIES;

	if (index >= x->count[s])
		return false;
	*v = dns_record(x, s, index)->type;
	return true;
}

enum {
	BOTH = GZ_FIELD_C2S | GZ_FIELD_S2C,
	NAMES = BOTH | GZ_FIELD_MULTI,
};

const struct gz_field_row dns_fields[DNS_NB_FIELDS] = {
	{ .name = "dns.query",
			.alias = "dns_query",
			.get = dns_get_query,
			.help = "the name asked for, in a request",
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.queries.rrname",
			.get = dns_get_query,
			.help = "the name asked for, in a request or its response",
			.flags = NAMES,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.answers.rrname",
			.get = dns_get_answer,
			.help = "the name of an answer",
			.flags = NAMES,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.authorities.rrname",
			.get = dns_get_authority,
			.help = "the name of an authority",
			.flags = NAMES,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.additionals.rrname",
			.get = dns_get_additional,
			.help = "the name of an additional record",
			.flags = NAMES,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.response.rrname",
			.get = dns_get_response_name,
			.help = "any name in a response, also in its records' data",
			.flags = GZ_FIELD_S2C | GZ_FIELD_MULTI,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.opcode",
			.get_number = get_opcode,
			.help = "the kind of a message",
			.flags = BOTH,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.rcode",
			.get_number = get_rcode,
			.words = dns_rcodes,
			.help = "what a response says of the outcome",
			.flags = BOTH,
			.progress = { DNS_DONE, DNS_DONE } },
	{ .name = "dns.rrtype",
			.get_number = get_rrtype,
			.words = dns_types,
			.help = "the type of a question, or of an answer",
			.flags = NAMES,
			.progress = { DNS_DONE, DNS_DONE } },
};
