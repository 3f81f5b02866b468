# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table over the TCP states of a fleet, as lines of text that are never wider than asked. Pure: counts in, lines out.

Three shapes, by what fits: one host gets its states as rows with bars; a few hosts stand side by side, a column each;
many get a line each, with a column for every state that is above zero somewhere. Hosts without counts come last.
"""

from __future__ import annotations

import enum
import textwrap
import typing as t

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._fleet_rows import fleet_rows
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_columns import host_columns, hosts_that_fit, one_host
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._host_counts import HostCounts, NoCounts
