# SPDX-License-Identifier: EUPL-1.2
# The verbs of the house. `make` alone says them.

SWIFT ?= swift
# Our own targets fail on any warning; the packages that we use are left alone (see Package.swift).
STRICT = VIGIE_STRICT=1
CHECKED = --explicit-target-dependency-import-check error
DATA ?= .vigie
VIGIE = .build/debug/vigie

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench web fuzz format docs clean

help: ## says what each verb does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1	/' | expand -t 10

setup: ## installs what is missing (Debian packages, test tools in .venv, front-end files); does nothing where all is there
	tools/setup

demo: setup ## everything at once: builds, loads the demo city, starts Vigie and the simulated city, says where to look
	$(SWIFT) build -c release --product vigie
	.build/release/vigie demo --folder $(DATA)/demo

run: ## builds and serves with the data in .vigie (other settings: VIGIE_… or --set, see docs/operating/configuration.md)
	$(SWIFT) build --product vigie
	$(VIGIE) serve --data $(DATA)

test: ## builds everything with warnings as errors and undeclared imports refused, then runs all tests
	$(STRICT) $(SWIFT) build --build-tests $(CHECKED)
	$(STRICT) $(SWIFT) test --skip-build --no-parallel
	tools/test-wire
	tools/test-browser

check: ## what a commit must pass: format lint, front-end types, then the tests
	$(SWIFT) format lint --recursive --parallel --strict Sources Tests Package.swift
	test ! -x tools/build-web || tools/build-web --check
	$(MAKE) test

bench: ## release build, then every figure as JSON rows (one only: make bench NAME=ingest-mqtt)
	$(SWIFT) build -c release --product vigie
	.build/release/vigie bench $(NAME) --json

web: ## builds scripts and styles from Web/ into Web/dist
	tools/setup-web
	tools/build-web

fuzz: ## drives the parsers with bent input for a minute each (libFuzzer, AddressSanitizer)
	tools/fuzz

format: ## formats all Swift
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

docs: ## writes the pages that the program writes itself
	$(SWIFT) build --product vigie
	$(VIGIE) check config --documentation > docs/operating/configuration.md

clean: ## removes what was built, not what was recorded
	rm -rf .build Web/dist
