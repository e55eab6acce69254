# SPDX-License-Identifier: MIT
#	make			module for this kernel (or KDIR=/KVER=), daemon and command
#	make check		unit tests and replays: seconds, the everyday loop
#	make demo		as root: everything from nothing to two real clients connected
#	make test		as root: every test; ends with "N passed, N failed"
#	make kunit lint interop	parts of it (tests/run STAGE... for others)
#	make fuzz T=60		every fuzzing target for T seconds, a line for each
#	make bench		as root: cost per packet beside the stock stack (KERNEL=6.12)
#	make install		DESTDIR= PREFIX=
KVER ?= $(shell uname -r)
PREFIX ?= /usr
BUILD := $(CURDIR)/build

all: module helper

module:
	@tests/lab/module $(KVER)

helper:
	@$(MAKE) -s -C helper all

check quick:
	@tests/run unit

kunit lint interop:
	@tests/run $@

deps:
	@tests/lab/install-deps

fuzz:
	@tests/lab/install-deps
	@$(MAKE) -s -j2 -C tests/fuzz run T=$(or $(T),60)

bench:
	@tests/lab/install-deps
	@tests/bench/run --kernel $(or $(KERNEL),6.1)
	@tests/bench/run --kernel $(or $(KERNEL),6.1) --scale --out $(BUILD)/bench/$(or $(KERNEL),6.1)/scale
	@tests/bench/run --kernel $(or $(KERNEL),6.1) --throughput

demo:
	@tests/lab/demo

test:
	@tests/lab/install-deps
	@$(MAKE) -s -j2 -C helper all
	@tests/run

install: all
	install -D -m 755 $(BUILD)/l2tpsecd $(DESTDIR)$(PREFIX)/sbin/l2tpsecd
	install -D -m 755 $(BUILD)/l2tpsec $(DESTDIR)$(PREFIX)/bin/l2tpsec
	install -D -m 644 $(BUILD)/kmod-$(KVER)/kmod/l2tpsec.ko $(DESTDIR)/lib/modules/$(KVER)/updates/l2tpsec.ko
	install -D -m 600 doc/l2tpsec.conf.example $(DESTDIR)/etc/l2tpsec/l2tpsec.conf.example
	install -D -m 644 helper/l2tpsecd.service $(DESTDIR)/lib/systemd/system/l2tpsecd.service
	$(if $(DESTDIR),,depmod $(KVER))

clean:
	rm -rf $(BUILD)

.PHONY: all module helper check quick kunit lint interop deps fuzz bench demo test install clean
