# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much is made and how often it is measured."""

from __future__ import annotations

from dataclasses import dataclass

from .load import Spec


@dataclass(frozen=True)
class Sizes:
    """The loads and repetitions of one run of the bench."""

    time_wait: int
    established: int
    many_peers: int
    rounds: int
    probes: int
    steps: tuple[int, ...]
    playbooks: int
    task_pairs: int
    rival_limit: float

    def client(self) -> Spec:
        """TIME_WAIT where connections were opened, to a few addresses: a proxy."""
        return Spec(self.time_wait, self.established, "client", 32)

    def server(self) -> Spec:
        """TIME_WAIT where connections were accepted, from many addresses: a server."""
        return Spec(self.time_wait, self.established, "server", self.many_peers)


FULL = Sizes(
    time_wait=200_000,
    established=30_000,
    many_peers=20_000,
    rounds=7,
    probes=5,
    steps=(0, 125_000, 250_000, 500_000, 750_000, 1_000_000),
    playbooks=8,
    task_pairs=6,
    rival_limit=60,
)
#: Enough to see that the bench itself works; its ratios mean little, because fixed costs weigh more.
QUICK = Sizes(
    time_wait=20_000,
    established=3_000,
    many_peers=2_000,
    rounds=3,
    probes=3,
    steps=(0, 25_000, 50_000),
    playbooks=3,
    task_pairs=4,
    rival_limit=5,
)
