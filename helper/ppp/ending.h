/* SPDX-License-Identifier: MIT */
/* Why a client ended a link, read from the data of its Terminate-Request. */
#ifndef L2TPSEC_PPP_ENDING_H
#define L2TPSEC_PPP_ENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENDING_TEXT_LEN	160

bool ending_windows_error(const uint8_t *data, size_t len, uint32_t *error);
const char *ending_print(const uint8_t *data, size_t len, char out[ENDING_TEXT_LEN]);

#endif
