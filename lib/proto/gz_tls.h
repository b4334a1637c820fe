/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_TLS_H
#define GZ_TLS_H

/* What keywords do with a connection of TLS. */

struct gz_tx;

/** Keep the server's certificates on disk where tls-store.enabled is set: now, or when they come; once
 * for each connection. */
void gz_tls_keep_certs(struct gz_tx *tx);

#endif /* GZ_TLS_H */
