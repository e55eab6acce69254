/* SPDX-License-Identifier: MIT */
/* The other end of the daemon's control socket. */
#ifndef L2TPSEC_CLI_CLIENT_H
#define L2TPSEC_CLI_CLIENT_H

#include <jansson.h>
#include <stdio.h>

FILE *client_connect(const char *path);
json_t *client_read(FILE *daemon);
json_t *client_request(FILE *daemon, json_t *request);

#endif
