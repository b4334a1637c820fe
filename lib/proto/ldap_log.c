/* SPDX-License-Identifier: BSD-3-Clause */

/* LDAP in events. */

#include "ldap.h"

enum {
	LOG_TEXT_MOST = 1024, /* bytes of a value that are told */
	LOG_VALUES_MOST = 64, /* values of an attribute, responses of a request */
	LOG_ROOM = 16 * 1024, /* left in an event when no further value is told */
};

static bool
has_room(const struct gz_json *j)
{
	return j->size - j->len > LOG_ROOM;
}

static void
write_text(struct gz_json *j, const char *key, struct gz_span s)
{
	gz_json_bytes(j, key, gz_span(s.p, RTE_MIN(s.len, (uint32_t)LOG_TEXT_MOST)));
}

static void
write_octets(struct gz_json *j, const char *key, struct gz_cursor *c, uint8_t id)
{
	struct gz_span s;

	if (ber_expect(c, id, &s))
		write_text(j, key, s);
}

static void
write_number(struct gz_json *j, const char *key, struct gz_cursor *c, uint8_t id)
{
	int64_t n;

	if (ber_expect_number(c, id, &n))
		gz_json_i64(j, key, n);
}

static void
write_bool(struct gz_json *j, const char *key, struct gz_cursor *c)
{
	int64_t n;

	if (ber_expect_number(c, BER_BOOLEAN, &n))
		gz_json_bool(j, key, n != 0);
}

static void
write_values(struct gz_json *j, const char *key, struct gz_cursor c)
{
	struct gz_span s;

	gz_json_array(j, key);
	for (uint32_t i = 0; i < LOG_VALUES_MOST && has_room(j) && ber_expect(&c, BER_OCTETS, &s);
			i++)
		write_text(j, NULL, s);
	gz_json_array_end(j);
}

/* ---- operations ---- */

static void
write_bind(struct gz_json *j, const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m), sasl;

	write_number(j, "version", &c, BER_INTEGER);
	write_octets(j, "name", &c, BER_OCTETS);
	if (!ber_enter(&c, BER_CONTEXT | BER_CONSTRUCTED | 3, &sasl))
		return;
	gz_json_object(j, "sasl");
	write_octets(j, "mechanism", &sasl, BER_OCTETS);
	gz_json_object_end(j);
}

static void
write_search(struct gz_json *j, const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m);
	struct ldap_attribute a;
	struct ldap_walk w;

	write_octets(j, "base_object", &c, BER_OCTETS);
	write_number(j, "scope", &c, BER_ENUMERATED);
	write_number(j, "deref_alias", &c, BER_ENUMERATED);
	write_number(j, "size_limit", &c, BER_INTEGER);
	write_number(j, "time_limit", &c, BER_INTEGER);
	write_bool(j, "types_only", &c);
	gz_json_array(j, "attributes");
	ldap_walk(m, &w);
	for (uint32_t i = 0; i < LOG_VALUES_MOST && has_room(j) && ldap_walk_next(&w, &a); i++)
		write_text(j, NULL, a.type);
	gz_json_array_end(j);
}

static void
write_modify(struct gz_json *j, const struct ldap_message *m)
{
	static const char *const changes[] = { "add", "delete", "replace", "increment" };
	struct gz_cursor c = ldap_cursor(m);
	struct ldap_attribute a;
	struct ldap_walk w;

	write_octets(j, "object", &c, BER_OCTETS);
	gz_json_array(j, "changes");
	ldap_walk(m, &w);
	for (uint32_t i = 0; i < LOG_VALUES_MOST && has_room(j) && ldap_walk_next(&w, &a); i++) {
		gz_json_object(j, NULL);
		if (a.change < RTE_DIM(changes))
			gz_json_str(j, "operation", changes[a.change]);
		gz_json_object(j, "modification");
		write_text(j, "attribute_type", a.type);
		write_values(j, "attribute_values", a.values);
		gz_json_object_end(j);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

/** An object with attributes: of an ADD and of an entry found. */
static void
write_entry(struct gz_json *j, const struct ldap_message *m)
{
	bool add = m->op == LDAP_ADD_REQUEST;
	struct gz_cursor c = ldap_cursor(m);
	struct ldap_attribute a;
	struct ldap_walk w;

	write_octets(j, add ? "entry" : "base_object", &c, BER_OCTETS);
	gz_json_array(j, "attributes");
	ldap_walk(m, &w);
	for (uint32_t i = 0; i < LOG_VALUES_MOST && has_room(j) && ldap_walk_next(&w, &a); i++) {
		gz_json_object(j, NULL);
		write_text(j, add ? "name" : "type", a.type);
		write_values(j, "values", a.values);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
write_mod_dn(struct gz_json *j, const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m);

	write_octets(j, "entry", &c, BER_OCTETS);
	write_octets(j, "new_rdn", &c, BER_OCTETS);
	write_bool(j, "delete_old_rdn", &c);
	write_octets(j, "new_superior", &c, BER_CONTEXT | 0);
}

static void
write_compare(struct gz_json *j, const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m), assertion;

	write_octets(j, "entry", &c, BER_OCTETS);
	if (!ber_enter(&c, BER_SEQUENCE, &assertion))
		return;
	gz_json_object(j, "attribute_value_assertion");
	write_octets(j, "description", &assertion, BER_OCTETS);
	write_octets(j, "value", &assertion, BER_OCTETS);
	gz_json_object_end(j);
}

static void
write_result(struct gz_json *j, const struct ldap_message *m)
{
	const struct gz_field_word *w = ldap_code_words;
	struct ldap_result r;

	if (!ldap_result(m, &r))
		return;
	while (w->word != NULL && w->number != r.code)
		w++;
	if (w->word != NULL)
		gz_json_str(j, "result_code", w->word);
	else
		gz_json_fmt(j, "result_code", "unknown-%u", r.code);
	write_text(j, "matched_dn", r.dn);
	write_text(j, "message", r.message);
	if (m->op == LDAP_EXTENDED_RESPONSE) {
		write_octets(j, "name", &r.rest, BER_CONTEXT | 10);
		write_octets(j, "value", &r.rest, BER_CONTEXT | 11);
	}
}

static void
write_members(struct gz_json *j, const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m);
	int64_t id;

	switch (m->op) {
	case LDAP_BIND_REQUEST:
		write_bind(j, m);
		break;
	case LDAP_SEARCH_REQUEST:
		write_search(j, m);
		break;
	case LDAP_MODIFY_REQUEST:
		write_modify(j, m);
		break;
	case LDAP_ADD_REQUEST:
	case LDAP_SEARCH_ENTRY:
		write_entry(j, m);
		break;
	case LDAP_DEL_REQUEST:
		write_text(j, "dn", gz_span(m->bytes, m->len));
		break;
	case LDAP_MOD_DN_REQUEST:
		write_mod_dn(j, m);
		break;
	case LDAP_COMPARE_REQUEST:
		write_compare(j, m);
		break;
	case LDAP_ABANDON_REQUEST:
		if (ber_number(gz_span(m->bytes, m->len), &id))
			gz_json_i64(j, "message_id", id);
		break;
	case LDAP_EXTENDED_REQUEST:
	case LDAP_INTERMEDIATE:
		write_octets(j, "name", &c, BER_CONTEXT | 0);
		write_octets(j, "value", &c, BER_CONTEXT | 1);
		break;
	default:
		write_result(j, m);
	}
}

static void
write_operation(struct gz_json *j, const struct ldap_message *m)
{
	const char *name = ldap_op_name(m->op);

	gz_json_str(j, "operation", name);
	if (m->op == LDAP_UNBIND_REQUEST || m->op == LDAP_SEARCH_REFERENCE)
		return;
	gz_json_object(j, name);
	write_members(j, m);
	gz_json_object_end(j);
}

void
ldap_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct ldap_tx *t = ldap_tx_of(tx);
	const struct ldap_message *m = t->responses;

	gz_json_object(j, "ldap");
	if (t->request != NULL) {
		gz_json_object(j, "request");
		gz_json_u64(j, "message_id", t->request->id);
		write_operation(j, t->request);
		gz_json_object_end(j);
	}
	if (m != NULL)
		gz_json_array(j, "responses");
	for (uint32_t i = 0; m != NULL && i < LOG_VALUES_MOST && has_room(j); i++, m = m->next) {
		gz_json_object(j, NULL);
		if (t->request == NULL)
			gz_json_u64(j, "message_id", m->id);
		write_operation(j, m);
		gz_json_object_end(j);
	}
	if (t->responses != NULL)
		gz_json_array_end(j);
	gz_json_object_end(j);
}
