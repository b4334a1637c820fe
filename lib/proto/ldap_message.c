/* SPDX-License-Identifier: BSD-3-Clause */

/* What LDAP messages say, read from the bytes that were kept (RFC 4511 section 4). */

#include "ldap.h"

bool
ldap_result(const struct ldap_message *m, struct ldap_result *r)
{
	int64_t code;

	if (m->op == LDAP_SEARCH_ENTRY || m->op == LDAP_SEARCH_REFERENCE ||
			m->op == LDAP_INTERMEDIATE || ldap_op_is_request(m->op))
		return false;
	r->rest = ldap_cursor(m);
	if (!ber_expect_number(&r->rest, BER_ENUMERATED, &code) ||
			!ber_expect(&r->rest, BER_OCTETS, &r->dn) ||
			!ber_expect(&r->rest, BER_OCTETS, &r->message))
		return false;
	r->code = (uint32_t)code;
	return true;
}

bool
ldap_dn(const struct ldap_message *m, struct gz_span *dn)
{
	struct gz_cursor c = ldap_cursor(m);
	struct ldap_result r;
	int64_t version;

	switch (m->op) {
	case LDAP_BIND_REQUEST:
		return ber_expect_number(&c, BER_INTEGER, &version) &&
				ber_expect(&c, BER_OCTETS, dn);
	case LDAP_DEL_REQUEST:
		*dn = gz_span(m->bytes, m->len);
		return true;
	case LDAP_SEARCH_REQUEST:
	case LDAP_SEARCH_ENTRY:
	case LDAP_MODIFY_REQUEST:
	case LDAP_ADD_REQUEST:
	case LDAP_MOD_DN_REQUEST:
	case LDAP_COMPARE_REQUEST:
		return ber_expect(&c, BER_OCTETS, dn);
	default:
		if (!ldap_result(m, &r))
			return false;
		*dn = r.dn;
		return true;
	}
}

/* ---- attributes ---- */

/** Behind a search's numbers and its filter. */
static bool
skip_to_selection(struct gz_cursor *c)
{
	struct ber e;

	for (uint32_t i = 0; i < 6; i++) { /* scope, aliases, size, time, types only, filter */
		if (!ber_take(c, &e))
			return false;
	}
	return true;
}

void
ldap_walk(const struct ldap_message *m, struct ldap_walk *w)
{
	struct gz_cursor c = ldap_cursor(m);
	struct gz_span dn;
	uint32_t len;
	uint8_t id;

	*w = (struct ldap_walk){ .m = m, .list = gz_cursor(m->bytes, 0) };
	switch (m->op) {
	case LDAP_SEARCH_REQUEST:
	case LDAP_SEARCH_ENTRY:
	case LDAP_MODIFY_REQUEST:
	case LDAP_ADD_REQUEST:
	case LDAP_COMPARE_REQUEST:
		break;
	default:
		return;
	}
	if (!ber_expect(&c, BER_OCTETS, &dn) ||
			(m->op == LDAP_SEARCH_REQUEST && !skip_to_selection(&c)))
		return;
	/* a message that was cut keeps the first of its attributes */
	if (m->op != LDAP_COMPARE_REQUEST && (ber_head(&c, &id, &len) != 1 || id != BER_SEQUENCE))
		return;
	w->list = c;
}

static bool
next_of_compare(struct gz_cursor *c, struct ldap_attribute *a)
{
	struct gz_cursor assertion;

	if (!ber_enter(c, BER_SEQUENCE, &assertion) ||
			!ber_expect(&assertion, BER_OCTETS, &a->type))
		return false;
	a->values = assertion;
	return true;
}

bool
ldap_walk_next(struct ldap_walk *w, struct ldap_attribute *a)
{
	struct gz_cursor attribute, change;
	int64_t operation = 0;

	if (w->nb++ == LDAP_VALUES_MOST)
		return false;
	a->change = 0;
	a->values = gz_cursor(w->list.p, 0);
	if (w->m->op == LDAP_SEARCH_REQUEST)
		return ber_expect(&w->list, BER_OCTETS, &a->type);
	if (w->m->op == LDAP_COMPARE_REQUEST)
		return next_of_compare(&w->list, a);
	if (w->m->op == LDAP_MODIFY_REQUEST) {
		if (!ber_enter(&w->list, BER_SEQUENCE, &change) ||
				!ber_expect_number(&change, BER_ENUMERATED, &operation) ||
				!ber_enter(&change, BER_SEQUENCE, &attribute))
			return false;
		a->change = (uint8_t)operation;
	} else if (!ber_enter(&w->list, BER_SEQUENCE, &attribute)) {
		return false;
	}
	return ber_expect(&attribute, BER_OCTETS, &a->type) &&
			ber_enter(&attribute, BER_SET, &a->values);
}

/* ---- type=value ---- */

static bool
add_pair(struct gz_app *app, struct ldap_message *m, struct gz_span type, struct gz_span value)
{
	uint16_t len = (uint16_t)(type.len + 1 + value.len);

	return gz_bytes_reserve(app, &m->pairs, sizeof(len) + len, LDAP_PAIRS_MOST) &&
			gz_bytes_add(app, &m->pairs, gz_span(&len, sizeof(len)), LDAP_PAIRS_MOST) &&
			gz_bytes_add(app, &m->pairs, type, LDAP_PAIRS_MOST) &&
			gz_bytes_add(app, &m->pairs, GZ_SPAN("="), LDAP_PAIRS_MOST) &&
			gz_bytes_add(app, &m->pairs, value, LDAP_PAIRS_MOST);
}

static void
make_pairs(struct gz_app *app, struct ldap_message *m)
{
	struct ldap_attribute a;
	struct ldap_walk w;
	struct gz_span value;

	m->has_pairs = true;
	ldap_walk(m, &w);
	while (ldap_walk_next(&w, &a)) {
		while (ber_expect(&a.values, BER_OCTETS, &value)) {
			if (!add_pair(app, m, a.type, value))
				return;
		}
	}
}

bool
ldap_pair(struct gz_app *app, struct ldap_message *m, uint32_t index, struct gz_span *pair)
{
	struct gz_cursor c;
	uint16_t len;

	if (!m->has_pairs)
		make_pairs(app, m);
	c = gz_cursor(m->pairs.p, m->pairs.len);
	do {
		if (gz_cursor_left(&c) < sizeof(len))
			return false;
		memcpy(&len, c.p, sizeof(len));
		gz_cursor_skip(&c, sizeof(len));
		if (!gz_cursor_take(&c, len, pair))
			return false;
	} while (index-- > 0);
	return true;
}
