/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "rule_internal.h"

static const struct gz_setting vars_settings[] = {
	{ "address-groups", GZ_SETTING_LIST,
			.help = "variables of addresses that rules may use, added to or instead of "
				"the usual ones (HOME_NET, EXTERNAL_NET, HTTP_SERVERS and so on)" },
	{ "address-groups[].name", GZ_SETTING_STRING, .required = true,
			.help = "name of the variable, without the dollar sign" },
	{ "address-groups[].value", GZ_SETTING_STRING, .required = true,
			.help = "addresses as a rule writes them: \"[10.0.0.0/8,!10.1.0.0/16]\", "
				"\"!$HOME_NET\", \"any\"" },
	{ "port-groups", GZ_SETTING_LIST,
			.help = "variables of ports that rules may use, added to or instead of the "
				"usual ones (HTTP_PORTS, SSH_PORTS and so on)" },
	{ "port-groups[].name", GZ_SETTING_STRING, .required = true,
			.help = "name of the variable, without the dollar sign" },
	{ "port-groups[].value", GZ_SETTING_STRING, .required = true,
			.help = "ports as a rule writes them: \"[80,8000:8100]\", \"!80\", \"any\"" },
};
GZ_CONF_REGISTER(vars_settings)

struct var {
	char *name, *value;
};

struct vars {
	struct var *v;
	uint32_t count;
};

struct gz_vars {
	struct vars addr, port;
};

/* What rules in circulation expect to be there. */
static const struct {
	const char *name, *value;
} usual_addr[] = {
	{ "HOME_NET", "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]" },
	{ "EXTERNAL_NET", "!$HOME_NET" },
	{ "HTTP_SERVERS", "$HOME_NET" },
	{ "SMTP_SERVERS", "$HOME_NET" },
	{ "SQL_SERVERS", "$HOME_NET" },
	{ "DNS_SERVERS", "$HOME_NET" },
	{ "TELNET_SERVERS", "$HOME_NET" },
	{ "AIM_SERVERS", "$EXTERNAL_NET" },
	{ "DC_SERVERS", "$HOME_NET" },
	{ "DNP3_SERVER", "$HOME_NET" },
	{ "DNP3_CLIENT", "$HOME_NET" },
	{ "MODBUS_CLIENT", "$HOME_NET" },
	{ "MODBUS_SERVER", "$HOME_NET" },
	{ "ENIP_CLIENT", "$HOME_NET" },
	{ "ENIP_SERVER", "$HOME_NET" },
}, usual_port[] = {
	{ "HTTP_PORTS", "80" },
	{ "SHELLCODE_PORTS", "!80" },
	{ "ORACLE_PORTS", "1521" },
	{ "SSH_PORTS", "22" },
	{ "DNP3_PORTS", "20000" },
	{ "MODBUS_PORTS", "502" },
	{ "FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]" },
	{ "FTP_PORTS", "21" },
	{ "GENEVE_PORTS", "6081" },
	{ "VXLAN_PORTS", "4789" },
	{ "TEREDO_PORTS", "3544" },
};

static char *
copy(const char *s)
{
	char *c = strdup(s);

	RTE_VERIFY(c != NULL);
	return c;
}

static struct var *
find(const struct vars *vars, const char *name)
{
	uint32_t i;

	for (i = 0; i < vars->count; i++) {
		if (strcmp(vars->v[i].name, name) == 0)
			return &vars->v[i];
	}
	return NULL;
}

static void
put(struct vars *vars, const char *name, const char *value)
{
	struct var *v = find(vars, name);

	if (v == NULL) {
		vars->v = reallocarray(vars->v, vars->count + 1, sizeof(*vars->v));
		RTE_VERIFY(vars->v != NULL);
		v = &vars->v[vars->count++];
		v->name = copy(name);
	} else {
		free(v->value);
	}
	v->value = copy(value);
}

static const char *
value_of(const struct vars *vars, const char *name)
{
	const struct var *v = find(vars, name);

	return v == NULL ? NULL : v->value;
}

static const char *
nearest(const struct vars *vars, const char *name)
{
	const char **names = calloc(vars->count + 1, sizeof(*names)), *near;
	uint32_t i;

	RTE_VERIFY(names != NULL);
	for (i = 0; i < vars->count; i++)
		names[i] = vars->v[i].name;
	near = gz_nearest_word(name, names, vars->count);
	free(names);
	return near;
}

const char *
vars_addr(const struct gz_vars *v, const char *name)
{
	return value_of(&v->addr, name);
}

const char *
vars_port(const struct gz_vars *v, const char *name)
{
	return value_of(&v->port, name);
}

const char *
vars_addr_nearest(const struct gz_vars *v, const char *name)
{
	return nearest(&v->addr, name);
}

const char *
vars_port_nearest(const struct gz_vars *v, const char *name)
{
	return nearest(&v->port, name);
}

/** Does the variable's text make a set? Its place has no columns: a setting's is its whole value's. */
static int
check(const struct gz_vars *v, bool ports, const char *name, struct gz_place place,
		struct gz_errors *errors)
{
	struct gz_addrset addrs;
	struct gz_portset set;
	const char *value;
	int ret;

	place.column = 0;
	value = value_of(ports ? &v->port : &v->addr, name);
	ret = ports ? gz_portset_parse(value, v, place, &set, errors)
		    : gz_addrset_parse(value, v, place, &addrs, errors);
	if (ret < 0)
		return ret;
	if (ports)
		gz_portset_clear(&set);
	else
		gz_addrset_clear(&addrs);
	return 0;
}

static int
set_checked(struct gz_vars *v, bool ports, const char *name, const char *value,
		struct gz_place place, struct gz_errors *errors)
{
	struct vars *vars = ports ? &v->port : &v->addr;
	const char *was = value_of(vars, name);
	char *before = was == NULL ? NULL : copy(was);
	int ret;

	put(vars, name, value);
	ret = check(v, ports, name, place, errors);
	if (ret < 0 && before != NULL) {
		put(vars, name, before);
	} else if (ret < 0) {
		vars->count--; /* it was the last */
		free(vars->v[vars->count].name);
		free(vars->v[vars->count].value);
	}
	free(before);
	return ret;
}

int
gz_vars_set_addr(struct gz_vars *v, const char *name, const char *value, struct gz_place place,
		struct gz_errors *errors)
{
	return set_checked(v, false, name, value, place, errors);
}

int
gz_vars_set_port(struct gz_vars *v, const char *name, const char *value, struct gz_place place,
		struct gz_errors *errors)
{
	return set_checked(v, true, name, value, place, errors);
}

/** Take the items of a list of settings; they may name each other in any order. */
static void
take_settings(struct gz_vars *v, bool ports, const struct gz_conf *conf, struct gz_errors *errors)
{
	const char *list = ports ? "port-groups" : "address-groups";
	const char *name_of = ports ? "port-groups[].name" : "address-groups[].name";
	const char *value_of = ports ? "port-groups[].value" : "address-groups[].value";
	struct vars *vars = ports ? &v->port : &v->addr;
	uint32_t i, n = gz_conf_items(conf, list);

	for (i = 0; i < n; i++)
		put(vars, gz_conf_string(conf, gz_conf_item(name_of, i)),
				gz_conf_string(conf, gz_conf_item(value_of, i)));
	for (i = 0; i < n; i++)
		check(v, ports, gz_conf_string(conf, gz_conf_item(name_of, i)),
				gz_conf_place(conf, gz_conf_item(value_of, i)), errors);
}

struct gz_vars *
gz_vars_create(const struct gz_conf *conf, struct gz_errors *errors)
{
	struct gz_vars *v = calloc(1, sizeof(*v));
	uint32_t i;

	RTE_VERIFY(v != NULL);
	for (i = 0; i < RTE_DIM(usual_addr); i++)
		put(&v->addr, usual_addr[i].name, usual_addr[i].value);
	for (i = 0; i < RTE_DIM(usual_port); i++)
		put(&v->port, usual_port[i].name, usual_port[i].value);
	if (conf != NULL) {
		take_settings(v, false, conf, errors);
		take_settings(v, true, conf, errors);
	}
	return v;
}

static void
vars_free(struct vars *vars)
{
	uint32_t i;

	for (i = 0; i < vars->count; i++) {
		free(vars->v[i].name);
		free(vars->v[i].value);
	}
	free(vars->v);
}

void
gz_vars_destroy(struct gz_vars *v)
{
	if (v == NULL)
		return;
	vars_free(&v->addr);
	vars_free(&v->port);
	free(v);
}
