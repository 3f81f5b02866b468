# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the counters say of the time before anybody looked."""

from __future__ import annotations

from typing import Optional

from ..._model.findings import Severity
from .host import Host
from .rule import NOTHING, Rule, Seen

# Counters that stand still on a host without trouble. Retransmissions and resets, which every network has, are not
# among them.
TROUBLES = (
    "time_wait_overflow",
    "listen_overflows",
    "syn_queue_full_drops",
    "syn_queue_full_cookies",
    "aborts_on_memory",
)


def trouble_since_boot(host: Host) -> Optional[Seen]:
    """What has risen at some time and is not seen to rise now."""
    evidence = {name: host.since_boot(name) or 0 for name in TROUBLES if not host.rising(name)}
    evidence = {name: count for name, count in evidence.items() if count > 0}
    if not evidence:
        return None
    return Seen(Severity.INFO, evidence, NOTHING)


RULES = (
    Rule(
        "trouble_since_boot",
        None,
        (Severity.INFO,),
        "At some time since boot a queue overflowed or a limit was met; a second sample tells whether it goes on.",
        trouble_since_boot,
    ),
)
