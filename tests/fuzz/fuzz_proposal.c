// SPDX-License-Identifier: MIT
/* libFuzzer target: body of an SA payload, judged as an offer for phase 1 and for phase 2. */
#include <linux/l2tpsec.h>
#include <stdlib.h>

#include "fuzz.h"
#include "ike/proposal.h"

static const struct conf_ike conf = {
	.proposals = {
		{ 256, CONF_IKE_HASH_SHA2_256, 19 }, { 256, CONF_IKE_HASH_SHA1, 14 }, { 128, CONF_IKE_HASH_SHA1, 14 },
	},
	.proposals_len = 3,
	.psks_len = 1,
	.esp = {
		{ L2TPSEC_CIPHER_AES_GCM_16, 256, L2TPSEC_AUTH_NONE },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA1 },
	},
	.esp_len = 3,
};

/* What is chosen was offered, and is not weak unless that was asked for. */
static void choose_phase1(const struct payload_offer *offers, size_t n)
{
	struct payload_offer kept[IKE_OFFERS_MAX];
	struct proposal_phase1 chosen;
	char text[PROPOSAL_TEXT_MAX];

	if (proposal_phase1_match(&chosen, &conf, offers, n)) {
		if (chosen.cipher == CONF_IKE_CIPHER_3DES || chosen.hash == CONF_IKE_HASH_MD5 || chosen.group < 14)
			abort();
		proposal_phase1_print_chosen(&chosen, text, sizeof(text));
	}
	if (proposal_phase1_match_weak(&chosen, &conf, offers, n))
		proposal_phase1_print_chosen(&chosen, text, sizeof(text));
	proposal_phase1_method_fits(&conf, offers, n, text, sizeof(text));
	proposal_phase1_print_offers(offers, n, text, sizeof(text));
	if (proposal_phase1_keep(offers, n, 256, kept) > n)
		abort();
}

static void choose_phase2(const struct payload_offer *offers, size_t n, bool weak)
{
	struct proposal_limits limits = { .weak = weak };
	struct proposal_phase2 chosen;
	char text[PROPOSAL_TEXT_MAX];

	for (limits.encapsulation = 1; limits.encapsulation <= 4; limits.encapsulation++) {
		limits.ke_len = weak ? 64 : 0;
		if (!proposal_phase2_match(&chosen, &conf, &limits, offers, n))
			continue;
		if (chosen.spi < IKE_SPI_MIN || (!weak && (chosen.esp.cipher == L2TPSEC_CIPHER_3DES_CBC ||
							   chosen.esp.auth == L2TPSEC_AUTH_HMAC_MD5)))
			abort();
		proposal_phase2_print(&chosen.esp, text, sizeof(text));
	}
	proposal_phase2_print_offers(offers, n, text, sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct payload_offer offers[IKE_OFFERS_MAX];
	int n = payload_offers_parse(offers, IKE_OFFERS_MAX, data, size);

	if (n <= 0)
		return 0;
	choose_phase1(offers, n);
	choose_phase2(offers, n, false);
	choose_phase2(offers, n, true);
	return 0;
}
