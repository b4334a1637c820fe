/* SPDX-License-Identifier: BSD-3-Clause */

/* IKE's numbers in words, and its events. */

#include <stdio.h>

#include "ike.h"

/* clang-format off */
static const char *const payloads1[] = { "NoNextPayload", "SecurityAssociation", "Proposal",
	"Transform", "KeyExchange", "Identification", "Certificate", "CertificateRequest", "Hash",
	"Signature", "Nonce", "Notification", "Delete", "VendorID", [15] = "SaKekPayload",
	"SaTekPayload", "KeyDownload", "SequenceNumber", "ProofOfPossession", "NatDiscovery",
	"NatOriginalAddress", "GroupAssociatedPolicy" };
static const char *const payloads2[] = { "NoNextPayload", [33] = "SecurityAssociation",
	"KeyExchange", "IdentInitiator", "IdentResponder", "Certificate", "CertificateRequest",
	"Authentication", "Nonce", "Notify", "Delete", "VendorID", "TrafficSelectorInitiator",
	"TrafficSelectorResponder", "EncryptedAndAuthenticated", "Configuration",
	"ExtensibleAuthentication" };
static const char *const enc1[] = { [1] = "EncDesCbc", "EncIdeaCbc", "EncBlowfishCbc",
	"EncRc5R16B64Cbc", "EncTripleDesCbc", "EncCastCbc", "EncAesCbc", "EncCamelliaCbc" };
static const char *const hash1[] = { [1] = "HashMd5", "HashSha", "HashTiger", "HashSha2_256",
	"HashSha2_384", "HashSha2_512" };
static const char *const auth1[] = { [1] = "AuthPreSharedKey", "AuthDssSignatures",
	"AuthRsaSignatures", "AuthEncryptionWithRsa", "AuthRevisedEncryptionWithRsa",
	"AuthReserved", [9] = "AuthEcdsaSha256", "AuthEcdsaSha384", "AuthEcdsaSha512" };
static const char *const dh1[] = { [1] = "GroupDefault768BitModp",
	"GroupAlternate1024BitModpGroup" };
static const char *const life1[] = { [1] = "LifeTypeSeconds", "LifeTypeKilobytes" };
static const char *const enc2[] = { [1] = "ENCR_DES_IV64", "ENCR_DES", "ENCR_3DES", "ENCR_RC5",
	"ENCR_IDEA", "ENCR_CAST", "ENCR_BLOWFISH", "ENCR_3IDEA", "ENCR_DES_IV32",
	[11] = "ENCR_NULL", "ENCR_AES_CBC", "ENCR_AES_CTR", "ENCR_AES_CCM_8", "ENCR_AES_CCM_12",
	"ENCR_AES_CCM_16", [18] = "ENCR_AES_GCM_8", "ENCR_AES_GCM_12", "ENCR_AES_GCM_16",
	"ENCR_NULL_AUTH_AES_GMAC", [23] = "ENCR_CAMELLIA_CBC", "ENCR_CAMELLIA_CTR",
	"ENCR_CAMELLIA_CCM_8", "ENCR_CAMELLIA_CCM_12", "ENCR_CAMELLIA_CCM_16",
	"ENCR_CHACHA20_POLY1305" };
static const char *const prf2[] = { "PRF_NULL", "PRF_HMAC_MD5", "PRF_HMAC_SHA1", "PRF_HMAC_TIGER",
	"PRF_AES128_XCBC", "PRF_HMAC_SHA2_256", "PRF_HMAC_SHA2_384", "PRF_HMAC_SHA2_512",
	"PRF_AES128_CMAC" };
static const char *const auth2[] = { "NONE", "AUTH_HMAC_MD5_96", "AUTH_HMAC_SHA1_96",
	"AUTH_DES_MAC", "AUTH_KPDK_MD5", "AUTH_AES_XCBC_96", "AUTH_HMAC_MD5_128",
	"AUTH_HMAC_SHA1_160", "AUTH_AES_CMAC_96", "AUTH_AES_128_GMAC", "AUTH_AES_192_GMAC",
	"AUTH_AES_256_GMAC", "AUTH_HMAC_SHA2_256_128", "AUTH_HMAC_SHA2_384_192",
	"AUTH_HMAC_SHA2_512_256" };
static const char *const dh2[] = { "None", "Modp768", "Modp1024", [5] = "Modp1536",
	[14] = "Modp2048", "Modp3072", "Modp4096", "Modp6144", "Modp8192", "Ecp256", "Ecp384",
	"Ecp521", "Modp1024s160", "Modp2048s224", "Modp2048s256", "Ecp192", "Ecp224",
	"BrainpoolP224r1", "BrainpoolP256r1", "BrainpoolP384r1", "BrainpoolP512r1", "Curve25519",
	"Curve448" };
static const char *const esn2[] = { "NoESN", "ESN" };

static const struct {
	uint16_t type;
	const char *name;
} notifies[] = { { 1, "UNSUPPORTED_CRITICAL_PAYLOAD" }, { 4, "INVALID_IKE_SPI" },
	{ 5, "INVALID_MAJOR_VERSION" }, { 7, "INVALID_SYNTAX" }, { 9, "INVALID_MESSAGE_ID" },
	{ 11, "INVALID_SPI" }, { 14, "NO_PROPOSAL_CHOSEN" }, { 17, "INVALID_KE_PAYLOAD" },
	{ 24, "AUTHENTICATION_FAILED" }, { 34, "SINGLE_PAIR_REQUIRED" },
	{ 35, "NO_ADDITIONAL_SAS" }, { 36, "INTERNAL_ADDRESS_FAILURE" },
	{ 37, "FAILED_CP_REQUIRED" }, { 38, "TS_UNACCEPTABLE" }, { 39, "INVALID_SELECTORS" },
	{ 43, "TEMPORARY_FAILURE" }, { 44, "CHILD_SA_NOT_FOUND" }, { 16384, "INITIAL_CONTACT" },
	{ 16385, "SET_WINDOW_SIZE" }, { 16386, "ADDITIONAL_TS_POSSIBLE" },
	{ 16387, "IPCOMP_SUPPORTED" }, { 16388, "NAT_DETECTION_SOURCE_IP" },
	{ 16389, "NAT_DETECTION_DESTINATION_IP" }, { 16390, "COOKIE" },
	{ 16391, "USE_TRANSPORT_MODE" }, { 16392, "HTTP_CERT_LOOKUP_SUPPORTED" },
	{ 16393, "REKEY_SA" }, { 16394, "ESP_TFC_PADDING_NOT_SUPPORTED" },
	{ 16395, "NON_FIRST_FRAGMENTS_ALSO" } };

#define NAMES(table) (table), RTE_DIM(table)

/* Attributes of version 1 (RFC 2409 appendix A), as they are told. */
static const struct {
	uint16_t type;
	const char *name;
	const char *const *values;
	uint32_t nb_values;
} attributes[] = {
	{ 1, "alg_enc", NAMES(enc1) }, { 2, "alg_hash", NAMES(hash1) },
	{ 3, "alg_auth", NAMES(auth1) }, { 4, "alg_dh", NAMES(dh1) },
	{ 5, "sa_group_type", NULL, 0 }, { 11, "sa_life_type", NAMES(life1) },
	{ 12, "sa_life_duration", NULL, 0 }, { 13, "alg_prf", NULL, 0 },
	{ 14, "sa_key_length", NULL, 0 }, { 15, "sa_field_size", NULL, 0 },
};
/* clang-format on */

int
gz_ike_attribute_find(struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(attributes); i++) {
		if (gz_span_equal(name, gz_span_str(attributes[i].name)))
			return attributes[i].type;
	}
	return -1;
}

bool
gz_ike_chosen(const struct gz_tx *tx, uint16_t attribute, uint32_t index, uint32_t *value)
{
	const struct ike_tx *t = ike_tx_of(tx);
	uint32_t i, k;

	for (i = 0; t->dir == GZ_S2C && i < t->nb_transforms; i++) {
		for (k = 0; k < t->transforms[i].nb; k++) {
			if (t->transforms[i].attributes[k].type != attribute || index-- > 0)
				continue;
			*value = t->transforms[i].attributes[k].value;
			return true;
		}
	}
	return false;
}

static const char *
name_of(uint32_t v, const char *const *names, uint32_t nb)
{
	return v < nb && names[v] != NULL ? names[v] : "Unknown";
}

static void
log_transform(struct gz_json *j, const struct ike_transform *tr)
{
	char key[32];
	uint32_t i, k;

	for (i = 0; i < tr->nb; i++) {
		for (k = 0; k < RTE_DIM(attributes); k++) {
			if (attributes[k].type != tr->attributes[i].type)
				continue;
			gz_json_str(j, attributes[k].name,
					name_of(tr->attributes[i].value, attributes[k].values,
							attributes[k].nb_values));
			snprintf(key, sizeof(key), "%s_raw", attributes[k].name);
			gz_json_u64(j, key, tr->attributes[i].value);
		}
	}
}

static void
log_payloads(struct gz_json *j, const struct ike_tx *t)
{
	uint32_t i;

	gz_json_array(j, "payload");
	for (i = 0; i < t->nb_payloads; i++)
		gz_json_str(j, NULL,
				t->major == 1 ? name_of(t->payloads[i], NAMES(payloads1))
					      : name_of(t->payloads[i], NAMES(payloads2)));
	gz_json_array_end(j);
}

static void
log_side(struct gz_json *j, const struct ike_state *s, int dir, const struct ike_tx *t)
{
	uint32_t i;

	gz_json_object(j, dir == GZ_C2S ? "client" : "server");
	if (s->key[dir].len > 0) {
		gz_json_bytes(j, "key_exchange_payload", gz_bytes_span(&s->key[dir]));
		gz_json_u64(j, "key_exchange_payload_length", s->key_len[dir]);
	}
	if (s->nonce[dir].len > 0) {
		gz_json_bytes(j, "nonce_payload", gz_bytes_span(&s->nonce[dir]));
		gz_json_u64(j, "nonce_payload_length", s->nonce_len[dir]);
	}
	if (dir == GZ_C2S && t->dir == GZ_C2S && t->nb_transforms > 0) {
		gz_json_array(j, "proposals");
		for (i = 0; i < t->nb_transforms; i++) {
			gz_json_object(j, NULL);
			log_transform(j, &t->transforms[i]);
			gz_json_object_end(j);
		}
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

static void
log_v1(struct gz_json *j, const struct ike_state *s, const struct ike_tx *t)
{
	struct gz_span rest = gz_bytes_span(&t->vendors), one;

	gz_json_object(j, "ikev1");
	gz_json_u64(j, "doi", s->doi);
	gz_json_bool(j, "encrypted_payloads", t->encrypted);
	if (!t->encrypted) {
		log_side(j, s, GZ_C2S, t);
		log_side(j, s, GZ_S2C, t);
		gz_json_array(j, "vendor_ids");
		while (gz_span_cut(&rest, '\0', &one)) {
			if (one.len > 0)
				gz_json_bytes(j, NULL, one);
		}
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

static void
log_v2(struct gz_json *j, const struct ike_tx *t)
{
	const char *name;
	uint32_t i, k;

	gz_json_object(j, "ikev2");
	gz_json_u64(j, "errors", t->errors);
	if (t->nb_notify > 0)
		gz_json_array(j, "notify");
	for (i = 0; i < t->nb_notify; i++) {
		name = "Unknown";
		for (k = 0; k < RTE_DIM(notifies); k++) {
			if (notifies[k].type == t->notify[i])
				name = notifies[k].name;
		}
		gz_json_str(j, NULL, name);
	}
	if (t->nb_notify > 0)
		gz_json_array_end(j);
	gz_json_object_end(j);
}

static void
log_chosen_v2(struct gz_json *j, const struct ike_state *s)
{
	static const struct {
		uint8_t kind;
		const char *key;
		const char *const *values;
		uint32_t nb_values;
	} kinds[] = { { IKE_ENC, "alg_enc", NAMES(enc2) }, { IKE_AUTH, "alg_auth", NAMES(auth2) },
		{ IKE_PRF, "alg_prf", NAMES(prf2) }, { IKE_DH, "alg_dh", NAMES(dh2) },
		{ IKE_ESN, "alg_esn", NAMES(esn2) } };
	uint32_t i;

	for (i = 0; i < RTE_DIM(kinds) && s->has_kind[IKE_ENC]; i++) {
		if (s->has_kind[kinds[i].kind] || kinds[i].kind == IKE_ESN)
			gz_json_str(j, kinds[i].key,
					name_of(s->kind[kinds[i].kind], kinds[i].values,
							kinds[i].nb_values));
	}
}

void
ike_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct ike_state *s = tx->state;
	const struct ike_tx *t = ike_tx_of(tx);
	bool initiator = (t->flags & 0x08) != 0;

	gz_json_object(j, "ike");
	gz_json_u64(j, "version_major", t->major);
	gz_json_u64(j, "version_minor", t->minor);
	gz_json_str(j, "init_spi", t->spi[0]);
	gz_json_str(j, "resp_spi", t->spi[1]);
	gz_json_u64(j, "message_id", t->message_id);
	gz_json_u64(j, "exchange_type", t->exchange);
	if (t->major == 1) {
		log_transform(j, &s->chosen);
	} else {
		gz_json_str(j, "role", initiator ? "initiator" : "responder");
		if (!initiator)
			log_chosen_v2(j, s);
	}
	log_payloads(j, t);
	if (t->major == 1)
		log_v1(j, s, t);
	else
		log_v2(j, t);
	gz_json_object_end(j);
}
