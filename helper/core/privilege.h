/* SPDX-License-Identifier: MIT */
/* What the daemon may do besides what every process may. */
#ifndef L2TPSEC_CORE_PRIVILEGE_H
#define L2TPSEC_CORE_PRIVILEGE_H

int privilege_drop(void);

#endif
