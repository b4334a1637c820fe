/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DNS_H
#define DNS_H

/*
 * The parts of the DNS parser among themselves: dns.c reads, dns_name.c unfolds, dns_field.c shows to
 * rules, dns_log.c and dns_log_v2.c tell. mdns.c and llmnr.c speak the same messages, dns_local.c tells them.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	DNS_HEADER = 12,
	DNS_MESSAGE_MOST = 65535,
	DNS_NAME_MOST = 1025, /* characters of a name that are kept */
	DNS_RECORDS_MOST = 512, /* of one message that are kept */
	DNS_STORE_MOST = 256 * 1024, /* bytes of names and data of one message that are kept */

	DNS_QR = 0x8000,
	DNS_AA = 0x0400,
	DNS_TC = 0x0200,
	DNS_RD = 0x0100,
	DNS_RA = 0x0080,
	DNS_Z = 0x0040,

	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_NULL = 10,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_SRV = 33,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_SSHFP = 44,
};

enum {
	DNS_EVENT_MALFORMED_DATA,
	DNS_EVENT_NOT_REQUEST,
	DNS_EVENT_NOT_RESPONSE,
	DNS_EVENT_Z_FLAG_SET,
	DNS_EVENT_INVALID_OPCODE,
	DNS_EVENT_NAME_TOO_LONG,
	DNS_EVENT_INFINITE_LOOP,
	DNS_EVENT_TOO_MANY_LABELS,
	DNS_EVENT_INVALID_ADDITIONALS,
	DNS_EVENT_INVALID_AUTHORITIES,
	DNS_NB_EVENTS
};

/* How far a message is: all of it, or nothing. */
enum {
	DNS_AWAITED,
	DNS_DONE,
};

enum dns_section {
	DNS_QUERIES,
	DNS_ANSWERS,
	DNS_AUTHORITIES,
	DNS_ADDITIONALS,
	DNS_NB_SECTIONS
};

/** A question or a resource record. Offsets are into the message's store. */
struct dns_record {
	uint32_t name, data;
	uint32_t data_len;
	uint32_t ttl;
	uint16_t name_len;
	uint16_t type;
	uint8_t section;
};

/** One message is one transaction, as its peers count. */
struct dns_tx {
	uint16_t id;
	uint16_t flags;
	uint16_t count[DNS_NB_SECTIONS]; /* records kept */
	uint16_t first[DNS_NB_SECTIONS]; /* of them in `records` */
	struct gz_bytes records; /* of struct dns_record */
	struct gz_bytes store; /* names unfolded, and data with its names unfolded */
};

struct dns_state {
	bool lost[2]; /* after a gap: a message's start is still to be found */
};

struct dns_header {
	uint16_t id, flags;
	uint16_t count[DNS_NB_SECTIONS];
};

static inline bool
dns_is_response(const struct dns_tx *x)
{
	return (x->flags & DNS_QR) != 0;
}

static inline uint8_t
dns_rcode(const struct dns_tx *x)
{
	return x->flags & 15;
}

static inline uint8_t
dns_opcode(const struct dns_tx *x)
{
	return x->flags >> 11 & 15;
}

static inline const struct dns_record *
dns_record(const struct dns_tx *x, enum dns_section section, uint32_t index)
{
	return (const struct dns_record *)(const void *)x->records.p + x->first[section] + index;
}

static inline struct gz_span
dns_name(const struct dns_tx *x, const struct dns_record *r)
{
	return gz_span(x->store.p + r->name, r->name_len);
}

static inline struct gz_span
dns_data(const struct dns_tx *x, const struct dns_record *r)
{
	return gz_span(x->store.p + r->data, r->data_len);
}

/**
 * Unfold the name at @p c of @p message (RFC 1035 section 4.1.4) into @p out, labels joined by dots.
 *
 * @param events  Bits of what was odd are set: the name may be cut, or its end missing.
 * @return        Its length, or -1 when the message ends in it.
 */
int dns_unfold(struct gz_span message, struct gz_cursor *c, uint8_t out[DNS_NAME_MOST],
		uint64_t *events);

/** Names of records' types, and of what comes of a question. */
extern const struct gz_field_word dns_types[], dns_rcodes[];
/** "A", "TXT" …, or the number. */
const char *dns_type_name(uint16_t type, char buf[8]);

extern const char *const dns_progress[], *const dns_events[DNS_NB_EVENTS];

/* ---- what the protocols of these messages share ---- */

bool dns_read_header(struct gz_cursor *c, struct dns_header *h);
enum gz_probe dns_probe_udp(enum gz_dir dir, struct gz_span first);
enum gz_probe dns_probe_tcp(enum gz_dir dir, struct gz_span first);
enum gz_parse dns_parse(struct gz_app *app, struct gz_input *in);
enum gz_parse dns_gap(struct gz_app *app, enum gz_dir dir, uint64_t len);
void dns_tx_free(struct gz_app *app, struct gz_tx *tx);

/** What is the same of all protocols whose messages are DNS's, in their struct gz_proto. */
#define DNS_MESSAGES                                                                              \
	.most_pending = DNS_MESSAGE_MOST + 2, .state_size = sizeof(struct dns_state),             \
	.tx_size = sizeof(struct dns_tx), .parse = dns_parse, .gap = dns_gap,                     \
	.tx_free = dns_tx_free, .progress = { dns_progress, dns_progress }, .events = dns_events, \
	.nb_events = DNS_NB_EVENTS

/* ---- fields ---- */

enum {
	DNS_NB_FIELDS = 9,
};
extern const struct gz_field_row dns_fields[DNS_NB_FIELDS];

bool dns_get_query(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool dns_get_answer(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool dns_get_authority(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool dns_get_additional(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
/** Any name in a response: of its records, and in their data. */
bool dns_get_response_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);

/* ---- events ---- */

uint32_t dns_nb_logs(const struct gz_tx *tx, uint8_t when);
void dns_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);
/** The same in version 2 of EVE's format, as Suricata wrote it before 8. */
uint32_t dns_v2_nb_logs(const struct gz_tx *tx, uint8_t when);
void dns_v2_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

/** An object @p key as mDNS and LLMNR are told: types in lower case, the data named by its type. */
void dns_local_log(const struct gz_tx *tx, const char *key, struct gz_json *j);
uint32_t dns_local_nb_logs(const struct gz_tx *tx, uint8_t when);

const char *dns_rcode_name(uint8_t rcode, char buf[8]);
/** "flags" and what they stand for. */
void dns_write_flags(struct gz_json *j, const struct dns_tx *x);
/** "rrname" and "rrtype". */
void dns_write_head(struct gz_json *j, const struct dns_tx *x, const struct dns_record *r);
void
dns_write_section(struct gz_json *j, const char *key, const struct dns_tx *x, enum dns_section s);
/** What a record says: a member @p key of the answer, or, with NULL, of the group's array. */
void dns_write_data(struct gz_json *j, const char *key, const struct dns_tx *x,
		const struct dns_record *r);
/** The answers' data by their type, each type once. */
void dns_write_groups(struct gz_json *j, const struct dns_tx *x);
/** The strings of a TXT record (RFC 1035 section 3.3.14): the @p index-th. */
bool dns_txt_part(struct gz_span data, uint32_t index, struct gz_span *part);

/** The fields of a protocol that asks neighbours: mdns.queries.rrname and so on. */
#define DNS_LOCAL_FIELD(field, getter, text)                           \
	{                                                              \
		.name = field, .get = getter, .help = text,            \
		.flags = GZ_FIELD_C2S | GZ_FIELD_S2C | GZ_FIELD_MULTI, \
		.progress = { DNS_DONE, DNS_DONE },                    \
	}
#define DNS_LOCAL_FIELDS(proto)                                                          \
	DNS_LOCAL_FIELD(proto ".queries.rrname", dns_get_query, "the name asked for"),   \
			DNS_LOCAL_FIELD(proto ".answers.rrname", dns_get_answer,         \
					"the name of an answer"),                        \
			DNS_LOCAL_FIELD(proto ".authorities.rrname", dns_get_authority,  \
					"the name of an authority"),                     \
			DNS_LOCAL_FIELD(proto ".additionals.rrname", dns_get_additional, \
					"the name of an additional record"),             \
			DNS_LOCAL_FIELD(proto ".response.rrname", dns_get_response_name, \
					"any name in a response, also in its records' data")

#endif /* DNS_H */
