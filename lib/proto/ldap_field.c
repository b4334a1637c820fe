/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules see of LDAP. */

#include <assert.h>

#include "ldap.h"

static bool
value(struct gz_span s, struct gz_value *v)
{
	*v = (struct gz_value){ .p = s.p, .len = s.len, .complete = true };
	return true;
}

static struct ldap_message *
response(const struct gz_tx *tx, uint32_t index)
{
	struct ldap_message *m = ldap_tx_of(tx)->responses;

	while (m != NULL && index-- > 0)
		m = m->next;
	return m;
}

/** The @p index-th attribute; else @p index is less by as many as there are. */
static bool
attribute_type(const struct ldap_message *m, uint32_t *index, struct gz_value *v)
{
	struct ldap_attribute a;
	struct ldap_walk w;

	ldap_walk(m, &w);
	while (ldap_walk_next(&w, &a)) {
		if ((*index)-- == 0)
			return value(a.type, v);
	}
	return false;
}

static bool
get_request_dn(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ldap_message *m = ldap_tx_of(tx)->request;
	struct gz_span dn;

	return m != NULL && index == 0 && ldap_dn(m, &dn) && value(dn, v);
}

static bool
get_request_type(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ldap_message *m = ldap_tx_of(tx)->request;

	return m != NULL && attribute_type(m, &index, v);
}

static bool
get_request_pair(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct ldap_message *m = ldap_tx_of(tx)->request;
	struct gz_span pair;

	return m != NULL && ldap_pair(tx->app, m, index, &pair) && value(pair, v);
}

/** A response without one has an empty one. */
static bool
get_responses_dn(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ldap_message *m = response(tx, index);
	struct gz_span dn = gz_span("", 0);

	if (m == NULL)
		return false;
	ldap_dn(m, &dn);
	return value(dn, v);
}

static bool
get_responses_message(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ldap_message *m = response(tx, index);
	struct ldap_result r = { .message = gz_span("", 0) };

	if (m == NULL)
		return false;
	ldap_result(m, &r);
	return value(r.message, v);
}

static bool
get_responses_type(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ldap_message *m;

	for (m = ldap_tx_of(tx)->responses; m != NULL; m = m->next) {
		if (attribute_type(m, &index, v))
			return true;
	}
	return false;
}

static bool
get_responses_pair(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct ldap_message *m;
	struct gz_span pair;
	uint32_t n;

	for (m = ldap_tx_of(tx)->responses; m != NULL; m = m->next) {
		for (n = 0; ldap_pair(tx->app, m, n, &pair); n++) {
			if (index-- == 0)
				return value(pair, v);
		}
	}
	return false;
}

/* ---- numbers ---- */

static bool
get_request_op(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct ldap_message *m = ldap_tx_of(tx)->request;

	if (m == NULL || index > 0)
		return false;
	*v = m->op;
	return true;
}

static bool
get_responses_op(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct ldap_message *m = response(tx, index);

	if (m == NULL)
		return false;
	*v = m->op;
	return true;
}

static bool
get_responses_count(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ldap_tx_of(tx)->nb_responses;
	return index == 0;
}

static bool
get_responses_code(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct ldap_message *m = response(tx, index);
	struct ldap_result r;

	if (m == NULL)
		return false;
	*v = ldap_result(m, &r) ? r.code : GZ_FIELD_NO_NUMBER;
	return true;
}

enum {
	C2S = GZ_FIELD_C2S,
	S2C = GZ_FIELD_S2C,
	MULTI = GZ_FIELD_MULTI,
};

/* clang-format off */
const struct gz_field_row ldap_fields[] = {
	{ .name = "ldap.request.operation", .get_number = get_request_op, .flags = C2S,
		.words = ldap_op_words, .help = "operation of a request" },
	{ .name = "ldap.request.dn", .get = get_request_dn, .flags = C2S,
		.help = "name of the object that a request is about" },
	{ .name = "ldap.request.attribute_type", .get = get_request_type, .flags = C2S | MULTI,
		.help = "type of each attribute in a request" },
	{ .name = "ldap.request.attributes", .get = get_request_pair, .flags = C2S | MULTI,
		.help = "each attribute in a request, as type=value" },
	{ .name = "ldap.responses.operation", .get_number = get_responses_op, .flags = S2C | MULTI,
		.words = ldap_op_words, .help = "operation of each response" },
	{ .name = "ldap.responses.count", .get_number = get_responses_count, .flags = S2C,
		.help = "number of responses to a request" },
	{ .name = "ldap.responses.dn", .get = get_responses_dn, .flags = S2C | MULTI,
		.help = "name of the object in each response" },
	{ .name = "ldap.responses.result_code", .get_number = get_responses_code,
		.flags = S2C | MULTI, .words = ldap_code_words, .help = "result in each response" },
	{ .name = "ldap.responses.message", .get = get_responses_message, .flags = S2C | MULTI,
		.help = "error message of each response" },
	{ .name = "ldap.responses.attribute_type", .get = get_responses_type, .flags = S2C | MULTI,
		.help = "type of each attribute in the responses" },
	{ .name = "ldap.responses.attributes", .get = get_responses_pair, .flags = S2C | MULTI,
		.help = "each attribute in the responses, as type=value" },
};
/* clang-format on */
static_assert(RTE_DIM(ldap_fields) == LDAP_NB_FIELDS, "ldap.h tells how many");
