/* SPDX-License-Identifier: BSD-3-Clause */

/* What EtherNet/IP's messages carry: items, and CIP in them (ODVA, volume 1, section 2-4). */

#include "enip.h"

enum {
	LIST_SERVICES = 0x04,
	LIST_IDENTITY = 0x63,

	ITEM_IDENTITY = 0x0c,
	ITEM_SERVICES = 0x100,

	CIP_RESPONSE = 0x80,
	CIP_MULTIPLE = 0x0a, /* several services in one */
	SOCKET_ADDRESS = 16, /* bytes */
	SERVICE_NAME = 16,
};

/** The path of a service: which class, which instance, which attributes. */
static void
take_path(struct gz_cursor c, struct gz_cip *cip)
{
	enum {
		CLASS = 0x20,
		INSTANCE = 0x24,
		ATTRIBUTE = 0x30,
		LOGICAL = 0xe0
	};
	uint8_t segment, kind, v8;
	uint16_t v16;
	uint32_t v;

	while (gz_cursor_u8(&c, &segment)) {
		kind = segment & 0xfc;
		if ((segment & LOGICAL) != CLASS)
			return;
		if ((segment & 3) == 0 && gz_cursor_u8(&c, &v8))
			v = v8;
		else if ((segment & 3) == 1 && gz_cursor_skip(&c, 1) && gz_cursor_le16(&c, &v16))
			v = v16;
		else if ((segment & 3) != 2 || !gz_cursor_skip(&c, 1) || !gz_cursor_le32(&c, &v))
			return;
		if (kind == CLASS) {
			cip->has_class = true;
			cip->class = v;
		} else if (kind == INSTANCE) {
			cip->has_instance = true;
			cip->instance = v;
		} else if (kind == ATTRIBUTE && cip->nb_attributes < GZ_CIP_ATTRIBUTES) {
			cip->attributes[cip->nb_attributes++] = v;
		}
	}
}

/** A service's head. @return false: malformed, or there is no room. */
static bool
take_service(struct gz_app *app, struct enip_message *m, struct gz_cursor *c)
{
	struct gz_cursor path; /* or what extends a status */
	struct gz_cip *cip;
	uint8_t service, words;

	if (m->cip == NULL)
		m->cip = gz_app_alloc(app, ENIP_SERVICES_MOST * (uint32_t)sizeof(*m->cip));
	if (m->cip == NULL || m->nb_cip == ENIP_SERVICES_MOST || !gz_cursor_u8(c, &service))
		return false;
	cip = &m->cip[m->nb_cip++];
	cip->service = service & (uint8_t)~CIP_RESPONSE;
	cip->response = (service & CIP_RESPONSE) != 0;
	if (cip->response) {
		if (!gz_cursor_skip(c, 1) || !gz_cursor_u8(c, &cip->status) ||
				!gz_cursor_u8(c, &words) || !gz_cursor_sub(c, 2u * words, &path))
			return false;
		cip->has_extended = gz_cursor_le16(&path, &cip->extended);
		return true;
	}
	if (!gz_cursor_u8(c, &words) || !gz_cursor_sub(c, 2u * words, &path))
		return false;
	take_path(path, cip);
	return true;
}

/** Services behind one that holds several: how many, where each is, counted from here. */
static bool
take_several(struct gz_app *app, struct enip_message *m, const struct gz_cursor *all)
{
	struct gz_cursor c = *all, one;
	uint16_t nb, offset;

	if (!gz_cursor_le16(&c, &nb))
		return false;
	for (; nb > 0 && m->nb_cip < ENIP_SERVICES_MOST; nb--) {
		one = *all;
		if (!gz_cursor_le16(&c, &offset) || !gz_cursor_skip(&one, offset) ||
				!take_service(app, m, &one))
			return false;
	}
	return true;
}

static bool
take_cip(struct gz_app *app, struct enip_message *m, struct gz_cursor c)
{
	uint32_t first = m->nb_cip;

	if (!take_service(app, m, &c))
		return false;
	return m->cip[first].service != CIP_MULTIPLE || m->cip[first].status != 0 ||
			take_several(app, m, &c);
}

static bool
take_identity(struct enip_message *m, struct gz_cursor c)
{
	struct enip_identity *i = &m->identity;
	uint8_t len;

	m->has_identity = gz_cursor_le16(&c, &i->protocol) && gz_cursor_skip(&c, SOCKET_ADDRESS) &&
			gz_cursor_le16(&c, &i->vendor) && gz_cursor_le16(&c, &i->device) &&
			gz_cursor_le16(&c, &i->product) && gz_cursor_u8(&c, &i->major) &&
			gz_cursor_u8(&c, &i->minor) && gz_cursor_le16(&c, &i->status) &&
			gz_cursor_le32(&c, &i->serial) && gz_cursor_u8(&c, &len) &&
			gz_cursor_take(&c, len, &i->name) && gz_cursor_u8(&c, &i->state);
	return m->has_identity;
}

static bool
take_services(struct enip_message *m, struct gz_cursor c)
{
	struct gz_span name;

	if (!gz_cursor_le16(&c, &m->service_version) || !gz_cursor_le16(&c, &m->capabilities) ||
			!gz_cursor_take(&c, SERVICE_NAME, &name))
		return false;
	m->has_services = true;
	m->service_name = gz_span(name.p, (uint32_t)strnlen((const char *)name.p, name.len));
	return true;
}

static bool
take_item(struct gz_app *app, struct enip_message *m, uint16_t type, struct gz_cursor in)
{
	switch (type) {
	case ITEM_IDENTITY:
		return take_identity(m, in);
	case ITEM_SERVICES:
		return take_services(m, in);
	case ENIP_ITEM_CONNECTED: /* a number in sequence stands in front */
		return gz_cursor_skip(&in, 2) && take_cip(app, m, in);
	case ENIP_ITEM_UNCONNECTED:
		return take_cip(app, m, in);
	default:
		return true;
	}
}

bool
enip_read(struct gz_app *app, struct enip_message *m)
{
	struct gz_cursor c = gz_cursor(m->data.p, m->data.len), in;
	uint16_t nb, type, len;
	uint32_t i;

	if (m->data.len == 0)
		return true;
	if (m->command == ENIP_SEND_RR_DATA || m->command == ENIP_SEND_UNIT_DATA) {
		if (!gz_cursor_skip(&c, 6))
			return false;
	} else if (m->command != LIST_SERVICES && m->command != LIST_IDENTITY) {
		return true;
	}
	if (!gz_cursor_le16(&c, &nb))
		return false;
	for (i = 0; i < RTE_MIN(nb, (uint32_t)ENIP_ITEMS_MOST); i++) {
		if (!gz_cursor_le16(&c, &type) || !gz_cursor_le16(&c, &len) ||
				!gz_cursor_sub(&c, len, &in) || !take_item(app, m, type, in))
			return false;
	}
	return true;
}
