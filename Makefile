# The commands of the README: `make demo`, `make test`, `make bench`.

export LLVM_SYS_191_PREFIX ?= /usr/lib/llvm-19

.PHONY: packages test demo bench record

# The system packages that are missing (asks for sudo when not root).
packages:
	@scripts/install-packages

# Everything: format, lints, crate tests, language tests and examples on both engines.
test: packages
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo build --quiet
	scripts/build-runtime target/debug/pyrsc
	cargo test --workspace --no-fail-fast --quiet

# Native, VM, and the CPython and PyPy that are there, side by side. ARGS="nbody --rounds 5" and the like narrow it.
bench: packages
	scripts/fetch-benchmarks
	cargo bench --quiet --bench programs -- $(ARGS)

# Builds an example natively, runs it, and shows its time on every engine that is there.
demo: packages
	cargo build --release --quiet
	scripts/demo target/release/pyrsc

# The recorded output of the tests and examples, anew: make record PYTHON=python3.14
record:
	scripts/record-expected $(or $(PYTHON),python3.14)
