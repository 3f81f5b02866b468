# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh process that times, by turns, the bare walk and what the module does between its parameters and its result.

    python -m ...tests.bench.probe REPEAT [BY ...]

Prints one JSON object: `walk` and `module`, lists of samples, and `facts`, the last answer.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from ansible_collections.linuxnet.tcp.plugins.module_utils._survey.sockets import look_at_sockets

from .timing import Sample, time_call
from .walk import bare_walk


def parameters(by: list[str]) -> dict[str, Any]:
    """The module's parameters, all default but `by`."""
    return {"by": by, "ports": [], "top": 10, "sample": 0.0, "network_namespace": None, "source": "auto"}


def main() -> int:
    """Measure and print."""
    repeat, by = int(sys.argv[1]), sys.argv[2:]
    walks: list[Sample] = []
    looks: list[Sample] = []
    facts: dict[str, Any] = {}
    for _turn in range(repeat):
        walks.append(time_call(bare_walk)[0])
        sample, (facts, _unseen) = time_call(lambda: look_at_sockets(parameters(by)))
        looks.append(sample)
    answer = {"walk": [asdict(one) for one in walks], "module": [asdict(one) for one in looks], "facts": facts}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
