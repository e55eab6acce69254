/* SPDX-License-Identifier: MIT */
/* Main Mode (RFC 2409 5.1 and 5.4), and what Aggressive Mode has in common with it. */
#ifndef L2TPSEC_IKE_PHASE1_H
#define L2TPSEC_IKE_PHASE1_H

#include "ike/exchange.h"

extern const struct exchange_row phase1_rows[];
extern const size_t phase1_rows_len;

bool phase1_new(struct isakmp *sa, const struct payload *sai);
bool phase1_introduce(struct peer *peer);
void phase1_fail_early(struct peer *peer, enum windows_error shown, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
enum exchange_verdict phase1_refuse_offers(struct exchange *x, const struct payload_offer *offers, int n,
					   struct payload_builder *b);
bool phase1_choose(struct isakmp *sa, const struct addr *from, const struct payload_offer *offers, int n);
void phase1_name_suite(struct isakmp *sa);
void phase1_put_choice(const struct isakmp *sa, struct payload_builder *b);
void phase1_put_nat_discovery(struct isakmp *sa, const struct message *m, struct payload_builder *b);
void phase1_print_identity(const struct payload_id *id, char *out, size_t size);
bool phase1_remember_identity(const struct isakmp *sa, const struct payload_id *id);
size_t phase1_our_identity(const struct isakmp *sa, uint8_t out[20]);
void phase1_finish(struct exchange *x, const struct message *m);

#endif
