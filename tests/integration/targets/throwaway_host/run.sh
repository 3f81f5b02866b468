#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh COMMAND...: run it on a throw-away host, as root. The TCP stack is its own; every folder that boot reads
# tunables from is empty, and so are /var/lib and /run/lock. When the command ends all of it is gone.

set -eu

if [ "${1-}" != --inside ]; then
    exec unshare --net --mount --propagation private -- "${BASH_SOURCE[0]}" --inside "$@"
fi
shift

for folder in /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d /usr/local/lib/sysctl.d /var/lib /run/lock; do
    if [ -d "${folder}" ]; then
        mount -t tmpfs tmpfs "${folder}"
        chmod 0755 "${folder}"
    fi
done
if [ -e /etc/sysctl.conf ]; then
    mount --bind /dev/null /etc/sysctl.conf
fi
"$@"
