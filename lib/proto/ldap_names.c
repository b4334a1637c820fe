/* SPDX-License-Identifier: BSD-3-Clause */

/* Operations and result codes of LDAP by their names. */

#include "ldap.h"

const struct gz_field_word ldap_op_words[] = {
	{ "bind_request", LDAP_BIND_REQUEST },
	{ "bind_response", LDAP_BIND_RESPONSE },
	{ "unbind_request", LDAP_UNBIND_REQUEST },
	{ "search_request", LDAP_SEARCH_REQUEST },
	{ "search_result_entry", LDAP_SEARCH_ENTRY },
	{ "search_result_done", LDAP_SEARCH_DONE },
	{ "modify_request", LDAP_MODIFY_REQUEST },
	{ "modify_response", LDAP_MODIFY_RESPONSE },
	{ "add_request", LDAP_ADD_REQUEST },
	{ "add_response", LDAP_ADD_RESPONSE },
	{ "del_request", LDAP_DEL_REQUEST },
	{ "del_response", LDAP_DEL_RESPONSE },
	{ "mod_dn_request", LDAP_MOD_DN_REQUEST },
	{ "mod_dn_response", LDAP_MOD_DN_RESPONSE },
	{ "compare_request", LDAP_COMPARE_REQUEST },
	{ "compare_response", LDAP_COMPARE_RESPONSE },
	{ "abandon_request", LDAP_ABANDON_REQUEST },
	{ "search_result_reference", LDAP_SEARCH_REFERENCE },
	{ "extended_request", LDAP_EXTENDED_REQUEST },
	{ "extended_response", LDAP_EXTENDED_RESPONSE },
	{ "intermediate_response", LDAP_INTERMEDIATE },
	{ NULL, 0 },
};

const struct gz_field_word ldap_code_words[] = {
	{ "success", 0 },
	{ "operations_error", 1 },
	{ "protocol_error", 2 },
	{ "time_limit_exceeded", 3 },
	{ "size_limit_exceeded", 4 },
	{ "compare_false", 5 },
	{ "compare_true", 6 },
	{ "auth_method_not_supported", 7 },
	{ "stronger_auth_required", 8 },
	{ "referral", 10 },
	{ "admin_limit_exceeded", 11 },
	{ "unavailable_critical_extension", 12 },
	{ "confidentiality_required", 13 },
	{ "sasl_bind_in_progress", 14 },
	{ "no_such_attribute", 16 },
	{ "undefined_attribute_type", 17 },
	{ "inappropriate_matching", 18 },
	{ "constraint_violation", 19 },
	{ "attribute_or_value_exists", 20 },
	{ "invalid_attribute_syntax", 21 },
	{ "no_such_object", 32 },
	{ "alias_problem", 33 },
	{ "invalid_dns_syntax", 34 },
	{ "is_leaf", 35 },
	{ "alias_dereferencing_problem", 36 },
	{ "inappropriate_authentication", 48 },
	{ "invalid_credentials", 49 },
	{ "insufficient_access_rights", 50 },
	{ "busy", 51 },
	{ "unavailable", 52 },
	{ "unwilling_to_perform", 53 },
	{ "loop_detect", 54 },
	{ "sort_control_missing", 60 },
	{ "offset_range_error", 61 },
	{ "naming_violation", 64 },
	{ "object_class_violation", 65 },
	{ "not_allowed_on_non_leaf", 66 },
	{ "not_allowed_on_rdn", 67 },
	{ "entry_already_exists", 68 },
	{ "object_class_mods_prohibited", 69 },
	{ "results_too_large", 70 },
	{ "affects_multiple_dsas", 71 },
	{ "control_error", 76 },
	{ "other", 80 },
	{ "server_down", 81 },
	{ "local_error", 82 },
	{ "encoding_error", 83 },
	{ "decoding_error", 84 },
	{ "timeout", 85 },
	{ "auth_unknown", 86 },
	{ "filter_error", 87 },
	{ "user_canceled", 88 },
	{ "param_error", 89 },
	{ "no_memory", 90 },
	{ "connect_error", 91 },
	{ "not_supported", 92 },
	{ "control_not_found", 93 },
	{ "no_results_returned", 94 },
	{ "more_results_to_return", 95 },
	{ "client_loop", 96 },
	{ "referral_limit_exceeded", 97 },
	{ "invalid_response", 100 },
	{ "ambiguous_response", 101 },
	{ "tls_not_supported", 112 },
	{ "intermediate_response", 113 },
	{ "unknown_type", 114 },
	{ "canceled", 118 },
	{ "no_such_operation", 119 },
	{ "too_late", 120 },
	{ "cannot_cancel", 121 },
	{ "assertion_failed", 122 },
	{ "authorization_denied", 123 },
	{ "e_sync_refresh_required", 4096 },
	{ "no_operation", 16654 },
	{ NULL, 0 },
};

const char *
ldap_op_name(uint8_t op)
{
	const struct gz_field_word *w;

	for (w = ldap_op_words; w->word != NULL; w++) {
		if (w->number == op)
			return w->word;
	}
	return NULL;
}

bool
ldap_op_is_request(uint8_t op)
{
	const uint32_t requests = 1u << LDAP_BIND_REQUEST | 1u << LDAP_UNBIND_REQUEST |
			1u << LDAP_SEARCH_REQUEST | 1u << LDAP_MODIFY_REQUEST |
			1u << LDAP_ADD_REQUEST | 1u << LDAP_DEL_REQUEST |
			1u << LDAP_MOD_DN_REQUEST | 1u << LDAP_COMPARE_REQUEST |
			1u << LDAP_ABANDON_REQUEST | 1u << LDAP_EXTENDED_REQUEST;

	return op < LDAP_NB_OPS && requests >> op & 1;
}

bool
ldap_op_is_last(uint8_t op)
{
	return op != LDAP_SEARCH_ENTRY && op != LDAP_SEARCH_REFERENCE && op != LDAP_INTERMEDIATE;
}
