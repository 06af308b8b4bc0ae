# The commands of the README: `make demo`, `make test`, `make bench`.

export LLVM_SYS_191_PREFIX ?= /usr/lib/llvm-19

.PHONY: packages test demo bench record

# The system packages that are missing (asks for sudo when not root).
packages:
	@scripts/install-packages

# Everything: format, lints, crate tests, language tests on both engines, examples, command line, random programs.
test: packages
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo test --workspace --no-fail-fast --quiet

# The recorded output of the tests and examples, anew: make record PYTHON=python3.14
record:
	scripts/record-expected $(or $(PYTHON),python3.14)
