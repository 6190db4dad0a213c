# The ways into this project. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# scripts/setup.sh puts its tools here; Debian keeps mosquitto in /usr/sbin.
export PATH := $(CURDIR)/target/tools/bin:$(PATH):/usr/sbin

PYTHON := .venv/bin/python
RECORDING := target/demo-media/astronaut.mp4
STILL := target/demo-media/astronaut.png
MAKE_RECORDING = [[ -f $(RECORDING) ]] || $(PYTHON) scripts/demo_recording.py --out $(RECORDING)
# What the demo looks at: CAMERA, else the machine's camera, else the recording.
SOURCE = $(or $(CAMERA),$(shell [[ -c /dev/video0 ]] && echo /dev/video0),$(RECORDING))
# Tests that can't run for want of something note it here (vouch_testkit::skipped).
export VOUCH_SKIPPED := $(CURDIR)/target/skipped.log
# CI=true: the profile that ends a hanging test.
NEXTEST_PROFILE := $(if $(filter true,$(CI)),ci,default)

.PHONY: help demo test test-pages screens lint bench eval test-vm cases partners board mutants fmt clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: ## one session from picture to acknowledged result; CAMERA=/dev/videoN or a recording
	scripts/setup.sh demo
	cargo build --locked --workspace --bins --examples
	VOUCH=target/debug/vouch scripts/operator_models.sh
	@$(if $(filter $(RECORDING),$(SOURCE)),$(MAKE_RECORDING))
	@mkdir -p target/demo
	target/debug/vouch-lab demo --out target/demo --source '$(SOURCE)'
	@$(MAKE_RECORDING)
	$(PYTHON) scripts/demo_page.py --out target/demo

test: ## every test that needs no special machine
	scripts/setup.sh test
	@mkdir -p target && rm -f $(VOUCH_SKIPPED)
	cargo test --doc --locked --workspace
	git ls-files -z '*/test_*.py' | xargs -0 --no-run-if-empty --max-args=1 $(PYTHON)
	cargo nextest run --locked --workspace --lib --bins --tests --profile $(NEXTEST_PROFILE)
	cargo build --locked --workspace --bins --examples
	@$(MAKE_RECORDING)
	@[[ -f $(STILL) ]] || $(PYTHON) scripts/demo_recording.py --still $(STILL)
	$(PYTHON) tests/pages/kiosk.py
	$(PYTHON) tests/pages/screens.py --fast
	$(PYTHON) tests/apis.py
	@scripts/count_skipped.sh

# What the tests of the page run.
define PROGRAMS_OF_PAGES
	scripts/setup.sh test
	cargo build --locked --workspace --bins --examples
	VOUCH=target/debug/vouch scripts/operator_models.sh
	@$(MAKE_RECORDING)
	@[[ -f $(STILL) ]] || $(PYTHON) scripts/demo_recording.py --still $(STILL)
endef

test-pages: ## sessions and every screen of the page, in a browser, in every language
	$(PROGRAMS_OF_PAGES)
	$(PYTHON) tests/pages/kiosk.py --all
	$(PYTHON) tests/pages/screens.py

screens: ## draws the sheets of docs/screens
	$(PROGRAMS_OF_PAGES)
	$(PYTHON) tests/pages/screens.py --sheet

lint: ## format, clippy, licences and bans, who uses whom, shell, Python, languages, README
	scripts/setup.sh lint
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	scripts/check_dependencies.sh
	$(PYTHON) scripts/check_house.py
	$(PYTHON) scripts/check_languages.py
	git ls-files -z '*.sh' .ci/run | xargs -0 --no-run-if-empty shellcheck --external-sources
	git ls-files -z '*.py' | xargs -0 --no-run-if-empty $(PYTHON) -m compileall -q
	$(PYTHON) scripts/check_readme.py

bench: ## the same pictures through Vouch and through the peer, as one JSON file
	scripts/setup.sh demo
	benches/peer/setup.sh
	cargo build --release --locked -p vouch -p vouch-lab
	@$(MAKE_RECORDING)
	@[[ -f $(STILL) ]] || $(PYTHON) scripts/demo_recording.py --still $(STILL)
	@mkdir -p target/bench
	target/release/vouch-lab bench --out target/bench/bench.json --peer target/bench/venv/bin/python

# The folder of the labelled data, outside this repository.
DATA ?= ../shared/data
eval: ## error rates on labelled data (DATA=folder), with the operator's models where there are some
	scripts/setup.sh demo
	cargo build --release --locked -p vouch -p vouch-lab
	scripts/operator_models.sh
	@mkdir -p target/eval
	target/release/vouch-lab eval pad --manifest $(DATA)/MANIFEST.csv --root $(DATA) --plots target/eval
	target/release/vouch-lab eval pad --manifest $(DATA)/attacks/webcam/MANIFEST.csv --root $(DATA) \
	    --challenges 0 --cut 2.0 --plots target/eval/webcam
	target/release/vouch-lab eval match --pairs $(DATA)/faces/lfw_pairs.csv --root $(DATA) --plots target/eval
	target/release/vouch-lab eval match --pairs $(DATA)/faces/nuaa_pairs.csv --root $(DATA)
	$(PYTHON) scripts/people_tables.py $(DATA) > target/eval/people.csv
	target/release/vouch-lab eval calibrate --pictures target/eval/people.csv --root $(DATA)
	target/release/vouch-lab eval calibrate --pictures target/eval/people.csv --only faces/lfw/ --root $(DATA)
	target/release/vouch-lab eval light $(addprefix $(DATA)/videos/,talking/* active/* headpose/* \
	    misc/bob_h264.mov misc/clm_cap12.mp4)
	target/release/vouch-lab eval gesture --events tests/labels/gestures.csv --root $(DATA) --plots target/eval
	target/release/vouch-lab eval quality --manifest $(DATA)/MANIFEST.csv --root $(DATA)
	target/release/vouch-lab eval mrz --truth $(DATA)/documents/mrz_groundtruth.csv --root $(DATA)

test-vm: ## kernel camera, broker and terminal in a virtual machine
	scripts/setup.sh demo
	cargo build --locked --workspace --bins --examples
	@$(MAKE_RECORDING)
	VOUCH_BIN=target/debug/vouch VOUCH_VM_RECORDING=$(RECORDING) tests/vm/run.sh

cases: ## faults out of public bug reports, one line each (CASES=folder)
	scripts/setup.sh demo
	cargo build --locked --workspace --bins --examples
	$(PYTHON) tests/public_reports.py $(CASES)

partners: ## the partners' examples against a terminal on the demo's recording
	scripts/setup.sh demo
	cargo build --locked --workspace --bins --examples
	VOUCH=target/debug/vouch scripts/operator_models.sh
	@$(MAKE_RECORDING)
	@[[ -f $(STILL) ]] || $(PYTHON) scripts/demo_recording.py --still $(STILL)
	$(PYTHON) scripts/partners_demo.py

board: ## the terminal as a board carries it, stripped, its symbols in a file beside it
	scripts/setup.sh lint
	cargo build --profile board --locked -p vouch
	scripts/strip.sh target/board/vouch

mutants: ## whether the tests of session, trust, store and link notice changed code (hours)
	scripts/setup.sh test
	scripts/mutants.sh

fmt: ## formats the Rust sources
	cargo fmt --all

clean: ## removes what was built; fetched models and tools stay
	cargo clean --profile dev
	cargo clean --profile release
	rm -rf target/demo target/demo-media target/bench target/state $(VOUCH_SKIPPED)
