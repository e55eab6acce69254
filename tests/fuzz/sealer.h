/* SPDX-License-Identifier: MIT */
/*
 * Makes messages out of plaintext, as a peer that knows all keys would: so that what is inside the
 * encryption can be mutated.  It looks the keys up in the engine.
 */
#ifndef L2TPSEC_TESTS_FUZZ_SEALER_H
#define L2TPSEC_TESTS_FUZZ_SEALER_H

#include "ike/state.h"

struct isakmp *sealer_find(struct ike *ike, const uint8_t *msg, size_t len);
size_t sealer_seal(struct ike *ike, uint8_t *msg, size_t len, size_t cap, bool keep_hash);
size_t sealer_open(struct ike *ike, uint8_t *msg, size_t len);

#endif
