#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -eux
export ANSIBLE_PIPELINING=1

../throwaway_host/run.sh ansible-playbook -i ../../inventory set.yml "$@"
