#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it, on hosts that answer, that fail, and that nobody can reach.

. ../playbook/play.sh

apply() {
    play "$1" apply_profile -i hosts.ini "${@:2}"
}

# Check mode says what would change; so much so that nothing has.
apply 0 --limit web1 --check --diff
shows '^Would change: 1 of 1 host$' '^\+net.ipv4.tcp_fin_timeout = 30$' \
    '^    net.ipv4.tcp_fin_timeout +60 -> 30 +unset -> 30$' '^  net.ipv4.tcp_fin_timeout: A connection that'
test ! -e /etc/sysctl.d/91-linuxnet-tcp-profile.conf

# Hosts that fail or are gone are named with their reason; the others are done all the same.
apply 4 --limit web1:dead:odd
shows '^Changed: 1 of 3 hosts$' '^Unreachable: 1 of 3 hosts$' '^  db1  (connect to host|Data could not be sent) ' \
    '^Failed: 1 of 3 hosts$' '^  odd1  there is no variable tcp_profile_nmae' '^web1 .*changed=1'

# A canary that fails ends the play, and says who has been spared.
apply 2 -e '{"apply_profile_serial": [2, "100%"], "apply_profile_hosts": "odd1,web1,web2,web3"}'
shows '^Unchanged: 1 of 4 hosts$' '^Not reached yet: 2 of 4 hosts$' '^  web2, web3$' '^Failed: 1 of 4 hosts$' \
    'The play ends here because odd1 failed' '^web1 .*changed=0'

# A fleet where nobody answers gets its table as well. (tests/lab/test_canary.py has several batches, under load.)
apply 2 --limit dead
shows '^Unreachable: 1 of 1 host$' '^  db1  (connect to host|Data could not be sent) '
