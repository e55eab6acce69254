/* SPDX-License-Identifier: MIT */
/* Surroundings of the IKE engine that agree to everything and take note of nothing. */
#ifndef L2TPSEC_TESTS_UNIT_IKE_INDIFFERENT_H
#define L2TPSEC_TESTS_UNIT_IKE_INDIFFERENT_H

#include "ike/ike.h"

extern const struct ike_ops ike_indifferent;

#endif
