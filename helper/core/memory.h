/* SPDX-License-Identifier: MIT */
/* Keeps what is secret in memory out of swap, core files and the hands of debuggers. */
#ifndef L2TPSEC_CORE_MEMORY_H
#define L2TPSEC_CORE_MEMORY_H

void memory_guard(void);

#endif
