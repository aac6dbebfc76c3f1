# SPDX-License-Identifier: Apache-2.0
# Lafayette: one non-recursive Makefile. `make help` tells the targets.

VERSION := 0.1.0

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
comma := ,

# SANITIZE=address,undefined (or thread) builds into a folder of its own.
BUILD ?= build$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE)))
CC ?= cc

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wpointer-arith -Wcast-qual -Wvla -Wformat=2 -Wundef -Wconversion \
	-Wno-sign-conversion $(if $(WERROR),-Werror)
ifdef SANITIZE
HARDENING := -O1 -g -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_HARDENING := -fsanitize=$(SANITIZE)
else
HARDENING := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
LINK_HARDENING := -pie -Wl,-z,relro,-z,now
endif

# Rooms in the order in which mail flows (design: a room includes only rooms above it), and the
# libraries that each may use.
ROOMS := base mailbox report classify store
PKGS_base := glib-2.0 libpsl libidn2 libzstd
PKGS_mailbox := glib-2.0 libcurl
PKGS_report := glib-2.0 gmime-3.0 libxml-2.0 libpcre2-8 jansson
PKGS_classify := glib-2.0
PKGS_store := glib-2.0 libmariadb
PKGS_all := $(sort $(foreach room,$(ROOMS),$(PKGS_$(room))))
PKGS_test := cmocka

PROGRAMS := $(patsubst src/%.c,%,$(wildcard src/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*/test_*.c))

pkg = $(shell pkg-config $(1) $(2))
# Expanded once, at first use: `make deps` must work before pkg-config is there.
cflags_of = $(eval CFLAGS_OF_$(1) := $(call pkg,--cflags,$(PKGS_$(1))))$(CFLAGS_OF_$(1))
CFLAGS_ROOM = $(or $(CFLAGS_OF_$(1)),$(call cflags_of,$(1)))
LIBS_ALL = $(eval LIBS_ALL := $$(call pkg,--libs,$(PKGS_all)) -lpthread -lm)$(LIBS_ALL)

COMPILE = $(CC) -std=gnu17 $(WARNINGS) $(HARDENING) -MMD -MP -Isrc -DLAFAYETTE_VERSION='"$(VERSION)"' \
	-DLAFAYETTE_SYSCONFDIR='"$(SYSCONFDIR)"' -DLAFAYETTE_DATADIR='"$(PREFIX)/share/lafayette"'
LINK = $(CC) $(HARDENING) $(LINK_HARDENING)

# Later rooms first, so that the order of linking proves the arrows.
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
ARCHIVES := $(foreach room,$(call reverse,$(ROOMS)),$(BUILD)/lib$(room).a)

.PHONY: all
all: $(PROGRAMS:%=$(BUILD)/%)

define room_rules
OBJECTS_$(1) := $$(patsubst src/%.c,$$(BUILD)/%.o,$$(wildcard src/$(1)/*.c))
$$(BUILD)/$(1)/%.o: src/$(1)/%.c Makefile
	@mkdir -p $$(@D)
	$$(COMPILE) $$(call CFLAGS_ROOM,$(1)) $$(CPPFLAGS) $$(CFLAGS) -c -o $$@ $$<
$$(BUILD)/lib$(1).a: $$(OBJECTS_$(1))
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rules,$(room))))

$(BUILD)/main/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(call CFLAGS_ROOM,all) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/main/%.o $(ARCHIVES)
	$(LINK) $(CFLAGS) $(LDFLAGS) -o $@ $< $(ARCHIVES) $(LIBS_ALL) $(LDLIBS)

$(BUILD)/tests/unit/%: tests/unit/%.c $(ARCHIVES) Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(call CFLAGS_ROOM,all) $(call CFLAGS_ROOM,test) -Itests/unit $(CPPFLAGS) $(CFLAGS) \
		-MF $@.d $(LINK_HARDENING) $(LDFLAGS) -o $@ $< $(ARCHIVES) $(LIBS_ALL) \
		$(call pkg,--libs,$(PKGS_test)) $(LDLIBS)

.PHONY: unit
unit: $(UNIT_TESTS)
	@for test in $(UNIT_TESTS); do echo "== $$test"; $$test || exit 1; done

.PHONY: clean
clean:
	rm -rf build

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/unit/*/*.d)
