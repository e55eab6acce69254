/* SPDX-License-Identifier: MIT */
/* Bytes written as hex in test vectors. */
#ifndef L2TPSEC_TESTS_UNIT_IKE_HEX_H
#define L2TPSEC_TESTS_UNIT_IKE_HEX_H

#include <stddef.h>
#include <stdint.h>

size_t ike_hex(uint8_t *out, size_t cap, const char *text);
uint8_t *ike_hex_file(const char *path, size_t *len);

#endif
