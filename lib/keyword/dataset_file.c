/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataset_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_addr.h"
#include "gz_base64.h"

enum {
	VALUE_MOST = 64 * 1024, /* bytes */
	IP_BYTES = 16,
	MD5_BYTES = 16,
	SHA256_BYTES = 32,
};

static int
digit(uint8_t c)
{
	if (isdigit(c))
		return c - '0';
	return isxdigit(c) ? (c | 32) - 'a' + 10 : -1;
}

static int
hex_read(struct gz_span text, uint8_t *out, uint32_t bytes)
{
	uint32_t i;

	if (text.len != 2 * bytes)
		return -1;
	for (i = 0; i < text.len; i++) {
		if (digit(text.p[i]) < 0)
			return -1;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | digit(text.p[i]));
	}
	return (int)bytes;
}

static int
addr_read(struct gz_span text, bool only_v4, uint8_t *out)
{
	char word[64];
	struct gz_prefix p;

	if (text.len >= sizeof(word))
		return -1;
	memcpy(word, text.p, text.len);
	word[text.len] = '\0';
	if (!gz_prefix_parse(word, &p) || p.bits != 128)
		return -1;
	if (gz_addr_is_v4(&p.addr)) {
		memcpy(out, p.addr.b + 12, 4);
		return 4;
	}
	memcpy(out, p.addr.b, IP_BYTES);
	return only_v4 ? -1 : IP_BYTES;
}

int
dataset_value_read(enum dataset_type type, struct gz_span text, uint8_t *out, uint32_t size)
{
	switch (type) {
	case DATASET_STRING:
		return (int)gz_base64_decode(GZ_BASE64_RFC4648, text, out, size);
	case DATASET_MD5:
		return size < MD5_BYTES ? -1 : hex_read(text, out, MD5_BYTES);
	case DATASET_SHA256:
		return size < SHA256_BYTES ? -1 : hex_read(text, out, SHA256_BYTES);
	default:
		return size < IP_BYTES ? -1 : addr_read(text, type == DATASET_IPV4, out);
	}
}

static bool
read_line(struct dataset *d, const struct dataset_want *want, struct gz_span line, uint8_t *room)
{
	struct gz_span data = line;
	uint64_t value = 0;
	int len;

	if (want->with_values) {
		if (!gz_span_cut(&line, ',', &data) || !gz_span_u64(gz_span_trim(line), &value) ||
				value > UINT16_MAX)
			return false;
	}
	len = dataset_value_read(want->type, gz_span_trim(data), room, VALUE_MOST);
	if (len < 0)
		return false;
	dataset_add(d, gz_span(room, (uint32_t)len), (uint32_t)value);
	return true;
}

bool
dataset_file_load(struct dataset *d, const struct dataset_want *want, char *error, uint32_t size)
{
	FILE *from = fopen(want->load, "re");
	uint8_t *room = malloc(VALUE_MOST);
	char *line = NULL;
	uint32_t number = 0;
	size_t line_size = 0;
	bool ok = room != NULL;
	ssize_t len;

	if (from == NULL) {
		free(room);
		snprintf(error, size, "cannot read %s: %s", want->load, strerror(errno));
		return want->save != NULL && errno == ENOENT;
	}
	while (ok && (len = getline(&line, &line_size, from)) >= 0) {
		number++;
		while (len > 0 && isspace((uint8_t)line[len - 1]))
			len--;
		ok = len == 0 || read_line(d, want, gz_span(line, (uint32_t)len), room);
	}
	if (!ok)
		snprintf(error, size, "%s:%u: no value of type %s%s", want->load, number,
				dataset_types[want->type],
				want->with_values ? ", with a comma and a number" : "");
	free(line);
	free(room);
	fclose(from);
	return ok;
}

static void
base64_write(FILE *to, struct gz_span s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	uint32_t i, bits, n;

	for (i = 0; i < s.len; i += 3) {
		n = s.len - i < 3 ? s.len - i : 3;
		bits = (uint32_t)s.p[i] << 16 | (n > 1 ? (uint32_t)s.p[i + 1] << 8 : 0) |
				(n > 2 ? s.p[i + 2] : 0);
		fputc(letters[bits >> 18], to);
		fputc(letters[bits >> 12 & 63], to);
		fputc(n > 1 ? letters[bits >> 6 & 63] : '=', to);
		fputc(n > 2 ? letters[bits & 63] : '=', to);
	}
}

static void
addr_write(FILE *to, struct gz_span data)
{
	char text[GZ_ADDR_TEXT];
	struct gz_addr a;

	a = data.len == 4 ? gz_addr_v4(data.p) : gz_addr_v6(data.p);
	fputs(gz_addr_text(&a, text), to);
}

void
dataset_file_write(FILE *to, enum dataset_type type, struct gz_span data)
{
	uint32_t i;

	if (type == DATASET_STRING) {
		base64_write(to, data);
	} else if (type == DATASET_IP || type == DATASET_IPV4) {
		if (data.len == 4 || data.len == IP_BYTES)
			addr_write(to, data);
	} else {
		for (i = 0; i < data.len; i++)
			fprintf(to, "%02x", data.p[i]);
	}
	fputc('\n', to);
}
