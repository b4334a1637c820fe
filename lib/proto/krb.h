/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KRB_H
#define KRB_H

/* Elements of Kerberos (RFC 4120 section 5), in its own messages and in those that carry a ticket. */

#include "gz_app.h"

#include "ber.h"

enum {
	KRB_APPLICATION = BER_APPLICATION | BER_CONSTRUCTED, /* and a type's number */
	KRB_PART = BER_CONTEXT | BER_CONSTRUCTED, /* and its number in a sequence */

	KRB_TICKET = 1, /* types of application */
	KRB_AP_REQ = 14,

	KRB_TEXT_MOST = 4096, /* bytes of a name, its parts together */
	KRB_NAME_PARTS_MOST = 16,
};

/** The parts of a PrincipalName, each with its NUL. */
void krb_take_name(struct gz_app *app, struct gz_bytes *name, struct gz_cursor c);
/** A string, as a Realm is one. @return false: none, or no memory. */
bool krb_take_text(struct gz_app *app, struct gz_bytes *text, struct gz_cursor c);
/** An Int32. @return false: none. */
bool krb_take_int32(struct gz_cursor c, int32_t *v);
/** What is in a Ticket. @return false: none. */
bool krb_enter_ticket(struct gz_cursor c, struct gz_cursor *parts);

#endif /* KRB_H */
