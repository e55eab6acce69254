/* SPDX-License-Identifier: MIT */
/* Diffie-Hellman: MODP (RFC 3526), curves (RFC 5903), Curve25519 (RFC 8031).  Pure; slow: run it in a worker. */
#ifndef L2TPSEC_IKE_DH_H
#define L2TPSEC_IKE_DH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DH_PUBLIC_MAX	512
#define DH_PRIVATE_MAX	66

/**
 * struct dh - one side of an exchange
 * @group: number of the group
 * @priv: private value; random bytes, dh_private_len() of them
 * @peer: the peer's public value
 * @peer_len: bytes
 * @pub: ours; dh_public_len() bytes
 * @secret: shared; dh_secret_len() bytes
 */
struct dh {
	unsigned int group;
	uint8_t priv[DH_PRIVATE_MAX];
	uint8_t peer[DH_PUBLIC_MAX];
	size_t peer_len;
	uint8_t pub[DH_PUBLIC_MAX];
	uint8_t secret[DH_PUBLIC_MAX];
};

size_t dh_public_len(unsigned int group);
size_t dh_secret_len(unsigned int group);
size_t dh_private_len(unsigned int group);
bool dh_compute(struct dh *dh);

#endif
