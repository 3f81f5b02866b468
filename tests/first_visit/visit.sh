# shellcheck shell=sh
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a newcomer does, inside a machine that run.py has started: clone, make demo, make test. The argument says who.
set -eu

if [ "${1-}" = user ]; then
    # What make names to those who cannot install it themselves: their administrator does.
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends python3-venv
    useradd --create-home --shell /bin/sh visitor
    exec setpriv --reuid=visitor --regid=visitor --init-groups env HOME=/home/visitor USER=visitor sh "$0"
fi

cd "$HOME"
git clone --quiet /tcp.bundle tcp
cd tcp
make demo
make test
