/* SPDX-License-Identifier: BSD-3-Clause */

/* What rules and events tell of EtherNet/IP. */

#include <stdio.h>

#include "enip.h"

const struct gz_field_word enip_commands[] = { { "nop", 0 }, { "list_services", 4 },
	{ "list_identity", 0x63 }, { "list_interfaces", 0x64 }, { "register_session", 0x65 },
	{ "unregister_session", 0x66 }, { "send_rr_data", 0x6f }, { "send_unit_data", 0x70 },
	{ "indicate_status", 0x72 }, { "cancel", 0x73 }, { NULL, 0 } };

static const struct gz_field_word statuses[] = { { "success", 0 }, { "invalid_cmd", 1 },
	{ "no_resources", 2 }, { "incorrect_data", 3 }, { "invalid_session", 0x64 },
	{ "invalid_length", 0x65 }, { "unsupported_prot_rev", 0x69 }, { "with_header_error", 0x6a },
	{ NULL, 0 } };

/* ODVA's numbers of vendors and of kinds of devices; others are told as numbers. */
static const struct gz_field_word vendors[] = { { "Rockwell Automation/Allen-Bradley", 1 },
	{ "Namco Controls Corp.", 2 }, { "Honeywell International Inc.", 3 },
	{ "Parker Hannifin Corporation", 4 }, { "Rockwell Automation/Reliance Elec.", 5 },
	{ "WAGO Corporation", 40 }, { "OMRON Corporation", 47 }, { "Schneider Electric", 243 },
	{ NULL, 0 } };

static const struct gz_field_word devices[] = { { "AC Drive", 2 }, { "Motor Overload", 3 },
	{ "Limit Switch", 4 }, { "Inductive Proximity Switch", 5 }, { "Photoelectric Sensor", 6 },
	{ "General Purpose Discrete I/O", 7 }, { "Resolver", 9 }, { "Communications Adapter", 12 },
	{ "Programmable Logic Controller", 14 }, { "Position Controller", 16 }, { "DC Drive", 19 },
	{ "Contactor", 21 }, { "Motor Starter", 22 }, { "Human-Machine Interface", 24 },
	{ "Managed Switch", 44 }, { NULL, 0 } };

static const struct gz_field_word services[] = { { "get_attributes_all", 1 },
	{ "set_attributes_all", 2 }, { "get_attribute_list", 3 }, { "set_attribute_list", 4 },
	{ "reset", 5 }, { "start", 6 }, { "stop", 7 }, { "create", 8 }, { "delete", 9 },
	{ "multiple_service_packet", 10 }, { "apply_attributes", 13 },
	{ "get_attribute_single", 14 }, { "set_attribute_single", 16 }, { "kick_timer", 75 },
	{ "open_connection", 76 }, { "change_to_start", 78 }, { "get_status", 80 }, { NULL, 0 } };

/* ---- fields ---- */

#define NUMBER(name, there, value)                                                     \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v) \
	{                                                                              \
		const struct enip_message *m = &enip_tx_of(tx)->side[dir];             \
                                                                                       \
		*v = (value);                                                          \
		return index == 0 && (there);                                          \
	}

NUMBER(command, m->here, m->command)
NUMBER(status, m->here, m->status)
NUMBER(protocol, m->has_identity, m->identity.protocol)
NUMBER(vendor, m->has_identity, m->identity.vendor)
NUMBER(device, m->has_identity, m->identity.device)
NUMBER(product, m->has_identity, m->identity.product)
NUMBER(identity_status, m->has_identity, m->identity.status)
NUMBER(serial, m->has_identity, m->identity.serial)
NUMBER(state, m->has_identity, m->identity.state)
NUMBER(revision, m->has_identity, (uint64_t)m->identity.major << 8 | m->identity.minor)
NUMBER(capabilities, m->has_services, m->capabilities)

/* Of each service that the message holds. */
#define CIP_NUMBER(name, there, value)                                                     \
	static bool get_cip_##name(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v) \
	{                                                                                  \
		struct gz_cip c;                                                           \
                                                                                           \
		if (!gz_cip_of(tx, dir, index, &c))                                        \
			return false;                                                      \
		*v = (there) ? (value) : GZ_FIELD_NO_NUMBER;                               \
		return true;                                                               \
	}

CIP_NUMBER(class, c.has_class, c.class)
CIP_NUMBER(instance, c.has_instance, c.instance)
CIP_NUMBER(attribute, c.nb_attributes > 0, c.attributes[0])
CIP_NUMBER(status, c.response, c.status)
CIP_NUMBER(extended, c.has_extended, c.extended)

static bool
get_product_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct enip_message *m = &enip_tx_of(tx)->side[dir];

	*v = (struct gz_value){ m->identity.name.p, m->identity.name.len, 0, true };
	return index == 0 && m->has_identity;
}

static bool
get_service_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct enip_message *m = &enip_tx_of(tx)->side[dir];

	*v = (struct gz_value){ m->service_name.p, m->service_name.len, 0, true };
	return index == 0 && m->has_services;
}

#define S2C GZ_FIELD_S2C
#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)
#define EACH (BOTH | GZ_FIELD_MULTI)

/* clang-format off */
const struct gz_field_row enip_fields[ENIP_NB_FIELDS] = {
	{ .name = "enip_command", .get_number = get_command, .flags = BOTH,
		.words = enip_commands, .help = "command of EtherNet/IP: list_identity ..." },
	{ .name = "enip.status", .get_number = get_status, .flags = BOTH, .words = statuses,
		.help = "status of a message of EtherNet/IP" },
	{ .name = "enip.protocol_version", .get_number = get_protocol, .flags = S2C,
		.help = "version of EtherNet/IP that a device tells" },
	{ .name = "enip.vendor_id", .get_number = get_vendor, .flags = S2C,
		.help = "number of a device's vendor" },
	{ .name = "enip.device_type", .get_number = get_device, .flags = S2C,
		.help = "number of a device's kind" },
	{ .name = "enip.product_code", .get_number = get_product, .flags = S2C,
		.help = "number of a product" },
	{ .name = "enip.identity_status", .get_number = get_identity_status, .flags = S2C,
		.help = "status that a device tells of itself" },
	{ .name = "enip.serial", .get_number = get_serial, .flags = S2C,
		.help = "serial number of a device" },
	{ .name = "enip.state", .get_number = get_state, .flags = S2C,
		.help = "state of a device" },
	{ .name = "enip.revision", .get_number = get_revision, .flags = S2C,
		.help = "revision of a device: the major number times 256, and the minor" },
	{ .name = "enip.capabilities", .get_number = get_capabilities, .flags = S2C,
		.help = "what a device's service is capable of, as bits" },
	{ .name = "enip.product_name", .get = get_product_name, .flags = S2C,
		.help = "name of a product" },
	{ .name = "enip.service_name", .get = get_service_name, .flags = S2C,
		.help = "name of a device's service" },
	{ .name = "enip.cip_class", .get_number = get_cip_class, .flags = EACH,
		.help = "class that a service of CIP is asked of" },
	{ .name = "enip.cip_instance", .get_number = get_cip_instance, .flags = EACH,
		.help = "instance that a service of CIP is asked of" },
	{ .name = "enip.cip_attribute", .get_number = get_cip_attribute, .flags = EACH,
		.help = "attribute that a service of CIP is about" },
	{ .name = "enip.cip_status", .get_number = get_cip_status, .flags = EACH,
		.help = "status of a response of CIP" },
	{ .name = "enip.cip_extendedstatus", .get_number = get_cip_extended, .flags = EACH,
		.help = "what extends the status of a response of CIP" },
};
/* clang-format on */

/* ---- events ---- */

/** The word for a number, or the number. */
static void
log_word(struct gz_json *j, const char *key, const struct gz_field_word *words, uint64_t v)
{
	for (; words->word != NULL; words++) {
		if (words->number == v) {
			gz_json_str(j, key, words->word);
			return;
		}
	}
	gz_json_fmt(j, key, "unknown-%llu", (unsigned long long)v);
}

static void
log_identity(struct gz_json *j, const struct enip_identity *i)
{
	gz_json_object(j, "identity");
	gz_json_u64(j, "protocol_version", i->protocol);
	gz_json_fmt(j, "revision", "%u.%u", i->major, i->minor);
	log_word(j, "vendor_id", vendors, i->vendor);
	log_word(j, "device_type", devices, i->device);
	gz_json_u64(j, "product_code", i->product);
	gz_json_u64(j, "status", i->status);
	gz_json_u64(j, "serial", i->serial);
	gz_json_bytes(j, "product_name", i->name);
	gz_json_u64(j, "state", i->state);
	gz_json_object_end(j);
}

static void
log_cip(struct gz_json *j, const struct gz_cip *c)
{
	uint32_t i;

	gz_json_object(j, NULL);
	log_word(j, "service", services, c->service);
	if (c->response)
		gz_json_u64(j, "status", c->status);
	if (c->has_class)
		gz_json_u64(j, "class", c->class);
	if (c->has_instance)
		gz_json_u64(j, "instance", c->instance);
	if (c->nb_attributes > 0)
		gz_json_array(j, "attributes");
	for (i = 0; i < c->nb_attributes; i++)
		gz_json_u64(j, NULL, c->attributes[i]);
	if (c->nb_attributes > 0)
		gz_json_array_end(j);
	gz_json_object_end(j);
}

static void
log_message(struct gz_json *j, const char *key, const struct enip_message *m)
{
	uint32_t i;

	if (!m->here)
		return;
	gz_json_object(j, key);
	log_word(j, "command", enip_commands, m->command);
	log_word(j, "status", statuses, m->status);
	if (m->session != 0)
		gz_json_u64(j, "session", m->session);
	if (m->has_identity)
		log_identity(j, &m->identity);
	if (m->has_services) {
		gz_json_object(j, "list_services");
		gz_json_u64(j, "protocol_version", m->service_version);
		gz_json_u64(j, "capabilities", m->capabilities);
		gz_json_bytes(j, "service_name", m->service_name);
		gz_json_object_end(j);
	}
	if (m->nb_cip > 0)
		gz_json_array(j, "cip");
	for (i = 0; i < m->nb_cip; i++)
		log_cip(j, &m->cip[i]);
	if (m->nb_cip > 0)
		gz_json_array_end(j);
	gz_json_object_end(j);
}

void
enip_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	gz_json_object(j, "enip");
	log_message(j, "request", &enip_tx_of(tx)->side[GZ_C2S]);
	log_message(j, "response", &enip_tx_of(tx)->side[GZ_S2C]);
	gz_json_object_end(j);
}
