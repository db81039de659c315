# The two commands a newcomer needs are `make demo` and `make test`; both do all their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
CRATES := --workspace --exclude slipway-tests

.PHONY: help demo test check update fmt lint doc unit unit-compile language e2e bench engine-up engine-down frontend

help: ## What there is
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

demo: ## From a fresh clone to a running example
	@scripts/demo

test: ## Everything CI runs
	@scripts/test

check: fmt lint unit ## What needs no engine, before every commit

update: ## Accepts new snapshots, and writes generated pages and the schema again
	INSTA_UPDATE=always UPDATE=1 cargo test $(CRATES) --locked --quiet
	@git status --short

fmt: ## Formatting
	cargo fmt --all --check
	rustfmt --edition 2024 --check tests/toy-language/*.rs

lint: ## Lints, as errors
	@scripts/lint

doc: ## The API documentation builds without a warning, and the crates for others can be packaged
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
	@# Outside of the workspace its profiles do not count; with another one, all dependencies would compile once more.
	CARGO_PROFILE_DEV_DEBUG=false cargo package --package buildkit-proto --package buildkit-llb --locked --allow-dirty --quiet

unit: ## Unit and golden tests, without an engine
	cargo test $(CRATES) --locked --quiet
	@if command -v go >/dev/null; then \
	  cargo test --package buildkit-llb --test oracle --locked --quiet -- --ignored --exact go_still_says_the_same; \
	else echo "Not run: go_still_says_the_same, since there is no Go: only the committed data of BuildKit's client was compared" >&2; fi
	@if command -v python3 >/dev/null; then python3 -B -m unittest discover --quiet --start-directory scripts/bench.d; \
	else echo "Not run: the unit tests of the bench, since there is no Python 3" >&2; fi

unit-compile:
	cargo test $(CRATES) --locked --quiet --no-run

language: ## A language can be added with a folder, a file and two lines
	@tests/toy-language/run

e2e: ## End-to-end tests on a real engine
	@scripts/e2e

bench: ## Speed and size beside the Dockerfile way
	@scripts/with-engine scripts/bench

frontend: ## The frontend image, where the engine finds it
	@scripts/engine up && scripts/frontend

engine-up: ## An engine, if there is none
	@scripts/engine up

engine-down: ## Stops the engine that `make` started
	@scripts/engine down
