/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GEO_H
#define GEO_H

/* Countries of addresses, from a MaxMind database that is mapped into memory, for the keyword geoip. */

#include "gz_keyword.h"

struct gz_geo;

void geo_get(struct gz_geo *g);
void geo_put(struct gz_geo *g);
/** Is there a database? @p g may be NULL. */
bool geo_is_there(const struct gz_geo *g);
/** The two letters of the country of @p a; false: not known. Any thread; allocates nothing. */
bool geo_country(const struct gz_geo *g, const struct gz_addr *a, char country[2]);

#endif /* GEO_H */
