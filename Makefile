# Two commands are enough to begin with: `make run` and `make test`. `make help` lists the rest.

.DEFAULT_GOAL := run
.PHONY: help run web test lint doc fmt schema bench deps ci

# The development profile: it builds in about half the time, and is fast enough for the demo.
PROFILE ?= dev
CARGO_RUN = cargo run --quiet --profile $(PROFILE) --

help: ## Lists the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

# exec, so that Ctrl-C and SIGTERM reach the program itself, which drains and stops its database.
run: web ## Serves the demo on http://127.0.0.1:8080, on a private Postgres unless DATABASE_URL is set.
	@scripts/ensure-postgres
	@echo "Building (the first time takes some minutes), then serving the demo; Ctrl-C stops it."
	@exec cargo run --profile $(PROFILE) -- serve --demo

web: ## Builds the page that people open, where Node is there.
	@scripts/build-web

test: ## Runs every test, each on a database of its own.
	@scripts/ensure-postgres
	cargo test --workspace

lint: ## Checks format, lints and documentation.
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@$(MAKE) --no-print-directory doc

# Of a program, private items are what one reads; links to them resolve here.
doc: ## Writes the code's documentation to target/doc.
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --document-private-items

fmt: ## Formats the code.
	cargo fmt --all

schema: ## Writes schema.graphql, as the code has it, and the parts that the migrations make.
	@$(CARGO_RUN) schema > schema.graphql.new && mv schema.graphql.new schema.graphql || { rm -f schema.graphql.new; exit 1; }
	@MAILLAGE_WRITE_CATALOGUE=1 cargo test --quiet --test it the_kept_list_of_parts

bench: ## Measures against PostGraphile 5, the bare SQL, COPY and networkx (about 40 minutes).
	@exec bench/run

deps: ## Installs what is missing to build and run, where it can (Debian, Ubuntu).
	@command -v cc >/dev/null || scripts/apt-install gcc libc6-dev
	@scripts/ensure-postgres
	@command -v cargo >/dev/null || { echo "Rust is missing: install it with rustup, https://rustup.rs"; exit 1; }
	@echo "Everything is there."

ci: ## Everything that must hold before a change lands.
	@exec bash .ci/run
