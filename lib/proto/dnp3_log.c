/* SPDX-License-Identifier: BSD-3-Clause */

/* DNP3's events. */

#include "dnp3.h"

/* The first byte's, then the second's, the lowest bit first (IEEE 1815 section 4.2.2.6). */
static const struct {
	uint16_t bit;
	const char *name;
} indications[] = { { 0x0100, "all_stations" }, { 0x0200, "class_1_events" },
	{ 0x0400, "class_2_events" }, { 0x0800, "class_3_events" }, { 0x1000, "need_time" },
	{ 0x2000, "local_control" }, { 0x4000, "device_trouble" }, { 0x8000, "device_restart" },
	{ 0x0001, "no_func_code_support" }, { 0x0002, "object_unknown" },
	{ 0x0004, "parameter_error" }, { 0x0008, "event_buffer_overflow" },
	{ 0x0010, "already_executing" }, { 0x0020, "config_corrupt" }, { 0x0040, "reserved_2" },
	{ 0x0080, "reserved_1" } };

uint16_t
gz_dnp3_indication_find(struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(indications); i++) {
		if (gz_span_equal_nocase(name, gz_span_str(indications[i].name)))
			return indications[i].bit;
	}
	return 0;
}

enum {
	OBJECTS_TOLD = 256,
};

static void
log_objects(struct gz_json *j, const struct dnp3_tx *t)
{
	struct gz_cursor c = gz_cursor(t->data.p + t->objects, t->data.len - t->objects);
	struct dnp3_object o;
	uint32_t i;

	if (gz_cursor_left(&c) == 0)
		return;
	gz_json_array(j, "objects");
	for (i = 0; i < OBJECTS_TOLD && dnp3_object_next(t, &c, &o); i++) {
		gz_json_object(j, NULL);
		gz_json_u64(j, "group", o.group);
		gz_json_u64(j, "variation", o.variation);
		gz_json_u64(j, "qualifier", o.qualifier);
		gz_json_u64(j, "prefix_code", o.prefix_code);
		gz_json_u64(j, "range_code", o.range_code);
		gz_json_u64(j, "start", o.start);
		gz_json_u64(j, "stop", o.stop);
		gz_json_u64(j, "count", o.count);
		dnp3_log_points(j, t, &o);
		gz_json_object_end(j);
	}
	gz_json_array_end(j);
}

static void
log_application(struct gz_json *j, const struct dnp3_tx *t)
{
	gz_json_object(j, "application");
	gz_json_object(j, "control");
	gz_json_bool(j, "con", t->control & 0x20);
	gz_json_bool(j, "fin", t->control & 0x40);
	gz_json_bool(j, "fir", t->control & 0x80);
	gz_json_u64(j, "sequence", t->control & 0xf);
	gz_json_bool(j, "uns", t->control & 0x10);
	gz_json_object_end(j);
	gz_json_u64(j, "function_code", t->function);
	log_objects(j, t);
	gz_json_bool(j, "complete", t->complete);
	gz_json_object_end(j);
}

static void
log_indications(struct gz_json *j, const struct dnp3_tx *t)
{
	uint32_t i;

	gz_json_object(j, "iin");
	gz_json_array(j, "indicators");
	for (i = 0; i < RTE_DIM(indications); i++) {
		if (t->iin & indications[i].bit)
			gz_json_str(j, NULL, indications[i].name);
	}
	gz_json_array_end(j);
	gz_json_object_end(j);
}

void
dnp3_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct dnp3_tx *t = dnp3_tx_of(tx);
	bool request = t->dir == GZ_C2S;

	gz_json_object(j, "dnp3");
	if (when == GZ_LOG_ALERT && t->told)
		gz_json_object(j, request ? "request" : "response");
	if (t->told) {
		gz_json_str(j, "type",
				request ? "request"
						: t->function == DNP3_UNSOLICITED
						? "unsolicited_response"
						: "response");
		gz_json_object(j, "control");
		gz_json_bool(j, "dir", t->link.control & 0x80);
		gz_json_bool(j, "pri", t->link.control & 0x40);
		gz_json_bool(j, "fcb", t->link.control & 0x20);
		gz_json_bool(j, "fcv", t->link.control & 0x10);
		gz_json_u64(j, "function_code", t->link.control & 0xf);
		gz_json_object_end(j);
		gz_json_u64(j, "src", t->link.src);
		gz_json_u64(j, "dst", t->link.dst);
		log_application(j, t);
		if (!request)
			log_indications(j, t);
	}
	if (when == GZ_LOG_ALERT && t->told)
		gz_json_object_end(j);
	gz_json_object_end(j);
}
