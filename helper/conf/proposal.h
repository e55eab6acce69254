/* SPDX-License-Identifier: MIT */
/* Suites as words: "aes256-sha1-modp2048" (IKE), "aes256gcm16" and "aes128-sha256" (ESP). */
#ifndef L2TPSEC_CONF_PROPOSAL_H
#define L2TPSEC_CONF_PROPOSAL_H

#include "conf/conf.h"

#define PROPOSAL_IKE_GRAMMAR \
	"aes128|aes192|aes256 - sha1|sha256|sha384|sha512 - " \
	"modp2048|modp3072|modp4096|ecp256|ecp384|ecp521|curve25519, like aes256-sha256-modp2048"
#define PROPOSAL_ESP_GRAMMAR \
	"aes128gcm16|aes192gcm16|aes256gcm16, or aes128|aes192|aes256 - sha1|sha256|sha384|sha512, " \
	"like aes256-sha1"

#define PROPOSAL_WEAK "; weaker ones belong to legacy = yes in a [profile NAME]"

bool proposal_ike_parse(struct conf_ike_proposal *p, const char *word);
bool proposal_esp_parse(struct conf_esp_proposal *p, const char *word);

#endif
