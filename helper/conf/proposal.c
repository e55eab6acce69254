// SPDX-License-Identifier: MIT
#include <linux/l2tpsec.h>
#include <stdio.h>
#include <string.h>

#include "conf/proposal.h"

/* A word and its number; ends with a row without a word. */
struct word {
	const char *text;
	unsigned int number;
};

static const struct word ike_ciphers[] = {
	{ "aes256", 256 }, { "aes192", 192 }, { "aes128", 128 },
	{ NULL, 0 },
};

/* RFC 2409 appendix A, RFC 4868 section 4 */
static const struct word ike_hashes[] = {
	{ "sha512", CONF_IKE_HASH_SHA2_512 },
	{ "sha384", CONF_IKE_HASH_SHA2_384 },
	{ "sha256", CONF_IKE_HASH_SHA2_256 },
	{ "sha1", CONF_IKE_HASH_SHA1 },
	{ NULL, 0 },
};

/* RFC 3526, RFC 5903, RFC 8031 */
static const struct word ike_groups[] = {
	{ "modp2048", 14 }, { "modp3072", 15 }, { "modp4096", 16 },
	{ "ecp256", 19 }, { "ecp384", 20 }, { "ecp521", 21 },
	{ "curve25519", 31 },
	{ NULL, 0 },
};

static const struct word esp_auths[] = {
	{ "sha512", L2TPSEC_AUTH_HMAC_SHA2_512 },
	{ "sha384", L2TPSEC_AUTH_HMAC_SHA2_384 },
	{ "sha256", L2TPSEC_AUTH_HMAC_SHA2_256 },
	{ "sha1", L2TPSEC_AUTH_HMAC_SHA1 },
	{ NULL, 0 },
};

static const struct word esp_gcm_ciphers[] = {
	{ "aes256gcm16", 256 }, { "aes192gcm16", 192 }, { "aes128gcm16", 128 },
	{ NULL, 0 },
};

static bool number_of(const struct word *words, const char *text, unsigned int *number)
{
	for (; words->text; words++) {
		if (!strcmp(words->text, text)) {
			*number = words->number;
			return true;
		}
	}
	return false;
}

static const char *text_of(const struct word *words, unsigned int number)
{
	for (; words->text; words++) {
		if (words->number == number)
			return words->text;
	}
	return "?";
}

/* Cuts "a-b-c" into its parts; returns how many, or 0 when it does not fit. */
static unsigned int split(const char *word, char copy[64], char *parts[3])
{
	unsigned int n = 0;
	char *next;

	if (strlen(word) >= 64)
		return 0;
	strcpy(copy, word);
	for (next = copy; next;) {
		if (n == 3)
			return 0;
		parts[n++] = strsep(&next, "-");
	}
	return n;
}

/**
 * proposal_ike_parse - read a phase 1 suite
 * @p: result; untouched on failure
 * @word: see PROPOSAL_IKE_GRAMMAR
 * Return: whether it is one.
 */
bool proposal_ike_parse(struct conf_ike_proposal *p, const char *word)
{
	unsigned int bits, hash, group;
	char copy[64], *parts[3];

	if (split(word, copy, parts) != 3)
		return false;
	if (!number_of(ike_ciphers, parts[0], &bits) || !number_of(ike_hashes, parts[1], &hash) ||
	    !number_of(ike_groups, parts[2], &group))
		return false;
	*p = (struct conf_ike_proposal){ .key_bits = bits, .hash = hash, .group = group };
	return true;
}

/**
 * proposal_esp_parse - read a phase 2 suite
 * @p: result; untouched on failure
 * @word: see PROPOSAL_ESP_GRAMMAR
 * Return: whether it is one.
 */
bool proposal_esp_parse(struct conf_esp_proposal *p, const char *word)
{
	unsigned int bits, auth = L2TPSEC_AUTH_NONE;
	unsigned int cipher = L2TPSEC_CIPHER_AES_CBC;
	char copy[64], *parts[3];

	switch (split(word, copy, parts)) {
	case 1:
		cipher = L2TPSEC_CIPHER_AES_GCM_16;
		if (!number_of(esp_gcm_ciphers, parts[0], &bits))
			return false;
		break;
	case 2:
		if (!number_of(ike_ciphers, parts[0], &bits) || !number_of(esp_auths, parts[1], &auth))
			return false;
		break;
	default:
		return false;
	}
	*p = (struct conf_esp_proposal){ .cipher = cipher, .key_bits = bits, .auth = auth };
	return true;
}

/**
 * conf_ike_proposal_print - a phase 1 suite as the configuration writes it
 * @p: suite
 * @out: storage
 * Return: @out.
 */
const char *conf_ike_proposal_print(const struct conf_ike_proposal *p, char out[64])
{
	snprintf(out, 64, "aes%u-%s-%s", p->key_bits, p->hash == CONF_IKE_HASH_MD5 ? "md5" :
		 text_of(ike_hashes, p->hash), text_of(ike_groups, p->group));
	return out;
}

/**
 * conf_esp_proposal_print - a phase 2 suite as the configuration writes it
 * @p: suite
 * @out: storage
 * Return: @out.
 */
const char *conf_esp_proposal_print(const struct conf_esp_proposal *p, char out[64])
{
	if (p->cipher == L2TPSEC_CIPHER_AES_GCM_16)
		snprintf(out, 64, "aes%ugcm16", p->key_bits);
	else
		snprintf(out, 64, "aes%u-%s", p->key_bits, text_of(esp_auths, p->auth));
	return out;
}
