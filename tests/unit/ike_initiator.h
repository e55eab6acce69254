/* SPDX-License-Identifier: MIT */
/*
 * An IKEv1 initiator for tests, written from RFC 2407 to 2409, 3706 and 3947 on OpenSSL alone: nothing of
 * helper/ike is in it, so that a fault there does not cancel out here.
 */
#ifndef L2TPSEC_TESTS_UNIT_IKE_INITIATOR_H
#define L2TPSEC_TESTS_UNIT_IKE_INITIATOR_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike.h"

#define INITIATOR_MESSAGE_MAX	4096

/**
 * struct initiator - a client
 * @psk: its pre-shared key
 * @cert: its certificate: offers signatures instead of a pre-shared key; borrowed
 * @cert_key: the certificate's RSA key; borrowed
 * @intermediate: sent after @cert; borrowed
 * @wrap: both in PKCS#7, as Windows does
 * @no_cert: sends no certificate at all
 * @digest_info: wraps what it signs in a DigestInfo, which RFC 2409 5.1 forbids
 * @requests: CR payloads of the gateway
 * @request: the last one's body
 * @request_len: bytes
 * @gateway_cert: the gateway's certificate, freed by initiator_free()
 * @gateway_certs: CERT payloads of the gateway
 * @id: body of its phase 1 ID payload
 * @id_len: bytes
 * @path: where the gateway sees it; switched to port 4500 with NAT
 * @float_port: source port after that
 * @behind_nat: what it says of itself does not fit @path
 * @dialled: the gateway's address as it knows it, where a NAT changes it to that of @path; else empty
 * @natoa: says both original addresses in Quick Mode, as RFC 3947 5.2 has it
 * @no_natt: does not know RFC 3947
 * @dpd: knows RFC 3706
 * @frag: knows fragments
 * @initial_contact: says so in message 5
 * @sha1: SHA-1 instead of SHA2-256
 * @modp: group 14 instead of 19
 * @md: another hash, by OpenSSL's name; NULL: as @sha1 says
 * @group: 2 or 5 instead of what @modp says; 0: as it says
 * @cipher_len: bytes of the cipher's key; 24: 3DES; 0: 32
 * @offers: message 1 from the SA payload on, byte for byte, with the type of its first payload in front;
 *	NULL: our own two transforms
 * @offers_len: bytes
 * @chosen: number of the transform of @offers that is to be taken
 * @lifetime: of phase 1
 * @offer: body of the SA payload of Aggressive Mode, instead of the usual one; borrowed
 * @offer_len: bytes
 * @vids: vendor IDs of Aggressive Mode, instead of the usual ones: each is a byte of length and so many bytes,
 *	after the last one comes a 0; borrowed
 * @ni_len: bytes of nonce, 24 at most
 * @clear: message 3 of Aggressive Mode is not encrypted
 * @old_ports: its NAT-D payloads are made for port 500, although it comes from 4500
 * @believes: HASH_R of Aggressive Mode is good
 * @peer_shape: payload types and lengths of the gateway's message 2 of Aggressive Mode, as text
 * @found_nat: the gateway's NAT-D says that we are behind NAT
 * @found_gateway_nat: none of its further NAT-D fits the address that we dialled: it is behind NAT
 * @has_dpd: the gateway knows RFC 3706
 * @has_frag: the gateway knows fragments
 * @peer_id: body of the gateway's ID payload
 * @peer_id_len: bytes
 */
struct initiator {
	const char *psk;
	X509 *cert;
	EVP_PKEY *cert_key;
	X509 *intermediate;
	bool wrap;
	bool no_cert;
	bool digest_info;
	unsigned int requests;
	uint8_t request[256];
	size_t request_len;
	X509 *gateway_cert;
	unsigned int gateway_certs;
	uint8_t id[512];
	size_t id_len;
	struct ike_path path;
	uint16_t float_port;
	bool behind_nat;
	struct addr dialled;
	bool natoa;
	bool no_natt;
	bool dpd;
	bool frag;
	bool initial_contact;
	bool sha1;
	bool modp;
	const char *md;
	unsigned int group;
	size_t cipher_len;
	const uint8_t *offers;
	size_t offers_len;
	unsigned int chosen;
	uint32_t lifetime;
	const uint8_t *offer;
	size_t offer_len;
	const uint8_t *vids;
	size_t ni_len;
	bool clear;
	bool old_ports;
	bool believes;
	char peer_shape[256];
	bool found_nat;
	bool found_gateway_nat;
	bool has_dpd;
	bool has_frag;
	uint8_t peer_id[256];
	size_t peer_id_len;

	uint8_t cky_i[8], cky_r[8], weak_x[32];
	EVP_PKEY *key;
	uint8_t gxi[256], gxr[256], gxy[256], ni[24], nr[64], sai[768];
	size_t gx_len, gxy_len, nr_len, sai_len, hash_len;
	uint8_t skeyid[64], skeyid_d[64], skeyid_a[64], skeyid_e[64], cipher[32];
	uint8_t iv[16], last_iv[16];
};

/**
 * struct initiator_quick - one Quick Mode of a client
 * @message_id: chosen by the test
 * @encapsulation: attribute value
 * @gcm: AES-GCM-16 256 instead of AES-CBC 256 with HMAC-SHA1
 * @offers: body of the SA payload, byte for byte; @spi_in stands in it; NULL: our own transform
 * @offers_len: bytes
 * @material: bytes of KEYMAT with @offers
 * @pfs: with a KE payload
 * @ke: body of a KE payload instead of a value of our own: only the gateway's answer is of interest then; borrowed
 * @ke_len: bytes
 * @ids: bodies of IDci and IDcr with @offers instead of the usual ones, each behind a byte of its length; borrowed
 * @kilobytes: volume limit, 0 = none
 * @port: of the client's identity
 * @our_port: of the gateway's identity; 0 = 1701
 * @lifetime: seconds
 * @spi_in: ours
 * @spi_out: the gateway's
 * @original: the gateway's NAT-OA payloads: ours, its own; empty without
 * @key_in: KEYMAT of what we receive
 * @key_out: KEYMAT of what we send
 * @key_len: bytes of each
 */
struct initiator_quick {
	uint32_t message_id;
	unsigned int encapsulation;
	bool gcm;
	const uint8_t *offers;
	size_t offers_len;
	size_t material;
	bool pfs;
	const uint8_t *ke;
	size_t ke_len;
	const uint8_t *ids;
	uint32_t kilobytes;
	uint16_t port;
	uint16_t our_port;
	uint32_t lifetime;
	uint32_t spi_in;
	uint32_t spi_out;
	struct addr original[2];
	uint8_t key_in[128], key_out[128];
	size_t key_len;

	EVP_PKEY *key;
	uint8_t iv[16], ni[16], nr[64], sent_ids[64];
	size_t nr_len;
};

/**
 * struct initiator_info - what an informational message of the gateway says
 * @deletes: it has a Delete payload
 * @notifies: it has a Notification payload
 * @protocol: of it
 * @type: of the notification
 * @spi: bytes
 * @spi_len: how many
 * @number: of a DPD message
 */
struct initiator_info {
	bool deletes;
	bool notifies;
	uint8_t protocol;
	uint16_t type;
	uint8_t spi[16];
	size_t spi_len;
	uint32_t number;
};

void initiator_init(struct initiator *i, const char *address, uint16_t port);
void initiator_set_id(struct initiator *i, uint8_t type, const void *data, size_t len);
void initiator_set_subject(struct initiator *i, X509 *cert);
void initiator_set_cert(struct initiator *i, X509 *cert, EVP_PKEY *key);
void initiator_free(struct initiator *i);
size_t initiator_m1(struct initiator *i, uint8_t *out);
size_t initiator_m3(struct initiator *i, const uint8_t *m2, size_t len, uint8_t *out);
size_t initiator_m5(struct initiator *i, const uint8_t *m4, size_t len, uint8_t *out);
bool initiator_m6(struct initiator *i, const uint8_t *m6, size_t len);
size_t initiator_a1(struct initiator *i, uint8_t *out);
size_t initiator_a3(struct initiator *i, const uint8_t *m2, size_t len, uint8_t *out);
size_t initiator_q1(struct initiator *i, struct initiator_quick *q, uint8_t *out);
size_t initiator_q3(struct initiator *i, struct initiator_quick *q, const uint8_t *q2, size_t len, uint8_t *out);
size_t initiator_delete_sa(struct initiator *i, uint32_t spi, uint32_t message_id, uint8_t *out);
size_t initiator_delete_sas(struct initiator *i, const uint32_t *spis, size_t n, uint32_t message_id, uint8_t *out);
size_t initiator_delete_isakmp(struct initiator *i, uint32_t message_id, uint8_t *out);
size_t initiator_notify(struct initiator *i, uint16_t type, uint32_t number, uint32_t message_id, uint8_t *out);
bool initiator_info(struct initiator *i, const uint8_t *msg, size_t len, struct initiator_info *info);

#endif
