/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_IKE_H
#define GZ_IKE_H

/* What a responder of IKE 1 has chosen (RFC 2409 appendix A), for rules' keywords. */

#include "gz_app.h"

/** The number of the attribute "alg_enc", "sa_life_type" …, or -1. */
int gz_ike_attribute_find(struct gz_span name);
/** The @p index-th value of the attribute in the response @p tx; it must be one of IKE. */
bool gz_ike_chosen(const struct gz_tx *tx, uint16_t attribute, uint32_t index, uint32_t *value);

#endif /* GZ_IKE_H */
