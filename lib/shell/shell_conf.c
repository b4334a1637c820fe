/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_error.h"
#include "gz_shell_client.h"

#include "shell_internal.h"

static const struct gz_setting shell_settings[] = {
	{ "shell.socket", GZ_SETTING_STRING, GZ_SHELL_SOCKET,
			.help = "UNIX socket of the control shell, for root only; empty: none" },
	{ "shell.address", GZ_SETTING_STRING, "127.0.0.1",
			.help = "address that the control shell listens on for telnet" },
	{ "shell.port", GZ_SETTING_UINT, "8023", .min = 0, .max = 65535,
			.help = "TCP port of the control shell; 0: no telnet" },
	{ "shell.remote", GZ_SETTING_BOOL, "false",
			.help = "allow shell.address to be another than loopback; asks for "
				"shell.password-hash" },
	{ "shell.password-hash", GZ_SETTING_STRING, "",
			.help = "asked for on every telnet session when set; made by "
				"gauze shell --hash-password" },
	{ "shell.sessions", GZ_SETTING_UINT, "16", .min = 1, .max = 256, .unit = "sessions",
			.help = "most telnet sessions at a time, and as many on the socket" },
	{ "shell.idle", GZ_SETTING_TIME, "15 min", .min = 1000,
			.help = "a session without a key for so long is ended" },
	{ "shell.slow", GZ_SETTING_TIME, "10 s", .min = 100,
			.help = "a session that does not read its output for so long is dropped" },
	{ "shell.lockout", GZ_SETTING_TIME, "5 min", .min = 1000,
			.help = "an address that gave too many wrong passwords is not heard "
				"for so long" },
	{ "shell.paging", GZ_SETTING_BOOL, "true", .help = "show long output a window at a time" },
};
GZ_CONF_REGISTER(shell_settings)

static bool
is_loopback(const char *address)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool
is_address(const char *address)
{
	uint8_t bytes[16];

	return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

static void
judge(const struct gz_conf *conf, const struct gz_shell_conf *s, const char *path,
		struct gz_errors *errors)
{
	if (strlen(path) >= sizeof(s->socket))
		gz_errors_add(errors, gz_conf_place(conf, "shell.socket"), "bad value",
				"shell.socket is longer than %zu bytes", sizeof(s->socket) - 1);
	if (s->password_hash != NULL && s->password_hash[0] != '$')
		gz_errors_add(errors, gz_conf_place(conf, "shell.password-hash"), "bad value",
				"shell.password-hash is no hash as \"gauze shell --hash-password\" "
				"makes it");
	if (s->port == 0)
		return;
	if (!is_address(s->address))
		gz_errors_add(errors, gz_conf_place(conf, "shell.address"), "bad value",
				"shell.address \"%s\" is no IP address", s->address);
	else if (is_loopback(s->address))
		return;
	else if (!gz_conf_bool(conf, "shell.remote"))
		gz_errors_add(errors, gz_conf_place(conf, "shell.address"), "bad value",
				"shell.address %s is not loopback: this needs shell.remote = true",
				s->address);
	else if (s->password_hash == NULL)
		gz_errors_add(errors, gz_conf_place(conf, "shell.address"), "bad value",
				"shell.address %s is not loopback: this needs shell.password-hash",
				s->address);
}

int
gz_shell_conf_read(const struct gz_conf *conf, struct gz_shell_conf *s, struct gz_errors *errors)
{
	const char *path = gz_conf_string(conf, "shell.socket");
	const char *hash = gz_conf_string(conf, "shell.password-hash");
	uint32_t before = gz_errors_refusals(errors);

	*s = (struct gz_shell_conf){
		.port = (uint16_t)gz_conf_uint(conf, "shell.port"),
		.password_hash = hash[0] == '\0' ? NULL : strdup(hash),
		.sessions = (uint32_t)gz_conf_uint(conf, "shell.sessions"),
		.idle_ms = (uint32_t)RTE_MIN(gz_conf_ms(conf, "shell.idle"), (uint64_t)INT32_MAX),
		.slow_ms = (uint32_t)RTE_MIN(gz_conf_ms(conf, "shell.slow"), (uint64_t)INT32_MAX),
		.lockout_ms = (uint32_t)RTE_MIN(
				gz_conf_ms(conf, "shell.lockout"), (uint64_t)INT32_MAX),
		.paging = gz_conf_bool(conf, "shell.paging"),
	};
	snprintf(s->socket, sizeof(s->socket), "%s", path);
	snprintf(s->address, sizeof(s->address), "%s", gz_conf_string(conf, "shell.address"));
	judge(conf, s, path, errors);
	if (gz_errors_refusals(errors) == before)
		return 0;
	gz_shell_conf_free(s);
	return -EINVAL;
}

void
gz_shell_conf_free(struct gz_shell_conf *s)
{
	free(s->password_hash);
	s->password_hash = NULL;
}

bool
gz_shell_check(const struct gz_conf *conf, struct gz_errors *errors)
{
	struct gz_shell_conf s;

	if (gz_shell_conf_read(conf, &s, errors) < 0)
		return false;
	gz_shell_conf_free(&s);
	return true;
}
