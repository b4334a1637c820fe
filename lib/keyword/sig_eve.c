/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "gz_json.h"

#include "keyword_internal.h"

/* The part of EVE's alert object that is the same for every alert of a rule. */

enum {
	ESCAPED = 6, /* bytes that one byte may take in JSON: \u00XX */
};

/** A copy without the braces that make an object of it. */
static char *
members(const struct gz_json *j, uint32_t *len)
{
	RTE_VERIFY(!gz_json_full(j) && j->len >= 2);
	*len = j->len - 2;
	return text_copy(gz_span((const uint8_t *)j->buf + 1, *len));
}

static void
write_main(struct gz_sig_builder *b)
{
	const struct gz_sig *s = b->sig;
	const char *msg = s->msg == NULL ? "" : s->msg;
	const char *category = b->class_name == NULL ? "" : b->class_name;
	uint32_t room = (uint32_t)(strlen(msg) + strlen(category)) * ESCAPED + 256;
	struct gz_json j;

	gz_json_init(&j, gz_sig_alloc(room), room);
	gz_json_object(&j, NULL);
	gz_json_u64(&j, "gid", s->gid);
	gz_json_u64(&j, "signature_id", s->sid);
	gz_json_u64(&j, "rev", s->rev);
	gz_json_str(&j, "signature", msg);
	gz_json_str(&j, "category", category);
	gz_json_u64(&j, "severity", s->priority);
	gz_json_object_end(&j);
	b->sig->eve = members(&j, &b->sig->eve_len);
	free(j.buf);
}

/** A metadata item as key and value: "created_at 2024_01_01". */
struct pair {
	struct gz_span key, value;
	uint32_t order;
};

static bool
take_pair(const char *item, uint32_t order, struct pair *p)
{
	const char *blank = strpbrk(item, " \t");

	if (blank == NULL)
		return false; /* a word alone is no member */
	p->key = gz_span(item, (uint32_t)(blank - item));
	p->value = gz_span_trim(gz_span_str(blank));
	p->order = order;
	return p->value.len > 0;
}

/** By key, in any case; values of one key last first: as Suricata has them. */
static int
by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	uint32_t len = x->key.len < y->key.len ? x->key.len : y->key.len;
	int diff = strncasecmp((const char *)x->key.p, (const char *)y->key.p, len);

	if (diff == 0)
		diff = (int)x->key.len - (int)y->key.len;
	if (diff == 0)
		diff = memcmp(x->key.p, y->key.p, len);
	return diff != 0 ? diff : (int)y->order - (int)x->order;
}

static void
write_pairs(struct gz_json *j, const struct pair *pairs, uint32_t n)
{
	char *text;
	uint32_t i;

	gz_json_object(j, "metadata");
	for (i = 0; i < n; i++) {
		if (i == 0 || !gz_span_equal(pairs[i].key, pairs[i - 1].key)) {
			if (i > 0)
				gz_json_array_end(j);
			text = text_copy(pairs[i].key);
			gz_json_array(j, text);
			free(text);
		}
		text = text_copy(pairs[i].value);
		gz_json_str(j, NULL, text);
		free(text);
	}
	gz_json_array_end(j);
	gz_json_object_end(j);
}

static void
write_meta(struct gz_sig_builder *b)
{
	uint32_t i, n = 0, room = 64;
	struct pair *pairs = gz_sig_alloc((b->nb_metadata + 1) * sizeof(*pairs));
	struct gz_json j;

	for (i = 0; i < b->nb_metadata; i++) {
		if (take_pair(b->sig->metadata[i], i, &pairs[n])) {
			room += (pairs[n].key.len + pairs[n].value.len) * ESCAPED + 16;
			n++;
		}
	}
	if (n > 0) {
		qsort(pairs, n, sizeof(*pairs), by_key);
		gz_json_init(&j, gz_sig_alloc(room), room);
		gz_json_object(&j, NULL);
		write_pairs(&j, pairs, n);
		gz_json_object_end(&j);
		b->sig->eve_meta = members(&j, &b->sig->eve_meta_len);
		free(j.buf);
	}
	free(pairs);
}

void
sig_write_eve(struct gz_sig_builder *b)
{
	write_main(b);
	write_meta(b);
}
