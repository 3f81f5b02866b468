#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The role on a throw-away host, in a container that lets nobody set anything, and the playbook as a user runs it.

set -eux
export ANSIBLE_PIPELINING=1

../throwaway_host/run.sh ansible-playbook -i ../../inventory role.yml "$@"
ansible-playbook -i refusals.hosts.yml refusals.yml "$@"
READ_ONLY_PROC_SYS=1 ../throwaway_host/run.sh ansible-playbook -i ../../inventory read_only.yml "$@"
../throwaway_host/run.sh ./apply_profile.sh
