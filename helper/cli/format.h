/* SPDX-License-Identifier: MIT */
/* The daemon's JSON for people. */
#ifndef L2TPSEC_CLI_FORMAT_H
#define L2TPSEC_CLI_FORMAT_H

#include <jansson.h>
#include <stdio.h>

void format_show(FILE *out, const json_t *answer);
void format_event(FILE *out, const json_t *event);
void format_disconnect(FILE *out, const json_t *answer);
void format_reload(FILE *out, const json_t *answer);

#endif
