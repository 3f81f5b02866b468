# Copyright (c) 2026, the linuxnet.tcp authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This file brings up nox and names the tasks; what a task does stands in noxfile.py.
# Everything that is made lies in .cache/ (`make clean` removes it). What was fetched of Debian lies in the user's cache
# (XDG_CACHE_HOME or ~/.cache, in linuxnet-tcp), where other clones find it.

NOX := .cache/nox/bin/nox

.PHONY: help demo check test bench soak mutants coverage lab kernels molecule fuzz docs format lock pages release clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo    a profile applied and taken back on a throw-away host, then this machine (no root needed)'
	@echo 'make check   unit tests, linters and types: what to run while working (under 2 minutes)'
	@echo 'make test    every gate, with a line for each and for what could not run here'
	@echo 'make lab     every TCP state made on the real kernel and compared (root)'
	@echo 'make molecule  real hosts over SSH, from nothing to nothing again (root, podman)'
	@echo 'make kernels the collection on five kernels, four of them in virtual machines (root)'
	@echo 'make fuzz    100,000 broken kernel replies through the parsers'
	@echo 'make bench   the measurements in docs/evidence, run again (root)'
	@echo 'make soak    half an hour of connections and changing settings (root)'
	@echo 'make mutants whether the unit tests notice small changes of what decides (half an hour or more)'
	@echo 'make coverage  which branches of module_utils the unit tests reach'
	@echo 'make docs    the documentation site, in .cache/docs'
	@echo 'make pages   write anew what in the documentation repeats the code'
	@echo 'make format  sort imports and apply what ruff can put right by itself'
	@echo 'make lock    pin the requirements of the gates anew'
	@echo 'make release VERSION=1.2.0   a release from its fragments to its tarball'
	@echo 'make clean   remove .cache; with ~/.cache/linuxnet-tcp, which all clones share, nothing is left'
	@echo
	@echo 'One gate alone: $(NOX) -l lists them, $(NOX) -s NAME runs one.'

demo check test bench soak mutants coverage lab kernels molecule fuzz docs format pages lock: $(NOX)
	@$(NOX) -s $@

release: $(NOX)
	@$(NOX) -s release -- $(VERSION)

# The stamp of the requirements is the file itself: a new pin makes nox anew.
$(NOX): tests/requirements/nox.txt tests/gates/bootstrap.sh
	@sh tests/gates/bootstrap.sh

clean:
	rm -rf .cache
