# SPDX-License-Identifier: MIT
# What every build of the helper's sources needs: the programs here, the tests in tests/.
PKG_CONFIG ?= pkg-config
HELPER_PACKAGES := libmnl libnl-route-3.0 libevent libevent_pthreads libcrypto jansson inih libcap-ng
HELPER_VERSION ?= $(shell cat $(TOP)/VERSION 2>/dev/null || echo 0.1)

HELPER_CFLAGS := -std=gnu11 -D_GNU_SOURCE -pthread -I$(TOP)/helper -I$(TOP)/uapi \
	-DL2TPSEC_VERSION='"$(HELPER_VERSION)"' \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
	$(shell $(PKG_CONFIG) --cflags $(HELPER_PACKAGES))
HELPER_LIBS := -pthread $(shell $(PKG_CONFIG) --libs $(HELPER_PACKAGES))
CLI_LIBS := $(shell $(PKG_CONFIG) --libs jansson)
