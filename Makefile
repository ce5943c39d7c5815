# The everyday commands; `make` alone lists them. Each sets up what it needs by itself (tools/setup).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)

# Through the environment, so that a space or a quote in a path does no harm.
export VCF SOURCE PREFIX
ifdef DUCKDB_ROOT
export DUCKDB_ROOT
duckdb_root := -DDUCKDB_ROOT="$$(realpath "$$DUCKDB_ROOT")"
else
# Not what an earlier run may have left in the build folder.
duckdb_root := -UDUCKDB_ROOT
endif

configure = cmake --preset $(1) $(duckdb_root) --log-level=WARNING >/dev/null
compile = cmake --build --preset $(1) -j $(JOBS)
# Tests that take long carry the CTest label `long`; only test-full runs them.
run_tests = ctest --preset $(1) -j $(JOBS)
but_long = -LE '^long$$'

# libduckdb is not instrumented: the sanitizers see our own code only.
sanitizer_options = \
  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 \
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
  TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1

.PHONY: help
help:
	@echo 'make demo                annotate the examples and show the rows'
	@echo 'make demo VCF=my.vcf.gz SOURCE=clinvar.vcf.gz'
	@echo '                         the same with your files (SOURCE: a VCF, a Parquet file or a folder of them)'
	@echo 'make test                build, then run all tests but the long ones'
	@echo 'make test-full           all tests, the long ones too, also under the address sanitizer'
	@echo 'make test-asan           the tests under the address and undefined-behaviour sanitizers'
	@echo 'make test-tsan           the tests under the thread sanitizer'
	@echo 'make lint                format, clang-tidy, order of the layers'
	@echo 'make bench               the benchmarks'
	@echo 'make bench-read          reading, against bcftools and polars-bio'
	@echo 'make bench-engines       the engines index and duckdb against each other'
	@echo 'make bench-outputs       annotated VCF against bcftools'
	@echo 'make bench-ui            the page of varjoin ui over 5 million rows'
	@echo 'make bench-pipeline      against the pipeline through temporary Parquet, and Polars'
	@echo 'make build               the command, as build/release/varjoin'
	@echo 'make install PREFIX=…    install it (default /usr/local)'
	@echo 'make setup               what the others need, into this machine (they call it themselves)'
	@echo 'make clean               remove build/'
	@echo 'With DUCKDB_ROOT=… each takes the DuckDB there (include/, lib/libduckdb.so).'

.PHONY: setup
setup:
	@tools/setup

.PHONY: build
build: setup
	@$(call configure,release)
	@$(call compile,release) --target varjoin

.PHONY: demo
demo: build
	@tools/demo

.PHONY: test
test: setup
	@$(call configure,release)
	@$(call compile,release)
	@$(call run_tests,release) $(but_long)

.PHONY: test-full
test-full: setup
	@$(call configure,release)
	@$(call compile,release)
	@$(call run_tests,release)
	@$(call configure,asan)
	@$(call compile,asan)
	@$(sanitizer_options) $(call run_tests,asan)

.PHONY: test-asan test-tsan
test-asan test-tsan: test-%: setup
	@$(call configure,$*)
	@$(call compile,$*)
	@$(sanitizer_options) $(call run_tests,$*) $(but_long)

# clang-tidy cannot read the precompiled headers of g++.
.PHONY: lint
lint:
	@tools/setup lint
	@$(call configure,dev) -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
	@tools/lint

# bench/run finds the command in $VARJOIN and a Python that has DuckDB's package in $PYTHON.
.PHONY: bench
bench:
	@python=$$(tools/setup bench); \
	$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin PYTHON="$$python" bench/run

# Against bcftools, and to Parquet against polars-bio, which is in the Python named by $POLARS.
.PHONY: bench-read
bench-read:
	@python=$$(tools/setup bench-read); \
	$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin POLARS="$$python" bench/read --convert

.PHONY: bench-engines
bench-engines: setup
	@$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin bench/engines

.PHONY: bench-outputs
bench-outputs: setup
	@$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin bench/outputs

.PHONY: bench-ui
bench-ui: setup
	@$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin bench/ui

# Against the pipeline through temporary Parquet, and Polars alone.
.PHONY: bench-pipeline
bench-pipeline:
	@python=$$(tools/setup bench); polars=$$(tools/setup bench-read); \
	$(call configure,release); \
	$(call compile,release) --target varjoin; \
	VARJOIN=build/release/varjoin PYTHON="$$python" POLARS="$$polars" bench/pipeline

# As root through sudo, what the user built is installed as it is.
.PHONY: install
install:
	@[ -n "$${SUDO_USER:-}" ] && [ -x build/release/varjoin ] || $(MAKE) build
	@cmake --install build/release --prefix "$$(realpath -m "$$PREFIX")"

.PHONY: clean
clean:
	@rm -rf build
