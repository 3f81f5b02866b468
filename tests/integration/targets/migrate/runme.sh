#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it, on a file of each kind; and the module behind it.

set -eu

output="$(mktemp)"
trap 'rm -f "${output}" files/hostile.yml files/play.yml' EXIT
# Plays of other people name modules that are not here; under their own names ansible-lint would look for these.
for name in hostile play; do
    cp "files/${name}.yml.txt" "files/${name}.yml"
done
export ANSIBLE_NOCOLOR=1

ansible-playbook all.yml > "${output}" 2>&1 || {
    cat "${output}"
    exit 1
}
for line in '- name: Set the kernel tunables of the network' '      net.ipv4.ip_local_port_range: [1024, 65000]' \
    '      net.core.somaxconn: 4096' '      net.ipv4.tcp_max_syn_backlog: 8192'; do
    if ! grep -Fqx -- "${line}" "${output}"; then
        cat "${output}"
        echo "no line '${line}'" >&2
        exit 1
    fi
done
test ! -e files/pwned
