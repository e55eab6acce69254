/* SPDX-License-Identifier: MIT */
/* Section [certificate]: reads the files that it names. */
#ifndef L2TPSEC_CONF_CERTIFICATE_H
#define L2TPSEC_CONF_CERTIFICATE_H

#include "conf/finding.h"

#define CERTIFICATE_NAME_MAX	256

void certificate_read(struct conf_certificate *c, struct findings *f, const char *path, unsigned int line);
void certificate_free(struct conf_certificate *c);

const char *certificate_name(const X509_NAME *name, char out[CERTIFICATE_NAME_MAX]);

#endif
