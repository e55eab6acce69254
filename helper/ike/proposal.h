/* SPDX-License-Identifier: MIT */
/* Choosing one transform out of an SA payload by our own order of preference.  Pure. */
#ifndef L2TPSEC_IKE_PROPOSAL_H
#define L2TPSEC_IKE_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "ike/payload.h"

#define PROPOSAL_TEXT_MAX	512

/**
 * struct proposal_phase1 - the phase 1 transform that was chosen
 * @offer: as it was offered, to be returned unchanged; borrows from the SA payload
 * @auth: IKE_AUTH_*
 * @cipher: AES-CBC or 3DES-CBC
 * @key_bits: of it
 * @hash: hash and PRF
 * @group: Diffie-Hellman group
 * @lifetime: seconds, 0 = none offered
 */
struct proposal_phase1 {
	struct payload_offer offer;
	unsigned int auth;
	enum conf_ike_cipher cipher;
	unsigned int key_bits;
	enum conf_ike_hash hash;
	unsigned int group;
	uint32_t lifetime;
};

/**
 * struct proposal_limits - what a phase 2 transform has to fit
 * @encapsulation: ENCAPSULATION_*
 * @ke_len: bytes of the KE payload, 0 = none: PFS is taken as offered, with a group that phase 1 accepts too,
 *	or with MODP1024 or MODP1536
 * @no_sha256: no HMAC-SHA2-256
 * @weak: 3DES and MD5 instead of what the configuration names
 */
struct proposal_limits {
	unsigned int encapsulation;
	size_t ke_len;
	bool no_sha256;
	bool weak;
};

/**
 * struct proposal_phase2 - the phase 2 transform that was chosen
 * @offer: as it was offered, to be returned unchanged but for the SPI; borrows from the SA payload
 * @esp: its cipher, key length and integrity algorithm
 * @group: Diffie-Hellman group for PFS, 0 = none
 * @spi: the peer's
 * @esn: extended sequence numbers (RFC 4304)
 * @lifetime: seconds, 0 = none offered
 * @kilobytes: 0 = none offered
 */
struct proposal_phase2 {
	struct payload_offer offer;
	struct conf_esp_proposal esp;
	unsigned int group;
	uint32_t spi;
	bool esn;
	uint32_t lifetime;
	uint64_t kilobytes;
};

bool proposal_phase1_match(struct proposal_phase1 *chosen, const struct conf_ike *conf,
			   const struct payload_offer *offers, size_t n);
bool proposal_phase1_match_weak(struct proposal_phase1 *chosen, const struct conf_ike *conf,
				const struct payload_offer *offers, size_t n);
bool proposal_phase1_method_fits(const struct conf_ike *conf, const struct payload_offer *offers, size_t n,
				 char *text, size_t size);
bool proposal_phase2_match(struct proposal_phase2 *chosen, const struct conf_ike *conf,
			   const struct proposal_limits *limits, const struct payload_offer *offers, size_t n);
size_t proposal_phase1_keep(const struct payload_offer *offers, size_t n, size_t ke_len, struct payload_offer *kept);
bool proposal_group_accepted(const struct conf_ike *conf, unsigned int group);
const char *proposal_group_print(unsigned int group, char out[16]);
void proposal_groups_print_accepted(const struct conf_ike *conf, char *out, size_t size);
void proposal_phase1_print(const struct conf_ike_proposal *p, char *out, size_t size);
void proposal_phase1_print_chosen(const struct proposal_phase1 *p, char *out, size_t size);
void proposal_phase2_print(const struct conf_esp_proposal *p, char *out, size_t size);
void proposal_phase1_print_offers(const struct payload_offer *offers, size_t n, char *out, size_t size);
void proposal_phase2_print_offers(const struct payload_offer *offers, size_t n, char *out, size_t size);
void proposal_phase1_print_accepted(const struct conf_ike *conf, char *out, size_t size);
void proposal_phase2_print_accepted(const struct conf_ike *conf, char *out, size_t size);

#endif
