// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/log.h"
#include "core/memory.h"

/* A limit would count later: every allocation beyond it fails in a locked process. */
static int unlimit(void)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit now;

	if (!getrlimit(RLIMIT_MEMLOCK, &now) && now.rlim_cur == RLIM_INFINITY)
		return 0;
	return setrlimit(RLIMIT_MEMLOCK, &none) ? -errno : 0;
}

/**
 * memory_guard - no swap, no core file, no debugger without CAP_SYS_PTRACE
 *
 * Locks all memory of the process, what comes later too, each page when it is first touched.  Where
 * that is not allowed a line in the log says so, and everything goes on.  Context: before secrets are read and
 * before privileges are given up.
 */
void memory_guard(void)
{
	const struct rlimit no_core = { 0, 0 };
	int err = unlimit();

	if (!err && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT))
		err = -errno;
	if (err)
		log_line(LOG_LEVEL_WARNING, "keys may get into swap: memory cannot be locked: %s; "
			 "raise RLIMIT_MEMLOCK (LimitMEMLOCK=infinity)", strerror(-err));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setrlimit(RLIMIT_CORE, &no_core))
		log_line(LOG_LEVEL_WARNING, "keys may get into core files: %s", strerror(errno));
}
