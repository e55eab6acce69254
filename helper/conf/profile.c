// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "conf/conf.h"

static bool profile_fits(const struct conf_profile *p, const struct addr *peer, enum conf_client client)
{
	size_t i;

	if (p->client != CONF_CLIENT_ANY && p->client != client)
		return false;
	for (i = 0; i < p->peers_len; i++) {
		if (prefix_contains(&p->peers[i], peer))
			return true;
	}
	return false;
}

/**
 * conf_profile_find - what holds for a client
 * @conf: configuration
 * @peer: its outer address
 * @client: what it is
 * Return: the first profile that fits; one with the defaults and no name when there is none.
 */
const struct conf_profile *conf_profile_find(const struct conf_ike *conf, const struct addr *peer,
					     enum conf_client client)
{
	static const struct conf_profile otherwise;
	size_t i;

	for (i = 0; i < conf->profiles_len; i++) {
		if (profile_fits(&conf->profiles[i], peer, client))
			return &conf->profiles[i];
	}
	return &otherwise;
}

/**
 * conf_profile_hint - which option would let a client have weak algorithms, for a log line
 * @conf: configuration
 * @peer: its outer address
 * @client: what it is
 * @out: storage
 * Return: @out.
 */
const char *conf_profile_hint(const struct conf_ike *conf, const struct addr *peer, enum conf_client client,
			      char out[CONF_PROFILE_HINT_MAX])
{
	const struct conf_profile *p = conf_profile_find(conf, peer, client);
	char text[ADDR_STRLEN];

	if (p->name)
		snprintf(out, CONF_PROFILE_HINT_MAX, "legacy = yes in [profile %s]", p->name);
	else
		snprintf(out, CONF_PROFILE_HINT_MAX, "legacy = yes in a [profile NAME] with peers = %s",
			 addr_print(peer, text));
	return out;
}
