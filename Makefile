# `make help` lists the tasks. PRESET chooses the build: release (default), dev, clang, asan, tsan. With WERROR=1, as in
# continuous integration, a warning of the compiler ends it.
PRESET ?= release
BUILD := build/$(PRESET)
SOURCES = $(shell git ls-files '*.hpp' '*.cpp')

.DEFAULT_GOAL := help
.PHONY: help setup configure build demo deb dist test pictures test-packages test-dist test-versions simulate model fuzz bench bench-peers performance format lint clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PRESET=dev|clang|asan|tsan chooses another build than release, as in: make test PRESET=asan"

setup: ## Install what is missing (Debian packages)
	@scripts/setup --test

configure: setup
	@cmake --preset $(PRESET) --log-level=WARNING $(if $(WERROR),-D CONTRAIL_WARNINGS_AS_ERRORS=ON)

build: configure ## Build everything
	@cmake --build --preset $(PRESET)

# The demo installs and builds less than the tests. A new folder is therefore configured without them; the objects are
# the same, and `make test` reuses them.
demo: ## Run Rocket Rides with failures on purpose; Ctrl-C ends it
	@scripts/setup
	@test -e $(BUILD)/build.ninja || cmake --preset $(PRESET) --log-level=WARNING -D CONTRAIL_BUILD_TESTS=OFF
	@cmake --build --preset $(PRESET) --target rocket_rides_program contrail_program
	@$(BUILD)/bin/rocket_rides up

test: build ## Run all tests
	@ctest --preset $(PRESET) --parallel 2

pictures: build ## Take pictures of the page, into build/<preset>/page
	@PAGE_PICTURES=$(CURDIR)/$(BUILD)/page ctest --preset $(PRESET) -R '^browser'

deb: ## Build the Debian packages into build/deb, and check them with lintian
	@scripts/setup --test
	@packaging/deb

dist: ## Build a portable tarball of `contrail` into build/dist
	@scripts/setup --test
	@packaging/dist

test-packages: deb ## Try the packages and the image in a fresh Debian 12, to upgrade, downgrade and purge; needs root
	@packaging/try

test-dist: dist ## Try the tarball in a fresh Debian 12 and 13; needs root
	@packaging/try-dist

test-versions: build ## Run the main job and the tests of rules and disasters on VERSIONS="postgresql-13,redis-5 …"
	@tests/versions/all $(BUILD) build/versions "$(VERSIONS)" $(PROGRAMS)

simulate: configure ## Play SEEDS=20000 simulated histories, or the one of SEED=
	@cmake --build --preset $(PRESET) --target simulation
	@$(BUILD)/bin/simulation $(if $(SEED),--seed $(SEED) --trace,--seeds $(or $(SEEDS),20000) --jobs $(or $(JOBS),1)) \
	    $(if $(MUTANT),--mutant $(MUTANT))

model: setup ## Check the protocol's model (docs/model)
	@docs/model/check

fuzz: ## Search with libFuzzer, SECONDS=60 for each target, or RUNS= inputs; TARGET= for one
	@scripts/setup --dev
	@cmake --preset fuzz --log-level=WARNING
	@cmake --build --preset fuzz --target fuzzers
	@tests/fuzz/run build/fuzz/bin "$(TARGET)" $(or $(SECONDS),60) $(or $(RUNS),0)

bench: configure ## Measure every stage beside the bare work that bounds it
	@cmake --build --preset $(PRESET) --target contrail_bench
	@$(BUILD)/bin/contrail_bench all

bench-peers: configure ## Measure Contrail beside other relays (docs/performance.md, "Beside other relays"); PEERS= some of them
	@scripts/setup --bench
	@cmake --build --preset $(PRESET) --target contrail_program contrail_peer_relay
	@bench/peers/fetch $(BUILD)
	@bench/peers/run $(BUILD) --json $(BUILD)/peers.json $(if $(PEERS),--peers $(PEERS)) $(if $(ROUNDS),--rounds $(ROUNDS))

performance: configure ## Measure, and write docs/performance.md and its plots (about ten minutes)
	@cmake --build --preset $(PRESET) --target contrail_bench
	@$(BUILD)/bin/contrail_bench report

format: ## Format the sources
	@scripts/setup --dev
	@clang-format -i $(SOURCES)

lint: ## Check format, and run clang-tidy
	@scripts/setup --dev
	@clang-format --dry-run -Werror $(SOURCES)
	@cmake --preset clang --log-level=WARNING
	@cmake --build --preset clang
	@run-clang-tidy -quiet -p build/clang '$(CURDIR)/(src|apps|bench|demo|examples)/.*\.cpp$$'

clean: ## Remove all builds
	@rm -rf build
