/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_proto.h"

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "proto_internal.h"

GZ_REGISTRY(gz_protos, "protocol");

static void
read_ports(struct gz_proto *p)
{
	struct gz_span rest, part;
	uint64_t port;

	if (p->ports == NULL)
		return;
	rest = gz_span_str(p->ports);
	while (gz_span_cut(&rest, ',', &part)) {
		RTE_VERIFY(gz_span_u64(gz_span_trim(part), &port) && port <= UINT16_MAX);
		RTE_VERIFY(p->nb_ports < RTE_DIM(p->port_list));
		p->port_list[p->nb_ports++] = (uint16_t)port;
	}
}

void
gz_proto_register(struct gz_proto *p, struct gz_field_set sets[2])
{
	sets[0] = (struct gz_field_set){ p, p->fields, p->nb_fields, { NULL } };
	sets[1] = (struct gz_field_set){ p, p->frames, p->nb_frames, { NULL } };
	gz_field_register(&sets[0]);
	gz_field_register(&sets[1]);
	proto_register_stream(p);
	gz_proto_stats_register(p);
}

void
gz_protos_seal(void)
{
	uint32_t i;

	if (gz_protos.sealed)
		return;
	gz_registry_seal(&gz_protos);
	RTE_VERIFY(gz_protos.count <= PROTO_MOST);
	for (i = 0; i < gz_protos.count; i++) {
		struct gz_proto *p = (struct gz_proto *)gz_protos.by_name[i];

		RTE_VERIFY(p->nb_events <= 64);
		read_ports(p);
	}
	gz_fields_seal();
	gz_registry_seal(&gz_event_types);
}

const struct gz_proto *
gz_proto_find(const char *name)
{
	const struct gz_proto *p = (const struct gz_proto *)gz_registry_find(&gz_protos, name);
	uint32_t i;

	for (i = 0; p == NULL && i < gz_protos.count; i++) {
		const struct gz_proto *q = (const struct gz_proto *)gz_protos.by_name[i];

		if (q->alias != NULL && strcmp(q->alias, name) == 0)
			p = q;
	}
	return p;
}

uint64_t
gz_protos_named(const char *name)
{
	const struct gz_proto *p = gz_proto_find(name);

	if (p == NULL)
		return 0;
	return strcmp(p->reg.name, name) == 0 ? gz_proto_kin(p) : UINT64_C(1) << p->reg.id;
}

const char *
gz_proto_eve_name(const struct gz_proto *p)
{
	return p->eve_name != NULL ? p->eve_name : p->reg.name;
}

uint64_t
gz_proto_kin(const struct gz_proto *p)
{
	uint64_t kin = UINT64_C(1) << p->reg.id;
	uint32_t i;

	for (i = 0; i < gz_protos.count; i++) {
		const struct gz_proto *by = (const struct gz_proto *)gz_protos.by_name[i];

		if (by->carries != NULL && strcmp(by->carries, p->reg.name) == 0)
			kin |= UINT64_C(1) << i;
	}
	return kin;
}

int
gz_proto_event_find(const struct gz_proto *p, const char *name)
{
	uint32_t i;

	for (i = 0; i < p->nb_events; i++) {
		if (strcasecmp(p->events[i], name) == 0)
			return (int)i;
	}
	return -1;
}

int
gz_proto_progress_find(const struct gz_proto *p, enum gz_dir dir, const char *name)
{
	const char *const *names = p->progress[dir];
	int i;

	for (i = 0; names != NULL && names[i] != NULL; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	return -1;
}
