/* SPDX-License-Identifier: BSD-3-Clause */
#include "telnet.h"

#include <string.h>

#include <rte_common.h>

enum {
	IAC = 255,
	DONT = 254,
	DO = 253,
	WONT = 252,
	WILL = 251,
	SB = 250,
	EL = 248, /* erase line */
	EC = 247, /* erase character */
	AYT = 246, /* are you there */
	IP = 244, /* interrupt */
	BRK = 243,
	SE = 240,
	XEOF = 236,

	OPT_ECHO = 1,
	OPT_SGA = 3,
	OPT_NAWS = 31,
	OPT_LINEMODE = 34,

	KEY_CTRL_C = 3,
	KEY_CTRL_D = 4,
	KEY_CTRL_U = 21,
	KEY_DELETE = 127,
};

enum {
	STATE_DATA,
	STATE_IAC,
	STATE_OPTION, /* after WILL, WONT, DO, DONT */
	STATE_SUB_OPTION, /* after SB */
};

const uint8_t telnet_hello[] = {
	IAC, WILL, OPT_ECHO, /* we echo */
	IAC, WILL, OPT_SGA, /* with ECHO: characters, not lines */
	IAC, DO, OPT_NAWS, /* tell the window's size */
	IAC, DONT, OPT_LINEMODE, /* no editing on the client's side */
};
const size_t telnet_hello_len = sizeof(telnet_hello);

static int
telnet_key(struct telnet *t, uint8_t byte)
{
	bool after_cr = t->after_cr;

	t->after_cr = byte == '\r';
	if (after_cr && (byte == '\n' || byte == 0))
		return -1;
	return byte == '\n' ? '\r' : byte;
}

/* Options of the hello are agreed; what else is asked for is refused, and refusals need no answer. */
static size_t
telnet_answer(uint8_t verb, uint8_t option, uint8_t answer[TELNET_ANSWER_MOST])
{
	uint8_t no;

	if (verb == DO && option != OPT_ECHO && option != OPT_SGA)
		no = WONT;
	else if (verb == WILL && option != OPT_NAWS && option != OPT_SGA)
		no = DONT;
	else
		return 0;
	answer[0] = IAC;
	answer[1] = no;
	answer[2] = option;
	return 3;
}

static void
telnet_sub_end(struct telnet *t)
{
	t->in_sub = false;
	if (t->option != OPT_NAWS || t->sub_len != 4)
		return;
	t->cols = (uint16_t)(t->sub[0] << 8 | t->sub[1]);
	t->rows = (uint16_t)(t->sub[2] << 8 | t->sub[3]);
}

static int
telnet_command(struct telnet *t, uint8_t byte, uint8_t answer[TELNET_ANSWER_MOST],
		size_t *answer_len)
{
	static const char here[] = "[yes]\r\n";

	t->state = STATE_DATA;
	switch (byte) {
	case WILL:
	case WONT:
	case DO:
	case DONT:
		t->verb = byte;
		t->state = STATE_OPTION;
		return -1;
	case SB:
		t->state = STATE_SUB_OPTION;
		return -1;
	case SE:
		telnet_sub_end(t);
		return -1;
	case IP:
	case BRK:
		return KEY_CTRL_C;
	case XEOF:
		return KEY_CTRL_D;
	case EC:
		return KEY_DELETE;
	case EL:
		return KEY_CTRL_U;
	case AYT:
		RTE_BUILD_BUG_ON(sizeof(here) - 1 > TELNET_ANSWER_MOST);
		memcpy(answer, here, sizeof(here) - 1);
		*answer_len = sizeof(here) - 1;
		return -1;
	default:
		return -1;
	}
}

static void
telnet_sub_byte(struct telnet *t, uint8_t byte)
{
	if (t->sub_len < sizeof(t->sub))
		t->sub[t->sub_len] = byte;
	if (t->sub_len < UINT8_MAX)
		t->sub_len++;
}

int
telnet_byte(struct telnet *t, uint8_t byte, uint8_t answer[TELNET_ANSWER_MOST], size_t *answer_len)
{
	*answer_len = 0;
	switch (t->state) {
	case STATE_IAC:
		if (byte != IAC)
			return telnet_command(t, byte, answer, answer_len);
		t->state = STATE_DATA;
		break; /* a byte of 255, doubled */
	case STATE_OPTION:
		t->state = STATE_DATA;
		*answer_len = telnet_answer(t->verb, byte, answer);
		return -1;
	case STATE_SUB_OPTION:
		t->state = STATE_DATA;
		t->option = byte;
		t->sub_len = 0;
		t->in_sub = true;
		return -1;
	default:
		if (byte != IAC)
			break;
		t->state = STATE_IAC;
		return -1;
	}
	if (t->in_sub) {
		telnet_sub_byte(t, byte);
		return -1;
	}
	return telnet_key(t, byte);
}

static size_t
telnet_put(uint8_t *out, uint8_t byte)
{
	out[0] = byte;
	if (byte != IAC)
		return 1;
	out[1] = IAC;
	return 2;
}

size_t
telnet_window(uint16_t rows, uint16_t cols, uint8_t out[16])
{
	size_t n = 0;

	out[n++] = IAC;
	out[n++] = SB;
	out[n++] = OPT_NAWS;
	n += telnet_put(out + n, (uint8_t)(cols >> 8));
	n += telnet_put(out + n, (uint8_t)cols);
	n += telnet_put(out + n, (uint8_t)(rows >> 8));
	n += telnet_put(out + n, (uint8_t)rows);
	out[n++] = IAC;
	out[n++] = SE;
	return n;
}
