# SPDX-License-Identifier: Apache-2.0
# Lafayette: one non-recursive Makefile. `make help` tells the targets.

VERSION := 0.1.0

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
comma := ,

# SANITIZE=address,undefined (or thread) builds into a folder of its own; so does FUZZER=1 (clang).
BUILD ?= build$(if $(FUZZER),/fuzz,$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE))))
CC ?= cc

# Rooms in the order in which mail flows, which rooms each may include (tests/rooms.sh reads this table
# and checks it), the libraries that each may use, and the Debian packages that bring them.
ROOMS := $(foreach room,base mailbox report classify enrich store ingest admin select render complaint http study,\
	$(if $(wildcard src/$(room)/*.c),$(room)))
USES_base :=
USES_mailbox := base
USES_report := base
USES_classify := base report
USES_enrich := base report
USES_store := base report
USES_ingest := base mailbox report classify enrich store
USES_admin := base mailbox report classify enrich store ingest
USES_select := base store
USES_render := base select
USES_complaint := base report enrich store ingest select
USES_http := base report enrich store ingest select render complaint
USES_study := base mailbox report

PKGS_base := glib-2.0 libpsl libidn2 libzstd libcrypto
PKGS_mailbox := glib-2.0 libcurl
PKGS_report := glib-2.0 gmime-3.0 libxml-2.0 jansson
PKGS_classify := glib-2.0
PKGS_enrich := glib-2.0 libcares libmaxminddb libcurl jansson
PKGS_store := glib-2.0 libmariadb libxcrypt
PKGS_ingest := glib-2.0
PKGS_admin := glib-2.0
PKGS_select := glib-2.0 libmariadb
PKGS_render := glib-2.0 jansson
PKGS_complaint := glib-2.0 gmime-3.0 libarchive libcurl jansson
PKGS_http := glib-2.0 libmicrohttpd jansson zlib
PKGS_study := glib-2.0 jansson zlib libzstd liblzma
PKGS_all := $(sort $(foreach room,$(ROOMS),$(PKGS_$(room))))
PKGS_test := cmocka

DEBS_base := libglib2.0-dev libpsl-dev libidn2-dev libzstd-dev libssl-dev
DEBS_mailbox := libcurl4-openssl-dev
DEBS_report := libgmime-3.0-dev libxml2-dev libjansson-dev
DEBS_enrich := libc-ares-dev libmaxminddb-dev libcurl4-openssl-dev libjansson-dev
DEBS_store := default-libmysqlclient-dev libcrypt-dev
# GMime takes and gives back many small pieces: jemalloc saves 11 % of the ingester's time.
DEBS_ingest := libjemalloc-dev
ALLOCATOR ?= $(if $(SANITIZE),,-ljemalloc)
DEBS_render := libjansson-dev
DEBS_complaint := libgmime-3.0-dev libarchive-dev libcurl4-openssl-dev libjansson-dev
DEBS_http := libmicrohttpd-dev libjansson-dev zlib1g-dev
DEBS_study := libjansson-dev zlib1g-dev libzstd-dev liblzma-dev
BUILD_PACKAGES := $(sort gcc libc6-dev make pkg-config $(foreach room,$(ROOMS),$(DEBS_$(room))))
# What the pages load beside our own files comes from npm's packages, at build time only (web/make/vendor).
# WEB_VENDOR=DIR is a ready folder: then nothing is fetched.
WEB_VENDOR ?=
WEB_PACKAGES = $(if $(WEB_VENDOR),,iso-codes $(if $(shell command -v npm),,nodejs npm))
DEMO_PACKAGES := python3 mariadb-server-core mariadb-client-core
# Only for tests: a second compiler, its sanitizers and fuzzer, and what Dovecot, nsd and Postfix's
# smtp-sink (unpacked under build/servers, never installed) need beside libc.
SERVER_NEEDS := openssl libexttextcat-2.0-0 liblua5.4-0 libsodium23 libstemmer0d libunwind8 libwrap0 \
	libtirpc3 libapparmor1 libevent-2.1-7 libfstrm0 libprotobuf-c1 libdb5.3 libicu72 libnsl2
CHECK_PACKAGES := clang unzip p7zip-full libclang-rt-14-dev libcmocka-dev $(SERVER_NEEDS)
BROWSER_PACKAGES = chromium $(if $(shell command -v npm),,nodejs npm)
SERVER_PACKAGES := dovecot-core dovecot-imapd nsd postfix
LINT_PACKAGES := clang-tidy clang-format cppcheck shellcheck mandoc

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wpointer-arith -Wcast-qual -Wvla -Wformat=2 -Wundef -Wconversion \
	-Wno-sign-conversion $(if $(WERROR),-Werror)
ifdef SANITIZE
HARDENING := -O1 -g -fsanitize=$(SANITIZE)$(if $(FUZZER),$(comma)fuzzer-no-link) \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_HARDENING := -fsanitize=$(SANITIZE)
else
HARDENING := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
LINK_HARDENING := -pie -Wl,-z,relro,-z,now
endif

PROGRAMS := $(patsubst src/%.c,%,$(wildcard src/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*/test_*.c))
BENCH_PROGRAMS := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

pkg = $(shell pkg-config $(1) $(2))
# Expanded once, at first use: `make deps` must work before pkg-config is there.
cflags_of = $(eval CFLAGS_OF_$(1) := $(call pkg,--cflags,$(PKGS_$(1))))$(CFLAGS_OF_$(1))
CFLAGS_ROOM = $(or $(CFLAGS_OF_$(1)),$(call cflags_of,$(1)))
LIBS_ALL = $(eval LIBS_ALL := $$(call pkg,--libs,$(PKGS_all)) -lpthread -lm)$(LIBS_ALL)

COMPILE = $(CC) -std=gnu17 $(WARNINGS) $(HARDENING) -MMD -MP -Isrc -DLAFAYETTE_VERSION='"$(VERSION)"' \
	-DLAFAYETTE_SYSCONFDIR='"$(SYSCONFDIR)"' -DLAFAYETTE_DATADIR='"$(PREFIX)/share/lafayette"'
LINK = $(CC) $(HARDENING) $(LINK_HARDENING) -Wl,--as-needed

# One short line a step; V=1 shows the commands.
say = $(if $(V),,@printf '%-5s %s\n' $(1) $@;)

# Later rooms first, so that the order of linking proves the arrows.
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
ARCHIVES := $(foreach room,$(call reverse,$(ROOMS)),$(BUILD)/lib$(room).a)
# A room's unit tests link with what the room may use and nothing else.
reach = $(1) $(foreach used,$(USES_$(1)),$(call reach,$(used)))
ARCHIVES_ROOM = $(foreach room,$(call reverse,$(filter $(call reach,$(1)),$(ROOMS))),$(BUILD)/lib$(room).a)

# make gives its -j to a recipe's MAKEFLAGS only, so the default is decided there.
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))
INSTALL_MISSING := tests/harness/install-missing
# Gives make's job tokens to a line that is no make, but does not run it under `make -n`, as "+" or MAKE
# itself would.
UNLESS_DRY = $(if $(findstring n,$(filter-out -%,$(firstword $(MAKEFLAGS)))),,+)

.PHONY: all
all: ##| build everything into build/ (installs missing packages first)
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(WEB_PACKAGES)
	+@$(MAKE) --no-print-directory $(PARALLEL) programs vendor

.PHONY: programs
programs: $(PROGRAMS:%=$(BUILD)/%)

.PHONY: vendor
vendor: ##| fonts and world map into web/vendor/ (npm); WEB_VENDOR=DIR copies them from there
	@$(INSTALL_MISSING) $(WEB_PACKAGES)
	@web/make/vendor '$(WEB_VENDOR)'

.PHONY: deps
deps: ##| install what building, demo, tests and lint need, and is missing
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(CHECK_PACKAGES) \
		$(sort $(WEB_PACKAGES) $(BROWSER_PACKAGES)) $(LINT_PACKAGES)

# The flags of this build. When they change all is compiled anew; -Werror changes no output.
FLAGS_USED = $(filter-out -Werror,$(COMPILE)) $(CPPFLAGS) $(CFLAGS) $(LINK_HARDENING) $(LDFLAGS) $(LDLIBS)
FLAGS_QUOTED = '$(subst ','\'',$(FLAGS_USED))'
.PHONY: FORCE
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(FLAGS_QUOTED) | cmp -s - $@ || printf '%s\n' $(FLAGS_QUOTED) >$@

define room_rules
OBJECTS_$(1) := $$(patsubst src/%.c,$$(BUILD)/%.o,$$(wildcard src/$(1)/*.c))
$$(BUILD)/$(1)/%.o: src/$(1)/%.c $$(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call say,CC) $$(COMPILE) $$(call CFLAGS_ROOM,$(1)) $$(CPPFLAGS) $$(CFLAGS) -c -o $$@ $$<
$$(BUILD)/lib$(1).a: $$(OBJECTS_$(1))
	@rm -f $$@
	$$(call say,AR) $$(AR) rcs $$@ $$^
$$(BUILD)/tests/unit/$(1)/%: tests/unit/$(1)/%.c $$(call ARCHIVES_ROOM,$(1)) $$(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call say,TEST) $$(COMPILE) $$(call CFLAGS_ROOM,all) $$(call CFLAGS_ROOM,test) -Itests/unit \
		$$(CPPFLAGS) $$(CFLAGS) -MF $$@.d $$(LINK_HARDENING) $$(LDFLAGS) -Wl,--as-needed -o $$@ $$< \
		$$(call ARCHIVES_ROOM,$(1)) $$(LIBS_ALL) $$(call pkg,--libs,$$(PKGS_test)) $$(LDLIBS)
endef
$(foreach room,$(ROOMS),$(eval $(call room_rules,$(room))))

# ThreadSanitizer does not see into GLib: with it each program has what tells it.
ifeq ($(SANITIZE),thread)
$(BUILD)/tests/shim/glib_order.o: tests/shim/glib_order.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC) $(COMPILE) $(call CFLAGS_ROOM,base) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/libbase.a: $(BUILD)/tests/shim/glib_order.o
endif

# The schema is part of the program, so that the two can't differ.
$(BUILD)/store/forensic_sql.c: forensic.sql Makefile
	@mkdir -p $(@D)
	$(call say,GEN) { echo '#include "store/forensic_sql.h"'; echo 'const char *const forensic_sql[] = {'; \
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n",/' $<; echo '0 };'; } >$@
$(BUILD)/store/forensic_sql.o: $(BUILD)/store/forensic_sql.c $(BUILD)/flags
	$(call say,CC) $(COMPILE) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/libstore.a: $(BUILD)/store/forensic_sql.o

$(BUILD)/main/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC) $(COMPILE) $(call CFLAGS_ROOM,all) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/main/%.o $(ARCHIVES)
	$(call say,LINK) $(LINK) $(CFLAGS) $(LDFLAGS) -o $@ $< $(ARCHIVES) $(LIBS_ALL) $(LDLIBS) \
		$(if $(filter %/lafayette-ingest,$@),$(ALLOCATOR))

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,FUZZ) $(COMPILE) $(call CFLAGS_ROOM,all) $(CPPFLAGS) $(CFLAGS) -Wno-missing-prototypes -MF $@.d \
		-fsanitize=fuzzer $(LDFLAGS) -o $@ $< $(ARCHIVES) $(LIBS_ALL) $(LDLIBS)

$(BUILD)/tests/bench/%: tests/bench/%.c $(ARCHIVES) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,BENCH) $(COMPILE) $(call CFLAGS_ROOM,all) $(CPPFLAGS) $(CFLAGS) -MF $@.d $(LINK_HARDENING) \
		$(LDFLAGS) -Wl,--as-needed -o $@ $< $(ARCHIVES) $(LIBS_ALL) $(LDLIBS)

.PHONY: unit-programs fuzz-programs bench-programs
bench-programs: $(BENCH_PROGRAMS)
unit-programs: $(UNIT_TESTS)
fuzz-programs: $(FUZZ_TARGETS)

.PHONY: unit
unit: $(UNIT_TESTS) ##| run the unit tests alone
	@for test in $(UNIT_TESTS); do echo "== $$test"; $$test || exit 1; done

.PHONY: check
check: ##| build and run all tests, then again with sanitizers; ONLY=text runs a part, LINT=1 more
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(CHECK_PACKAGES) \
		$(sort $(WEB_PACKAGES) $(BROWSER_PACKAGES)) $(if $(filter 1,$(LINT)),$(LINT_PACKAGES))
	@tests/harness/unpack-servers build/servers $(SERVER_PACKAGES)
	+@$(MAKE) --no-print-directory vendor $(AXE)
	$(UNLESS_DRY)@MAKE='$(MAKE_COMMAND)' JOBS='$(JOBS)' $(PYTHON) tests/run.py $(if $(ONLY),--only '$(ONLY)')

# What looks at the pages in tests/integration/test_browser.py.
AXE := tests/browser/node_modules/axe-core/axe.min.js
$(AXE): tests/browser/package-lock.json
	@cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch ../../$@

.PHONY: bench
bench: ##| speed beside its floors, as a table and build/bench/bench.json; REPORTS=20000 ROUNDS=3 FILL=1000000
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(SERVER_NEEDS)
	@tests/harness/unpack-servers build/servers $(SERVER_PACKAGES)
	+@$(MAKE) --no-print-directory $(PARALLEL) programs bench-programs
	@$(PYTHON) tests/bench/bench.py $(if $(REPORTS),--reports $(REPORTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(FILL),--fill $(FILL))

.PHONY: bench-dns
bench-dns: ##| lookups a second beside a bare c-ares loop, and through a relay 20 ms away; ROUNDS=3
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(CHECK_PACKAGES)
	@tests/harness/unpack-servers build/servers $(SERVER_PACKAGES)
	+@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/bench/ares_floor $(BUILD)/tests/bench/resolver_run \
		$(BUILD)/tests/unit/enrich/dns_relay
	@$(PYTHON) tests/bench/dns_bench.py $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: bench-web
bench-web: ##| the list page beside bare libmicrohttpd, slow clients, memory; ROUNDS=3
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(DEMO_PACKAGES) wrk
	+@$(MAKE) --no-print-directory $(PARALLEL) programs $(BUILD)/tests/bench/http_floor
	@$(PYTHON) tests/bench/web_bench.py $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: bench-study
bench-study: ##| lines of a query log a second, and memory; LINES=10000000 ROUNDS=3
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) python3
	+@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/lafayette-study
	@$(PYTHON) tests/bench/study_bench.py $(if $(LINES),--lines $(LINES)) $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: fuzz
fuzz: ##| run each fuzz target FUZZ_SECONDS (30) from its corpus; ONLY=text runs a part
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(CHECK_PACKAGES)
	+@$(MAKE) --no-print-directory $(PARALLEL) FUZZER=1 SANITIZE=address,undefined CC=clang fuzz-programs
	@$(PYTHON) tests/harness/fuzz.py --seconds $(or $(FUZZ_SECONDS),30) $(if $(ONLY),--only '$(ONLY)')

.PHONY: lint
lint: ##| clang-tidy, cppcheck, shellcheck, includes, sizes, banned functions
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(LINT_PACKAGES)
	@$(PYTHON) tests/lint/lint.py $(foreach pkgs,all test,$(call CFLAGS_ROOM,$(pkgs)))

.PHONY: format
format: ##| lay out all C as .clang-format says
	clang-format -i $(wildcard src/*.c src/*/*.[ch] tests/*/*.[ch] tests/unit/*/*.[ch])

.PHONY: demo
demo: ##| the pages over a private MariaDB with 3,000 generated reports, under var/demo
	@$(INSTALL_MISSING) $(BUILD_PACKAGES) $(WEB_PACKAGES) $(DEMO_PACKAGES)
	+@$(MAKE) --no-print-directory $(PARALLEL) programs vendor
	@PYTHON='$(PYTHON)' tests/harness/demo.sh start

.PHONY: demo-stop
demo-stop: ##| stop the demo
	@tests/harness/demo.sh stop

DATADIR := $(DESTDIR)$(PREFIX)/share/lafayette
ETCDIR := $(DESTDIR)$(SYSCONFDIR)/lafayette
UNITDIR := $(DESTDIR)$(PREFIX)/lib/systemd/system
MANDIR := $(DESTDIR)$(PREFIX)/share/man
MANUALS := $(patsubst src/man/%.in,%,$(wildcard src/man/*.in))
MANUAL = '$(MANDIR)/man$(subst .,,$(suffix $(1)))/$(1)'
FILL_IN = sed -e 's|@BINDIR@|$(PREFIX)/bin|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g' \
	-e 's|@DATADIR@|$(PREFIX)/share/lafayette|g' -e 's|@VERSION@|$(VERSION)|g'
.PHONY: install
install: all ##| install to PREFIX (/usr/local), SYSCONFDIR (/etc), below DESTDIR
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DATADIR)' '$(ETCDIR)' '$(UNITDIR)'
	install -m 755 $(PROGRAMS:%=$(BUILD)/%) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 forensic.sql '$(DATADIR)'
	install -m 644 forensic.cfg '$(DATADIR)/forensic.cfg.sample'
	install -d '$(DATADIR)/templates' '$(DATADIR)/web/vendor'
	install -m 644 templates/*.mustache '$(DATADIR)/templates'
	install -m 644 $(wildcard web/*.css web/*.js web/*.svg) '$(DATADIR)/web'
	install -m 644 web/vendor/* '$(DATADIR)/web/vendor'
	test -e '$(ETCDIR)/forensic.cfg' || install -m 640 forensic.cfg '$(ETCDIR)/forensic.cfg'
	for file in cron/*; do \
		case $$file in *.service | *.timer) to='$(UNITDIR)' ;; *) to='$(DATADIR)' ;; esac; \
		$(FILL_IN) $$file >"$$to/$${file#cron/}" && chmod 644 "$$to/$${file#cron/}" || exit 1; \
	done
	install -d '$(MANDIR)/man1' '$(MANDIR)/man5' '$(MANDIR)/man8'
	$(foreach page,$(MANUALS),$(FILL_IN) src/man/$(page).in >$(call MANUAL,$(page)) && \
		chmod 644 $(call MANUAL,$(page)) &&) true

.PHONY: uninstall
uninstall: ##| remove what install put there, but the configuration
	rm -f $(PROGRAMS:%='$(DESTDIR)$(PREFIX)/bin/%') $(foreach page,$(MANUALS),$(call MANUAL,$(page))) \
		$(patsubst cron/%,'$(UNITDIR)/%',$(wildcard cron/*.service cron/*.timer))
	rm -rf '$(DATADIR)'

.PHONY: clean
clean: ##| remove build/ (never var/)
	rm -rf build

.PHONY: help
help: ##| this list
	@sed -n 's/^\([a-z-]*\):.*##| */\1\t/p' Makefile | expand -t 12

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/*/*.d $(BUILD)/tests/unit/*/*.d)
