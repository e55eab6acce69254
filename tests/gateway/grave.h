/* SPDX-License-Identifier: MIT */
/* Keeps what memory held when it was freed; needs the linker's --wrap=free. */
#ifndef L2TPSEC_TESTS_GATEWAY_GRAVE_H
#define L2TPSEC_TESTS_GATEWAY_GRAVE_H

#include <stdbool.h>
#include <stddef.h>

void __real_free(void *p);
void __wrap_free(void *p);
void grave_open(void);
void grave_close(void);
bool grave_holds(const void *bytes, size_t len);
size_t grave_size(void);

#endif
