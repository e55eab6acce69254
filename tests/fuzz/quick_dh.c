// SPDX-License-Identifier: MIT
/*
 * Takes the place of ike/dh.c: values of the right sizes without the arithmetic, which would take all of the
 * time.  The arithmetic has a target of its own.
 */
#include <string.h>

#include "ike/dh.h"

static const struct {
	unsigned int group;
	size_t pub;
	size_t secret;
	size_t priv;
} groups[] = {
	{ 2, 128, 128, 20 }, { 5, 192, 192, 30 }, { 14, 256, 256, 40 }, { 15, 384, 384, 53 }, { 16, 512, 512, 60 },
	{ 19, 64, 32, 32 }, { 20, 96, 48, 48 }, { 21, 132, 66, 66 }, { 31, 32, 32, 32 },
};

static size_t find(unsigned int group)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].group == group)
			return i;
	}
	return 0;
}

size_t dh_public_len(unsigned int group)
{
	return groups[find(group)].group == group ? groups[find(group)].pub : 0;
}

size_t dh_secret_len(unsigned int group)
{
	return groups[find(group)].secret;
}

size_t dh_private_len(unsigned int group)
{
	return groups[find(group)].priv;
}

/* Refuses what begins with 64 zero bits, as the real one refuses some values. */
bool dh_compute(struct dh *dh)
{
	static const uint8_t nothing[8];

	memset(dh->pub, 0x5a, dh_public_len(dh->group));
	memcpy(dh->pub, dh->priv, dh_private_len(dh->group) < dh_public_len(dh->group) ?
	       dh_private_len(dh->group) : dh_public_len(dh->group));
	memcpy(dh->secret, dh->peer, dh_secret_len(dh->group));
	return memcmp(dh->peer, nothing, sizeof(nothing)) != 0;
}
