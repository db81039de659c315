# Start with `make demo` and `make test`; both set up what they need.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
CRATES := --workspace --exclude slipway-tests

.PHONY: help demo test check update fmt lint doc docs unit unit-compile language e2e test-systems
.PHONY: test-engines test-reproducible bench bench-systems
.PHONY: engine-up engine-down frontend release release-check test-editors

help: ## List the targets
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 20

demo: ## Build and run an example from a fresh clone; with SYSTEM=evaonline, a whole system
	@scripts/demo

test: ## Run everything that CI runs
	@scripts/test

check: fmt lint unit ## Run the checks that need no engine, before every commit

update: ## Accept new snapshots, and regenerate pages and the schema
	INSTA_UPDATE=always UPDATE=1 cargo test $(CRATES) --locked --quiet
	@git status --short

fmt: ## Check formatting
	cargo fmt --all --check
	rustfmt --edition 2024 --check tests/toy-language/*.rs

lint: ## Run linters
	@scripts/lint

doc: ## Check that the API documentation and the published crates build
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
	@# The workspace's profiles do not apply here; with another profile, all dependencies would be compiled again.
	CARGO_PROFILE_DEV_DEBUG=false cargo package --package buildkit-proto --package buildkit-llb --locked --allow-dirty --quiet

docs: ## Build the documentation as a site with search, in target/site
	@scripts/docs

unit: ## Run unit and golden tests, without an engine
	cargo test $(CRATES) --locked --quiet
	@if command -v go >/dev/null; then \
	  cargo test --package buildkit-llb --test oracle --locked --quiet -- --ignored --exact go_output_is_unchanged; \
	else echo "Skipped go_output_is_unchanged, which needs Go: only the committed data of BuildKit's client was compared" >&2; fi
	@if command -v python3 >/dev/null; then python3 -B -m unittest discover --quiet --start-directory scripts/bench.d; \
	else echo "Skipped the unit tests of the benchmark, which need Python 3" >&2; fi

unit-compile:
	cargo test $(CRATES) --locked --quiet --no-run

language: ## Check that a folder, a file and two lines add a language
	@tests/toy-language/run

e2e: ## Run end-to-end tests on a real engine
	@scripts/e2e

test-systems: ## Build, run and change the examples of whole systems, with Compose
	@scripts/systems test

test-engines: ## Build all examples on old and new engines; UPDATE=1 writes docs/engines.md. Takes an hour
	@scripts/engines $(if $(UPDATE),--update)

test-reproducible: ## Build all examples on two empty engines, and compare the digests of their images
	@scripts/with-engine scripts/reproduce

bench: ## Compare speed and size with Dockerfiles
	@scripts/with-engine scripts/bench

bench-systems: ## Compare the examples of whole systems with their Dockerfiles
	@scripts/systems bench

test-editors: ## Test the schema with the language server of most editors, which npm installs
	@tests/editors/run

release: ## Make a release in target/: images, programs, schema, checksums. PUSH=REGISTRY pushes and signs the image
	@scripts/release $(if $(PUSH),--push $(PUSH))

release-check: ## Check that two builds of the release give the same bytes
	@scripts/release --check

frontend: ## Build the frontend image for the engine
	@scripts/engine up && scripts/frontend

engine-up: ## Start a private engine, if necessary
	@scripts/engine up

engine-down: ## Stop the engine that `make` started
	@scripts/engine down
