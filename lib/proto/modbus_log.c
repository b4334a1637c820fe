/* SPDX-License-Identifier: BSD-3-Clause */

/* Modbus' events. */

#include <string.h>

#include "modbus.h"

/* clang-format off */
static const char *const function_names[MODBUS_FUNCTIONS] = {
	[MODBUS_READ_COILS] = "RdCoils", "RdDiscreteInputs", "RdHoldRegs", "RdInputRegs",
	"WrSingleCoil", "WrSingleReg", "RdExcStatus", "Diagnostic", "Program484", "Poll484",
	"GetCommEventCtr", "GetCommEventLog", "ProgramController", "PollController", "WrMultCoils",
	"WrMultRegs", "ReportServerID", "Program884", "ResetCommLink", "RdFileRec", "WrFileRec",
	"MaskWrReg", "RdWrMultRegs", "RdFIFOQueue", [MODBUS_ENCAPSULATED] = "MEI",
};

static const char *const diagnostic_names[] = {
	"RetQueryData", "RestartCommOpt", "RetDiagReg", "ChangeInputDelimiter", "ForceListenOnlyMode",
	[10] = "ClearCtrDiagReg", "RetBusMsgCount", "RetBusCommErrCount", "RetBusExcErrCount",
	"RetServerMsgCount", "RetServerNoRespCount", "RetServerNAKCount", "RetServerBusyCount",
	"RetBusCharOverrunCount", "RetOverrunErrCount", "ClearOverrunCounterFlag", "GetClearPlusStats",
};

static const char *const encapsulated_names[] = { [13] = "CANOpenGenRefReqResp", "RdDevId" };

static const char *const exception_names[] = {
	[1] = "IllegalFunction", "IllegalDataAddr", "IllegalDataValue", "ServerDeviceFail", "Ack",
	"ServerDeviceBusy", "NegAck", "MemParityErr", [10] = "GatewayPathUnavailable",
	"GatewayTargetFailToResp",
};

static const char *const access_names[] = { "READ", "WRITE", "DISCRETES", "COILS", "INPUT",
	"HOLDING", "SINGLE", "MULTIPLE" };
static const char *const category_names[] = { "PUBLIC_ASSIGNED", "PUBLIC_UNASSIGNED",
	"USER_DEFINED", "RESERVED" };
static const char *const error_names[] = {
	[MODBUS_EVENT_PROTOCOL] = "PROTO_ID",
	[MODBUS_EVENT_LENGTH] = "DATA_LENGTH",
	[MODBUS_EVENT_FUNCTION] = "FUNC_CODE",
	[MODBUS_EVENT_VALUE] = "DATA_VALUE",
	[MODBUS_EVENT_EXCEPTION] = "EXC_CODE",
};
/* clang-format on */

enum {
	WORDS_TEXT = 128,
};

/** "READ | COILS": the names of the bits that are set, or NONE. */
static void
log_bits(struct gz_json *j, const char *key, uint32_t bits, const char *const *names, uint32_t n)
{
	char text[WORDS_TEXT] = "";
	uint32_t i;

	for (i = 0; i < n; i++) {
		if ((bits >> i & 1) == 0 || names[i] == NULL)
			continue;
		if (text[0] != '\0')
			strcat(text, " | ");
		strcat(text, names[i]);
	}
	gz_json_str(j, key, text[0] == '\0' ? "NONE" : text);
}

/** Single and multiple writes are told twice, as others do. */
static void
log_access(struct gz_json *j, uint8_t access)
{
	const char *names[RTE_DIM(access_names) + 2];
	uint32_t bits = access;

	memcpy(names, access_names, sizeof(access_names));
	names[8] = "WRITE_SINGLE";
	names[9] = "WRITE_MULTIPLE";
	if (access & GZ_MODBUS_WRITE)
		bits |= (bits & (GZ_MODBUS_SINGLE | GZ_MODBUS_MULTIPLE)) << 2;
	log_bits(j, "access_type", bits, names, RTE_DIM(names));
}

static const char *
name_of(const char *const *names, uint32_t n, uint32_t i, const char *none)
{
	return i < n && names[i] != NULL ? names[i] : none;
}

static void
log_sub(struct gz_json *j, const struct modbus_message *m)
{
	bool diagnostic = m->function == MODBUS_DIAGNOSTIC;

	gz_json_object(j, diagnostic ? "diagnostic" : "mei");
	gz_json_u64(j, "raw", m->sub);
	gz_json_str(j, "code",
			diagnostic ? name_of(diagnostic_names, RTE_DIM(diagnostic_names), m->sub,
						     "Reserved")
				   : name_of(encapsulated_names, RTE_DIM(encapsulated_names),
						     m->sub, "Unknown"));
	gz_json_bytes(j, "data", m->values);
	gz_json_object_end(j);
}

static void
log_exception(struct gz_json *j, const struct modbus_message *m)
{
	gz_json_object(j, "exception");
	gz_json_u64(j, "raw", m->sub);
	gz_json_str(j, "code",
			name_of(exception_names, RTE_DIM(exception_names), m->sub, "Unknown"));
	gz_json_object_end(j);
}

static void
log_read(struct gz_json *j, const struct modbus_message *m, bool request)
{
	gz_json_object(j, "read");
	if (request) {
		gz_json_u64(j, "address", m->read.address);
		gz_json_u64(j, "quantity", m->read.quantity);
	} else {
		gz_json_bytes(j, "data", m->values);
	}
	gz_json_object_end(j);
}

static void
log_write(struct gz_json *j, const struct modbus_message *m, bool request)
{
	gz_json_object(j, "write");
	gz_json_u64(j, "address", m->write.address);
	if (m->function == MODBUS_MASK_REGISTER) {
		gz_json_u64(j, "and_mask", m->and_mask);
		gz_json_u64(j, "or_mask", m->or_mask);
	} else if (m->has_value) {
		gz_json_u64(j, "data", m->value);
	} else if (request) {
		gz_json_u64(j, "quantity", m->write.quantity);
		gz_json_bytes(j, "data", m->values);
	} else {
		gz_json_u64(j, "data", m->write.quantity);
	}
	gz_json_object_end(j);
}

static void
log_data(struct gz_json *j, const struct modbus_message *m, bool request)
{
	bool reads = (m->access & GZ_MODBUS_READ) && (request ? m->read.told : true);
	bool writes = (m->access & GZ_MODBUS_WRITE) && m->write.told;

	if (m->function & MODBUS_EXCEPTION && m->has_sub) {
		log_exception(j, m);
		return;
	}
	if (m->has_sub)
		log_sub(j, m);
	if (reads)
		log_read(j, m, request);
	if (writes)
		log_write(j, m, request);
	if (!m->has_sub && !reads && !writes)
		gz_json_bytes(j, "data", gz_bytes_span(&m->data));
}

static void
log_message(struct gz_json *j, const struct modbus_message *m, bool request)
{
	gz_json_object(j, request ? "request" : "response");
	gz_json_u64(j, "transaction_id", m->id);
	gz_json_u64(j, "protocol_id", m->protocol);
	gz_json_u64(j, "unit_id", m->unit);
	gz_json_u64(j, "function_raw", m->function);
	gz_json_str(j, "function_code",
			name_of(function_names, RTE_DIM(function_names), modbus_function(m),
					"Unknown"));
	log_access(j, m->access);
	log_bits(j, "category", m->category, category_names, RTE_DIM(category_names));
	log_bits(j, "error_flags", m->errors, error_names, RTE_DIM(error_names));
	log_data(j, m, request);
	gz_json_object_end(j);
}

void
modbus_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct modbus_message *side = modbus_tx_of(tx)->side;

	gz_json_object(j, "modbus");
	gz_json_u64(j, "id", tx->id + 1);
	if (side[GZ_C2S].here)
		log_message(j, &side[GZ_C2S], true);
	if (side[GZ_S2C].here)
		log_message(j, &side[GZ_S2C], false);
	gz_json_object_end(j);
}
