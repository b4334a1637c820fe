/* SPDX-License-Identifier: BSD-3-Clause */

/* DNP3's objects: what their points are made of, and how many there are. */

#include <stdlib.h>

#include "dnp3.h"

enum {
	NAME_MOST = 32,
	POINTS_TOLD = 256, /* of an object */
	POINTS_MOST = 65536,
	TEXT_TOLD = 2048,
};

#define FLAGS "online:b1 restart:b1 comm_lost:b1 remote_forced:b1 local_forced:b1 "
#define BINARY FLAGS "chatter_filter:b1 reserved:b1 state:b1 "
#define DOUBLE FLAGS "chatter_filter:b1 state:b2 "
#define OUTPUT FLAGS "reserved0:b1 reserved1:b1 state:b1 "
#define COUNTER FLAGS "rollover:b1 discontinuity:b1 reserved0:b1 "
#define ANALOG FLAGS "over_range:b1 reference_err:b1 reserved0:b1 "
#define RELAY \
	"op_type:b4 qu:b1 cr:b1 tcc:b2 count:u1 ontime:u4 offtime:u4 status_code:b7 reserved:b1 "
#define TIME "timestamp:u6 "

/*
 * What a point is made of: names and kinds. bN: so many bits of a byte, the lowest first; uN, iN: a
 * number of N bytes; fN: a float; r: the text up to the end. "1" and "2": so many bits each, packed.
 */
static const struct {
	uint8_t group, variation;
	const char *points;
} kinds[] = {
	{ 1, 1, "1" },
	{ 1, 2, BINARY },
	{ 2, 1, BINARY },
	{ 2, 2, BINARY TIME },
	{ 2, 3, BINARY TIME },
	{ 3, 1, "2" },
	{ 3, 2, DOUBLE },
	{ 4, 1, DOUBLE },
	{ 4, 2, DOUBLE TIME },
	{ 4, 3, DOUBLE "relative_time_ms:u2 " },
	{ 10, 1, "1" },
	{ 10, 2, OUTPUT },
	{ 11, 1, OUTPUT },
	{ 11, 2, OUTPUT TIME },
	{ 12, 1, RELAY },
	{ 12, 2, RELAY },
	{ 12, 3, "1" },
	{ 13, 1, "status_code:b7 commanded_state:b1 " },
	{ 13, 2, "status_code:b7 commanded_state:b1 " TIME },
	{ 20, 1, COUNTER "count:u4 " },
	{ 20, 2, COUNTER "count:u2 " },
	{ 20, 3, COUNTER "count:u4 " },
	{ 20, 4, COUNTER "count:u2 " },
	{ 20, 5, "count:u4 " },
	{ 20, 6, "count:u2 " },
	{ 20, 7, "count:u4 " },
	{ 20, 8, "count:u2 " },
	{ 21, 1, COUNTER "count:u4 " },
	{ 21, 2, COUNTER "count:u2 " },
	{ 21, 5, COUNTER "count:u4 " TIME },
	{ 21, 6, COUNTER "count:u2 " TIME },
	{ 21, 9, "count:u4 " },
	{ 21, 10, "count:u2 " },
	{ 22, 1, COUNTER "count:u4 " },
	{ 22, 2, COUNTER "count:u2 " },
	{ 22, 5, COUNTER "count:u4 " TIME },
	{ 22, 6, COUNTER "count:u2 " TIME },
	{ 23, 1, COUNTER "count:u4 " },
	{ 23, 2, COUNTER "count:u2 " },
	{ 23, 5, COUNTER "count:u4 " TIME },
	{ 23, 6, COUNTER "count:u2 " TIME },
	{ 30, 1, ANALOG "value:i4 " },
	{ 30, 2, ANALOG "value:i2 " },
	{ 30, 3, "value:i4 " },
	{ 30, 4, "value:i2 " },
	{ 30, 5, ANALOG "value:f4 " },
	{ 30, 6, ANALOG "value:f8 " },
	{ 32, 1, ANALOG "value:i4 " },
	{ 32, 2, ANALOG "value:i2 " },
	{ 32, 3, ANALOG "value:i4 " TIME },
	{ 32, 4, ANALOG "value:i2 " TIME },
	{ 32, 5, ANALOG "value:f4 " },
	{ 32, 6, ANALOG "value:f8 " },
	{ 32, 7, ANALOG "value:f4 " TIME },
	{ 32, 8, ANALOG "value:f8 " TIME },
	{ 34, 1, "deadband_value:u2 " },
	{ 34, 2, "deadband_value:u4 " },
	{ 34, 3, "deadband_value:f4 " },
	{ 40, 1, ANALOG "value:i4 " },
	{ 40, 2, ANALOG "value:i2 " },
	{ 40, 3, ANALOG "value:f4 " },
	{ 40, 4, ANALOG "value:f8 " },
	{ 41, 1, "value:i4 control_status:u1 " },
	{ 41, 2, "value:i2 control_status:u1 " },
	{ 41, 3, "value:f4 control_status:u1 " },
	{ 41, 4, "value:f8 control_status:u1 " },
	{ 42, 1, ANALOG "value:i4 " },
	{ 42, 2, ANALOG "value:i2 " },
	{ 42, 3, ANALOG "value:i4 " TIME },
	{ 42, 4, ANALOG "value:i2 " TIME },
	{ 42, 5, ANALOG "value:f4 " },
	{ 42, 6, ANALOG "value:f8 " },
	{ 42, 7, ANALOG "value:f4 " TIME },
	{ 42, 8, ANALOG "value:f8 " TIME },
	{ 50, 1, TIME },
	{ 50, 2, TIME "interval:u4 " },
	{ 50, 3, TIME },
	{ 50, 4, TIME "interval_count:u4 interval_units:u1 " },
	{ 51, 1, TIME },
	{ 51, 2, TIME },
	{ 52, 1, "delay_secs:u2 " },
	{ 52, 2, "delay_ms:u2 " },
	{ 70, 2,
			"username_offset:u2 username_size:u2 password_offset:u2 password_size:u2 "
			"authentication_key:u4 text:r " },
	{ 70, 3,
			"filename_offset:u2 filename_size:u2 created:u6 permissions:u2 "
			"authentication_key:u4 file_size:u4 operational_mode:u2 maximum_block_size:u2 "
			"request_id:u2 filename:r " },
	{ 70, 4,
			"file_handle:u4 file_size:u4 maximum_block_size:u2 request_id:u2 status_code:u1 "
			"optional_text:r " },
	{ 70, 5, "file_handle:u4 block_number:u4 file_data:r " },
	{ 70, 6, "file_handle:u4 block_number:u4 status_code:u1 optional_text:r " },
	{ 70, 7,
			"filename_offset:u2 filename_size:u2 file_type:u2 file_size:u4 "
			"created_timestamp:u6 permissions:u2 request_id:u2 filename:r " },
	{ 70, 8, "filename:r " },
	{ 80, 1, "1" },
};

/** What a point is made of, part by part. */
struct part {
	char name[NAME_MOST];
	char kind;
	uint32_t size; /* bytes, or bits */
};

static bool
next_part(const char **text, struct part *p)
{
	const char *colon = strchr(*text, ':');
	size_t len;

	if (colon == NULL)
		return false;
	len = RTE_MIN((size_t)(colon - *text), sizeof(p->name) - 1);
	memcpy(p->name, *text, len);
	p->name[len] = '\0';
	p->kind = colon[1];
	p->size = p->kind == 'r' ? 0 : (uint32_t)(colon[2] - '0');
	*text = strchr(colon, ' ') + 1;
	return true;
}

/** Bytes of a point; text: none. */
static uint32_t
point_size(const char *points)
{
	uint32_t bits = 0;
	struct part p;

	while (next_part(&points, &p))
		bits += p.kind == 'b' ? p.size : p.kind == 'r' ? 0 : 8 * p.size;
	return bits / 8;
}

static bool
take_number(struct gz_cursor *c, uint32_t bytes, uint64_t *v)
{
	struct gz_span s;
	uint32_t i;

	if (!gz_cursor_take(c, bytes, &s))
		return false;
	for (*v = 0, i = bytes; i > 0; i--)
		*v = *v << 8 | s.p[i - 1];
	return true;
}

static uint32_t
prefix_size(const struct dnp3_object *o)
{
	static const uint8_t sizes[8] = { 0, 1, 2, 4, 1, 2, 4, 0 };

	return sizes[o->prefix_code];
}

static bool
has_sizes(const struct dnp3_object *o)
{
	return o->prefix_code >= 4 && o->prefix_code <= 6;
}

/** IEEE 1815 section 4.2.2.7.3. @return false: not all there, or there is no such range. */
static bool
take_range(struct gz_cursor *c, struct dnp3_object *o)
{
	static const uint8_t sizes[16] = { 1, 2, 4, 1, 2, 4, 0, 1, 2, 4, 0, 1 };
	uint64_t start = 0, stop = 0, count = 0;
	uint32_t n = sizes[o->range_code];

	if (o->range_code == 6)
		return true;
	if (n == 0)
		return false;
	if (o->range_code > 6)
		return take_number(c, n, &count) && (o->count = (uint32_t)count, true);
	if (!take_number(c, n, &start) || !take_number(c, n, &stop) || stop < start)
		return false;
	o->start = (uint32_t)start;
	o->stop = (uint32_t)stop;
	count = stop - start + 1;
	o->count = (uint32_t)RTE_MIN(count, (uint64_t)UINT32_MAX);
	return true;
}

/** Where the points end. @return false: they are not all there. */
static bool
skip_points(const struct dnp3_object *o, struct gz_cursor *c, bool bare)
{
	uint32_t i, prefix = prefix_size(o), size = 0;
	uint64_t v = 0;

	if (!bare && o->points[0] <= '9')
		return o->count <= 8 * POINTS_MOST && prefix == 0 &&
				gz_cursor_skip(c,
						(o->count * (uint32_t)(o->points[0] - '0') + 7) /
								8);
	if (!bare)
		size = point_size(o->points);
	if (size + prefix == 0)
		return true;
	for (i = 0; i < o->count; i++) {
		if (i == POINTS_MOST || !take_number(c, prefix, &v) ||
				!gz_cursor_skip(c, has_sizes(o) ? (uint32_t)v : size))
			return false;
	}
	return true;
}

bool
dnp3_object_next(const struct dnp3_tx *t, struct gz_cursor *c, struct dnp3_object *o)
{
	bool bare;
	uint32_t i;

	*o = (struct dnp3_object){ .known = gz_cursor_left(c) == 0 };
	if (o->known || !gz_cursor_u8(c, &o->group) || !gz_cursor_u8(c, &o->variation) ||
			!gz_cursor_u8(c, &o->qualifier))
		return false;
	o->prefix_code = o->qualifier >> 4 & 7;
	o->range_code = o->qualifier & 0xf;
	if (!take_range(c, o))
		return false;
	o->c = *c;
	for (i = 0; i < RTE_DIM(kinds) && kinds[i].group <= o->group; i++) {
		if (kinds[i].group == o->group && kinds[i].variation == o->variation)
			o->points = kinds[i].points;
	}
	/* Who asks for objects names them only. */
	bare = t->function == DNP3_READ && !has_sizes(o);
	if (bare)
		o->points = NULL;
	if (!bare && o->count > 0 && o->points == NULL)
		return false;
	o->known = o->count == 0 || skip_points(o, c, bare);
	return o->known;
}

/* ---- events ---- */

static void
log_number(struct gz_json *j, const struct part *p, uint64_t v)
{
	union {
		uint32_t u;
		float f;
	} f4 = { .u = (uint32_t)v };
	union {
		uint64_t u;
		double f;
	} f8 = { .u = v };

	if (p->kind == 'u')
		gz_json_u64(j, p->name, v);
	else if (p->kind == 'f')
		gz_json_double(j, p->name, p->size == 4 ? (double)f4.f : f8.f);
	else
		gz_json_i64(j, p->name, p->size == 4 ? (int32_t)v : (int16_t)v);
}

/** The parts of a point; @p c ends where its text does. */
static void
log_parts(struct gz_json *j, const char *points, struct gz_cursor *c)
{
	uint32_t bit = 0;
	uint64_t v;
	uint8_t byte = 0;
	struct part p;

	while (next_part(&points, &p)) {
		if (p.kind == 'b') {
			if (bit == 0 && !gz_cursor_u8(c, &byte))
				return;
			gz_json_u64(j, p.name, byte >> bit & ((1u << p.size) - 1));
			bit = (bit + p.size) % 8;
		} else if (p.kind == 'r') {
			gz_json_bytes(j, p.name,
					gz_span(c->p,
							RTE_MIN(gz_cursor_left(c),
									(uint32_t)TEXT_TOLD)));
		} else if (take_number(c, p.size, &v)) {
			log_number(j, &p, v);
		}
	}
}

static void
log_point(struct gz_json *j, const struct dnp3_object *o, uint32_t i, struct gz_cursor *c)
{
	uint64_t prefix = 0;
	struct gz_cursor point;
	uint32_t size;

	if (!take_number(c, prefix_size(o), &prefix))
		return;
	size = has_sizes(o) ? (uint32_t)prefix : point_size(o->points);
	if (!gz_cursor_sub(c, size, &point))
		return;
	gz_json_object(j, NULL);
	gz_json_u64(j, "prefix", prefix);
	gz_json_u64(j, "index",
			o->prefix_code > 0 && o->prefix_code < 4 ? prefix : (uint64_t)o->start + i);
	if (has_sizes(o))
		gz_json_u64(j, "size", prefix);
	log_parts(j, o->points, &point);
	gz_json_object_end(j);
}

static void
log_packed(struct gz_json *j, const struct dnp3_object *o, uint32_t i)
{
	uint32_t bits = (uint32_t)(o->points[0] - '0'), at = i * bits;

	gz_json_object(j, NULL);
	gz_json_u64(j, "prefix", 0);
	gz_json_u64(j, "index", (uint64_t)o->start + i);
	gz_json_u64(j, "state", o->c.p[at / 8] >> at % 8 & ((1u << bits) - 1));
	gz_json_object_end(j);
}

void
dnp3_log_points(struct gz_json *j, const struct dnp3_tx *t, const struct dnp3_object *o)
{
	struct gz_cursor c = o->c;
	uint32_t i;

	if (o->points == NULL || o->count == 0)
		return;
	gz_json_array(j, "points");
	for (i = 0; i < RTE_MIN(o->count, (uint32_t)POINTS_TOLD); i++) {
		if (o->points[0] <= '9')
			log_packed(j, o, i);
		else
			log_point(j, o, i, &c);
	}
	gz_json_array_end(j);
}
