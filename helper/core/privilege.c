// SPDX-License-Identifier: MIT
#include <cap-ng.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "core/log.h"
#include "core/privilege.h"

static const unsigned int kept[] = { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE };

static int refuse(const char *step, int err)
{
	log_line(LOG_LEVEL_ERROR, "cannot give up privileges: %s: %s", step, strerror(err));
	return -err;
}

/* Leaves in libcap-ng's memory what we keep of what we have; says whether the bounding set can be changed too. */
static bool choose(void)
{
	bool have[sizeof(kept) / sizeof(kept[0])];
	bool setpcap;
	size_t i;

	capng_get_caps_process();
	setpcap = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_BOTH);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (have[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET, kept[i]);
	}
	return setpcap;
}

/**
 * privilege_drop - keep CAP_NET_ADMIN and CAP_NET_BIND_SERVICE, nothing else, for good
 *
 * CAP_NET_ADMIN is for the module and for the device's addresses and routes,
 * CAP_NET_BIND_SERVICE for UDP 500.  What the daemon lacks from the start it does not get
 * here.  The user id stays: root's secret files stay readable at a reload.  Context: before
 * the first thread starts, capabilities are each thread's own.
 * Return: 0, or a negative errno: do not go on then.
 */
int privilege_drop(void)
{
	bool bounds = choose();

	if (capng_apply(bounds ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS))
		return refuse("capset", errno ? errno : EPERM);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return refuse("no_new_privs", errno);
	return 0;
}
