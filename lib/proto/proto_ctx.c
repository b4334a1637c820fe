/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "gz_file.h"

#include "proto_internal.h"
#include "quic.h"

static const char *const hash_words[] = { "auto", "none", "md5", "sha1", "sha256", NULL };

static const char *const encryption_words[] = { "default", "bypass", "full", NULL };
static const uint32_t encryption_flags[] = { GZ_FLOW_NO_PAYLOAD, GZ_FLOW_BYPASS, 0 };

static struct gz_setting app_settings[] = {
	{ "app.encryption-handling", GZ_SETTING_WORD, "default", .words = encryption_words,
			.help = "a flow of TLS or SSH that is encrypted now: follow it without "
				"looking for contents in what cannot be read (default), let it "
				"pass without any look (bypass), or look all the same (full)" },
	{ "app.max-tx", GZ_SETTING_UINT, "512", .min = 8, .max = 65536, .unit = "transactions",
			.help = "open transactions in a flow, beyond which its parser gives up" },
	{ "app.detect-bytes", GZ_SETTING_UINT, "16K", .min = 256, .max = 65536, .unit = "bytes",
			.help = "first bytes of a direction in which its protocol must be found" },
	{ "app.file-limit", GZ_SETTING_UINT, "0", .unit = "bytes",
			.help = "first bytes of a file that are judged; 0: all of it" },
	{ "app.range-memory", GZ_SETTING_UINT, "4M", .max = 1 << 30, .unit = "bytes",
			.help = "bytes of files in ranges that wait, in each worker, for those "
				"before them; 0: files in ranges are not put together" },
	{ "app.file-hash", GZ_SETTING_WORD, "auto", .words = hash_words,
			.help = "digest that fileinfo events tell of each file; auto: sha256 while a "
				"rule is about files" },
	{ "dns.eve-version", GZ_SETTING_UINT, "3", .min = 2, .max = 3,
			.help = "layout of dns in events: 3 as Suricata 8 writes it, 2 as 7 did" },
	{ "app.disabled", GZ_SETTING_STRINGS,
			.help = "protocols that are neither recognised nor parsed" },
};
GZ_CONF_REGISTER(app_settings)

static void
read_settings(struct gz_proto_ctx *c, const struct gz_conf *conf)
{
	const struct gz_proto *p;
	uint32_t i;

	c->max_tx = (uint32_t)gz_conf_uint(conf, "app.max-tx");
	c->detect_bytes = (uint32_t)gz_conf_uint(conf, "app.detect-bytes");
	c->on_encryption = encryption_flags[gz_conf_word(conf, "app.encryption-handling")];
	c->wholes_room = (uint32_t)gz_conf_uint(conf, "app.range-memory");
	c->file_limit = gz_conf_uint(conf, "app.file-limit");
	i = gz_conf_word(conf, "app.file-hash");
	c->hash_by_rules = i == 0;
	c->hashes_told = c->hash_by_rules ? GZ_HASH_SHA256 : i == 1 ? 0 : 1u << (i - 2);
	c->hashes = c->hashes_told;
	c->bodies = true;
	c->dns_version = (uint8_t)gz_conf_uint(conf, "dns.eve-version");
	for (i = 0; i < gz_conf_strings(conf, "app.disabled"); i++) {
		p = gz_proto_find(gz_conf_strings_at(conf, "app.disabled", i));
		if (p != NULL)
			c->off |= UINT64_C(1) << p->reg.id;
	}
	proto_detect_init(c);
}

struct gz_proto_ctx *
gz_proto_ctx_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_flow_table *flows)
{
	struct gz_conf *defaults = conf == NULL ? gz_conf_create() : NULL;
	struct gz_proto_ctx *c = calloc(1, sizeof(*c));

	if (c == NULL || (conf == NULL && defaults == NULL)) {
		free(c);
		gz_conf_destroy(defaults);
		rte_errno = ENOMEM;
		return NULL;
	}
	gz_protos_seal();
	c->mem = mem;
	TAILQ_INIT(&c->wholes);
	c->flows = flows;
	read_settings(c, conf == NULL ? defaults : conf);
	proto_http_configure(c, conf == NULL ? defaults : conf);
	c->magic = gz_magic_create();
	c->quic = quic_cipher_create();
	gz_conf_destroy(defaults);
	return c;
}

void
gz_proto_ctx_destroy(struct gz_proto_ctx *c)
{
	if (c == NULL)
		return;
	gz_files_drop_wholes(c);
	gz_magic_destroy(c->magic);
	quic_cipher_destroy(c->quic);
	free(c);
}

void
gz_proto_keeps_files(struct gz_proto_ctx *c, struct gz_store_desk *desk)
{
	c->desk = desk != NULL && gz_store_keeps_files(desk) ? desk : NULL;
	c->certs = desk != NULL && gz_store_keeps_certs(desk) ? desk : NULL;
	gz_proto_needs(c, GZ_NEEDS_BODIES);
}

void
gz_proto_needs(struct gz_proto_ctx *c, uint32_t needs)
{
	c->bodies = (needs & GZ_NEEDS_BODIES) != 0;
	c->frames = (needs & GZ_NEEDS_FRAMES) != 0;
	c->streams = (needs & GZ_NEEDS_STREAMS) != 0;
	c->magic_wanted = (needs & GZ_NEEDS_MAGIC) != 0;
	c->hashes_always = (needs & GZ_NEEDS_MD5 ? GZ_HASH_MD5 : 0) |
			(needs & GZ_NEEDS_SHA1 ? GZ_HASH_SHA1 : 0) |
			(needs & GZ_NEEDS_SHA256 ? GZ_HASH_SHA256 : 0);
	c->store_wanted = c->desk != NULL &&
			((needs & GZ_NEEDS_STORE) != 0 || gz_store_is_forced(c->desk));
	if (c->store_wanted)
		c->hashes_always |= GZ_HASH_SHA256;
	if (c->hash_by_rules)
		c->hashes_told = needs & GZ_NEEDS_DIGESTS ? GZ_HASH_SHA256 : 0;
	c->hashes = c->hashes_told | c->hashes_always;
}

void
gz_proto_on_tx_end(struct gz_proto_ctx *c, gz_tx_end_fn fn, void *arg)
{
	c->tx_end = fn;
	c->tx_end_arg = arg;
}
