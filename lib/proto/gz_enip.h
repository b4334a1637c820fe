/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ENIP_H
#define GZ_ENIP_H

/* What EtherNet/IP asks of a device by CIP, for rules' keywords. */

#include "gz_app.h"

enum {
	GZ_CIP_ATTRIBUTES = 8, /* of a service's path */
};

struct gz_cip {
	uint8_t service; /* without the bit of a response */
	bool response;
	uint8_t status; /* of a response */
	bool has_extended; /* its status goes on */
	uint16_t extended; /* the first word of that */
	bool has_class, has_instance;
	uint32_t class, instance;
	uint32_t nb_attributes;
	uint32_t attributes[GZ_CIP_ATTRIBUTES];
};

/** The @p index-th service of what goes in @p dir of @p tx, those of a packet of several included. */
bool gz_cip_of(const struct gz_tx *tx, int dir, uint32_t index, struct gz_cip *c);

#endif /* GZ_ENIP_H */
