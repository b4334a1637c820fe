/* SPDX-License-Identifier: BSD-3-Clause */
#include <openssl/evp.h>
#include <stdlib.h>

#include "quic.h"

/* RFC 9001 section 5: keys by HKDF of SHA-256, AES-128-GCM, and a mask over the header. */

enum {
	SHA_LEN = 32,
	SHA_BLOCK = 64,
	TAG_LEN = 16,
	SAMPLE_LEN = 16,
	PN_MOST = 4,
};

/** Made once for a worker: with new keys they need no memory. */
struct quic_cipher {
	EVP_CIPHER_CTX *gcm, *ecb;
};

struct quic_cipher *
quic_cipher_create(void)
{
	struct quic_cipher *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->gcm = EVP_CIPHER_CTX_new();
	c->ecb = EVP_CIPHER_CTX_new();
	if (c->gcm != NULL && c->ecb != NULL &&
			EVP_DecryptInit_ex(c->gcm, EVP_aes_128_gcm(), NULL, NULL, NULL) == 1 &&
			EVP_EncryptInit_ex(c->ecb, EVP_aes_128_ecb(), NULL, NULL, NULL) == 1)
		return c;
	quic_cipher_destroy(c);
	return NULL;
}

void
quic_cipher_destroy(struct quic_cipher *c)
{
	if (c == NULL)
		return;
	EVP_CIPHER_CTX_free(c->gcm);
	EVP_CIPHER_CTX_free(c->ecb);
	free(c);
}

/** HMAC (RFC 2104) of what stands in @p v, with a key of at most a block. */
static void
hmac(struct gz_span key, const struct gz_span *v, uint32_t n, uint8_t out[SHA_LEN])
{
	uint8_t inner[SHA_BLOCK], outer[SHA_BLOCK];
	struct gz_digest d;
	uint32_t i;

	memset(inner, 0x36, sizeof(inner));
	memset(outer, 0x5c, sizeof(outer));
	for (i = 0; i < key.len && i < SHA_BLOCK; i++) {
		inner[i] ^= key.p[i];
		outer[i] ^= key.p[i];
	}
	gz_digest_init(&d, GZ_DIGEST_SHA256);
	gz_digest_add(&d, gz_span(inner, sizeof(inner)));
	for (i = 0; i < n; i++)
		gz_digest_add(&d, v[i]);
	gz_digest_finish(&d, out);
	gz_digest_init(&d, GZ_DIGEST_SHA256);
	gz_digest_add(&d, gz_span(outer, sizeof(outer)));
	gz_digest_add(&d, gz_span(out, SHA_LEN));
	gz_digest_finish(&d, out);
}

/** HKDF-Expand-Label (RFC 8446 section 7.1) of at most one block. */
static void
expand(const uint8_t secret[SHA_LEN], const char *label, uint8_t *out, uint32_t len)
{
	const uint8_t head[] = { 0, (uint8_t)len, (uint8_t)(6 + strlen(label)) };
	const uint8_t tail[] = { 0, 1 };
	const struct gz_span v[] = { gz_span(head, sizeof(head)), GZ_SPAN("tls13 "),
		gz_span_str(label), gz_span(tail, sizeof(tail)) };
	uint8_t block[SHA_LEN];

	hmac(gz_span(secret, SHA_LEN), v, RTE_DIM(v), block);
	memcpy(out, block, len);
}

static struct gz_span
salt_of(uint32_t version)
{
	if (version == QUIC_VERSION_2)
		return GZ_SPAN("\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb"
			       "\xf9\xbd\x2e\xd9");
	if (version >> 8 == QUIC_DRAFT >> 8 && (version & 0xff) < 29)
		return GZ_SPAN("\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65"
			       "\xbe\xf9\xf5\x02");
	if (version >> 8 == QUIC_DRAFT >> 8 && (version & 0xff) < 33)
		return GZ_SPAN("\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0"
			       "\x43\x90\xa8\x99");
	return GZ_SPAN("\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb"
		       "\x7f\x0a");
}

void
quic_keys(struct quic_state *s, uint32_t version, struct gz_span dcid)
{
	static const char *const sides[] = { [GZ_C2S] = "client in", [GZ_S2C] = "server in" };
	bool v2 = version == QUIC_VERSION_2;
	uint8_t initial[SHA_LEN], secret[SHA_LEN];
	int dir;

	hmac(salt_of(version), &dcid, 1, initial);
	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		struct quic_secret *k = &s->secret[dir];

		expand(initial, sides[dir], secret, sizeof(secret));
		expand(secret, v2 ? "quicv2 key" : "quic key", k->key, sizeof(k->key));
		expand(secret, v2 ? "quicv2 iv" : "quic iv", k->iv, sizeof(k->iv));
		expand(secret, v2 ? "quicv2 hp" : "quic hp", k->hp, sizeof(k->hp));
	}
	s->has_keys = true;
	s->version = version;
}

/** Bytes of the header that the mask covers, and with them the packet's number. */
static bool
unmask(struct quic_cipher *c, const struct quic_secret *k, const struct quic_packet *p,
		uint8_t *head, uint32_t *head_len)
{
	uint8_t mask[2 * SAMPLE_LEN];
	uint32_t i, len;
	int n;

	if (p->whole.len < p->pn_at + PN_MOST + SAMPLE_LEN)
		return false;
	if (EVP_EncryptInit_ex(c->ecb, NULL, NULL, k->hp, NULL) != 1 ||
			EVP_EncryptUpdate(c->ecb, mask, &n, p->whole.p + p->pn_at + PN_MOST,
					SAMPLE_LEN) != 1)
		return false;
	memcpy(head, p->whole.p, p->pn_at + PN_MOST);
	head[0] ^= mask[0] & 0x0f;
	len = (head[0] & 3u) + 1;
	for (i = 0; i < len; i++)
		head[p->pn_at + i] ^= mask[1 + i];
	*head_len = p->pn_at + len;
	return true;
}

bool
quic_open(struct quic_cipher *c, struct quic_state *s, enum gz_dir dir, const struct quic_packet *p,
		struct gz_span *frames)
{
	const struct quic_secret *k = &s->secret[dir];
	uint8_t head[1024], nonce[12];
	uint32_t head_len, len, i;
	int n, m;

	if (p->pn_at + PN_MOST > sizeof(head) || !unmask(c, k, p, head, &head_len) ||
			p->whole.len < head_len + TAG_LEN)
		return false;
	len = p->whole.len - head_len - TAG_LEN;
	if (len > sizeof(s->plain))
		return false;
	memcpy(nonce, k->iv, sizeof(nonce));
	for (i = p->pn_at; i < head_len; i++)
		nonce[sizeof(nonce) - (head_len - i)] ^= head[i];
	if (EVP_DecryptInit_ex(c->gcm, NULL, NULL, k->key, nonce) != 1 ||
			EVP_DecryptUpdate(c->gcm, NULL, &n, head, (int)head_len) != 1 ||
			EVP_DecryptUpdate(c->gcm, s->plain, &n, p->whole.p + head_len, (int)len) !=
					1 ||
			EVP_CIPHER_CTX_ctrl(c->gcm, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
					(void *)(uintptr_t)(p->whole.p + head_len + len)) != 1 ||
			EVP_DecryptFinal_ex(c->gcm, s->plain + n, &m) != 1)
		return false;
	*frames = gz_span(s->plain, len);
	return true;
}
