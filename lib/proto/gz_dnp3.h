/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_DNP3_H
#define GZ_DNP3_H

/* What a message of DNP3 says, for rules' keywords. */

#include "gz_app.h"

/** The bits of "need_time" … among the internal indications, or 0. */
uint16_t gz_dnp3_indication_find(struct gz_span name);
/** The internal indications of a response, the first byte above. false: it is none. */
bool gz_dnp3_indications(const struct gz_tx *tx, uint16_t *iin);
/** The next object's group and variation. @p at: 0 at first, then as it was left. */
bool gz_dnp3_object(const struct gz_tx *tx, uint32_t *at, uint8_t *group, uint8_t *variation);

#endif /* GZ_DNP3_H */
