/* SPDX-License-Identifier: MIT */
/* Files for targets that read files: in a folder of this process, removed at its end. */
#ifndef L2TPSEC_TESTS_FUZZ_SCRATCH_H
#define L2TPSEC_TESTS_FUZZ_SCRATCH_H

#include <stddef.h>

const char *scratch_path(const char *name);
void scratch_write(const char *name, const void *data, size_t len);

#endif
