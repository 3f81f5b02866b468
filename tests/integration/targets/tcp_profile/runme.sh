#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The role on a throw-away host, and the playbook as a user runs it. What takes real hosts (an ordinary container, every
# profile on each of them) is in extensions/molecule, and what takes real load in tests/lab.

set -eux
export ANSIBLE_PIPELINING=1

../throwaway_host/run.sh ansible-playbook -i ../../inventory role.yml "$@"
ansible-playbook -i refusals.hosts.yml refusals.yml "$@"
../throwaway_host/run.sh ./apply_profile.sh
