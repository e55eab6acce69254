/* SPDX-License-Identifier: MIT */
/* Names of the module's drop reasons; linked into the daemon and the command line. */
#ifndef L2TPSEC_PLANE_DROP_H
#define L2TPSEC_PLANE_DROP_H

const char *drop_name(unsigned int reason);

#endif
