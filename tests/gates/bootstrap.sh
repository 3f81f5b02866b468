# shellcheck shell=sh
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Finds a Python that can make virtual environments and puts nox into .cache/nox. Called by the Makefile, in the
# root of the clone. As root it installs the Debian packages that are missing; without root it names them.
set -eu

# A name on PATH is not yet a Python: pyenv leaves shims for versions that are not chosen. So each candidate runs.
fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

makes_venvs() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

candidates() {
    for version in 3.13 3.12 3.11 3.14; do
        echo "python$version"
        for folder in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*; do
            echo "$folder/bin/python"
        done
    done
    echo python3
}

# Prints the first Python that fits and makes venvs; else fails.
find_python() {
    candidates | while read -r python; do
        if fits "$python" && makes_venvs "$python"; then
            echo "$python"
            break
        fi
    done | grep .
}

missing=
command -v git >/dev/null || missing="$missing git"
python=$(find_python) || missing="$missing python3 python3-venv"

if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "bootstrap: installing Debian packages:$missing"
    apt-get update -qq
    # The list is meant to fall apart into words.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $missing >/dev/null
    python=$(find_python) || true
fi

if [ -z "$python" ]; then
    echo "bootstrap: no Python 3.11 to 3.14 that can make virtual environments, on PATH or in pyenv." >&2
    echo "bootstrap: on Debian or Ubuntu: sudo apt-get install python3 python3-venv   (then run make again)" >&2
    exit 1
fi

if ! mkdir -p .cache 2>/dev/null || ! [ -w .cache ]; then
    echo "bootstrap: cannot write to $(pwd)/.cache: work in a clone of your own, or give this one to you." >&2
    exit 1
fi

# Two makes at once are one making, and a nox that someone runs at this moment is not pulled away from under them.
exec 9>.cache/nox.lock
flock 9
wanted="$python $(cksum <tests/requirements/nox.txt)"
if [ "$(cat .cache/nox/made-from 2>/dev/null)" != "$wanted" ]; then
    echo "bootstrap: nox into .cache/nox, by $("$python" --version) ($(command -v "$python"))"
    rm -rf .cache/nox
    "$python" -m venv .cache/nox
    .cache/nox/bin/python -m pip --quiet --quiet --disable-pip-version-check install \
        --requirement tests/requirements/nox.txt
    echo "$wanted" >.cache/nox/made-from
fi
touch .cache/nox/bin/nox
