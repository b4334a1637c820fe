/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FIELD_H
#define GZ_FIELD_H

/*
 * Fields: names of what rules look into (`http.uri`, `dns.query`, `tcp.hdr`),
 * and how their values are got. Whoever knows a value declares a row; rows of
 * one name from several protocols are one field (`file.data`). A field of bytes
 * is a sticky buffer of the rule language by its name, and its `modifier`, where
 * there is one, is the older content modifier. A field of numbers is a keyword
 * that compares: `tls.version:1.2`, `dns.opcode:>3`.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

#include "gz_span.h"

struct gz_pkt;
struct gz_proto; /* begins with its struct gz_reg */
struct gz_tx;

enum {
	GZ_FIELD_C2S = 1 << 0, /* has a value in the direction to the server */
	GZ_FIELD_S2C = 1 << 1,
	GZ_FIELD_MULTI = 1 << 2, /* several values a transaction: get() is asked for 0, 1, 2 … */
	GZ_FIELD_STREAM = 1 << 3, /* grows while the transaction goes on; judged as it grows */
	GZ_FIELD_NOCASE = 1
			<< 4, /* its values are lower case already, as http.host: rules must be too */
	GZ_FIELD_NO_FP = 1 << 5, /* never worth a fast pattern (computed late, or tiny) */
	GZ_FIELD_TELLS = 1 << 6, /* tells which software the server runs: a source of facts */
	GZ_FIELD_FRAME = 1 << 8, /* a stretch of raw bytes (gz_frame.h): it has no getter */
	GZ_FIELD_BITS = 1
			<< 7, /* its words are bits: rules list those that are set, or not: a,!b */
};

/** The number of one of many that has none: it matches nothing, but has its index. */
#define GZ_FIELD_NO_NUMBER UINT64_MAX

/** A value where it lies; valid until its transaction is fed or ends. */
struct gz_value {
	const uint8_t *p;
	uint32_t len;
	uint64_t offset; /* STREAM: of p[0] in the whole; else 0 */
	bool complete; /* nothing will be added */
};

/** What a rule may say for a number: "1.2" for 0x0303. A list ends with a word of NULL. */
struct gz_field_word {
	const char *word;
	uint64_t number;
};

struct gz_field_row {
	const char *name;
	const char *modifier; /* "http_uri": content modifier, NULL: none */
	const char *alias; /* older name of the sticky buffer, "dns_query"; NULL: none */
	const char *help;
	uint32_t flags;
	uint8_t priority; /* for the choice of a fast pattern: higher is rarer hit; 0 is usual */
	uint8_t progress[2]; /* the transaction's progress, by direction, from which the value is there */
	/* one of the three, unless it is a frame; false: there is no (further) value */
	bool (*get)(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
	bool (*get_pkt)(const struct gz_pkt *p, uint32_t index, struct gz_value *v);
	bool (*get_number)(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v);
	const struct gz_field_word *words; /* of a number; NULL: none */
};

enum {
	GZ_FIELD_ROWS = 16, /* protocols that share one field */
};

struct gz_field {
	const char *name;
	uint32_t id; /* from 0, in order of names, after the seal */
	uint32_t flags; /* of all its rows */
	uint32_t nb_rows;
	struct {
		const struct gz_proto *proto; /* NULL: of packets */
		const struct gz_field_row *row;
	} rows[GZ_FIELD_ROWS];
};

/** Rows without a protocol (get_pkt): GZ_FIELDS_REGISTER(table). Protocols' rows come with them. */
struct gz_field_set {
	const struct gz_proto *proto;
	const struct gz_field_row *rows;
	uint32_t nb_rows;
	STAILQ_ENTRY(gz_field_set) next;
};

void gz_field_register(struct gz_field_set *set);

#define GZ_FIELDS_REGISTER(table)                                                           \
	static struct gz_field_set table##_set = { NULL, table, RTE_DIM(table), { NULL } }; \
	RTE_INIT(gz_field_register_##table)                                                 \
	{                                                                                   \
		gz_field_register(&table##_set);                                            \
	}

/** Merge rows of a name, sort, number. Idempotent; before any look-up. */
void gz_fields_seal(void);
uint32_t gz_fields_count(void);
const struct gz_field *gz_field(uint32_t id);
/** By name or alias; by content modifier. NULL: none. */
const struct gz_field *gz_field_find(const char *name);
const struct gz_field *gz_field_find_modifier(const char *modifier);
/** The row of @p f for @p proto, or NULL. */
const struct gz_field_row *gz_field_row(const struct gz_field *f, const struct gz_proto *proto);

#endif /* GZ_FIELD_H */
