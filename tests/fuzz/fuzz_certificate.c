// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: certificates.  The first byte says what follows: bodies of CERT payloads as records (the
 * operation is the encoding), which are then checked against a CA; or a file that the configuration names.
 */
#include <stdlib.h>

#include "conf/certificate.h"
#include "conf/finding.h"
#include "fuzz.h"
#include "ike/cert.h"
#include "ike_ca.h"
#include "input.h"
#include "scratch.h"

#define CERTS	12

static struct ca root, own;

static void make_all(void)
{
	if (root.cert)
		return;
	root = ca_issue(&(struct ca_request){ .name = "Root", .authority = true });
	own = ca_issue(&(struct ca_request){ .name = "vpn.example.net", .issuer = &root, .eku = "serverAuth" });
	ca_write_cert(scratch_path("root.pem"), root.cert, NULL);
	ca_write_cert(scratch_path("own.pem"), own.cert, NULL);
	ca_write_key(scratch_path("own.key"), own.key, NULL);
}

/* Nobody holds a key of a CA that was made just now: nothing may be believed. */
static void check(struct stack_st_X509 *chain)
{
	struct cert_check c = { .chain = chain, .trusted = X509_STORE_new(), .id.type = IPSEC_ID_FQDN,
				.id.data = (const uint8_t *)"alice", .id.len = 5 };

	X509_STORE_add_cert(c.trusted, root.cert);
	if (cert_believe(&c) || !*c.refusal)
		abort();
	X509_STORE_free(c.trusted);
}

static void payloads(struct rbuf *r)
{
	struct input_record rec = { 0 };
	struct payload_list list = { 0 };
	uint8_t *bodies[CERTS];
	struct stack_st_X509 *chain;
	char text[256];
	size_t i;

	while (list.n < CERTS && input_next(r, &rec)) {
		cert_print_dn(rec.data, rec.len, text, sizeof(text));
		bodies[list.n] = malloc(rec.len + 1);
		bodies[list.n][0] = rec.op;
		memcpy(bodies[list.n] + 1, rec.data, rec.len);
		list.p[list.n] = (struct payload){ ISAKMP_CERT, bodies[list.n], rec.len + 1 };
		list.n++;
		list.present |= PAYLOAD_BIT(ISAKMP_CERT);
	}
	free(rec.data);
	chain = cert_read(&list);
	if (chain && sk_X509_num(chain))
		check(chain);
	sk_X509_pop_free(chain, X509_free);
	for (i = 0; i < list.n; i++)
		free(bodies[i]);
}

static char *copy(const char *text)
{
	char *s = strdup(text);

	if (!s)
		abort();
	return s;
}

static void file(unsigned int which, const uint8_t *data, size_t len)
{
	struct conf_certificate c = { 0 };
	struct findings f = { 0 };

	scratch_write("given", data, len);
	c.file = copy(scratch_path(which == 1 ? "given" : "own.pem"));
	c.key_file = copy(scratch_path(which == 2 ? "given" : "own.key"));
	c.cas.names[c.cas.n++] = copy(scratch_path(which == 3 ? "given" : "root.pem"));
	if (which == 4)
		c.crls.names[c.crls.n++] = copy(scratch_path("given"));
	certificate_read(&c, &f, "l2tpsec.conf", 1);
	certificate_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rbuf r;

	if (!size)
		return 0;
	make_all();
	input_quiet();
	if (data[0] % 5) {
		file(data[0] % 5, data + 1, size - 1);
		return 0;
	}
	rbuf_init(&r, data + 1, size - 1);
	payloads(&r);
	return 0;
}
