# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that an audit asks of this host: its sockets and its settings, each for itself."""

from __future__ import annotations

import datetime as dt
from typing import Any, Callable, Dict, List, Mapping, Optional, TypeVar

from .._model.errors import LinuxnetError
from .rules import look_at_rules
from .sockets import look_at_sockets

Answer = TypeVar("Answer")


def look_at_host(params: Mapping[str, Any], today: dt.date) -> Dict[str, Any]:
    """What `audit_info` returns. Never raises LinuxnetError: a part that cannot be looked at is a problem of its own.

    Both parts enter the network namespace; the second finds itself in it.
    """
    problems: List[Dict[str, str]] = []
    seen = _part("facts", problems, lambda: look_at_sockets({**params, "ports": [], "top": 10, "source": "auto"}))
    judged = _part("compliance", problems, lambda: look_at_rules({**params, "settings": None}, today))
    facts, unseen = seen or (None, [])
    compliance = None
    if judged is not None and params["rules"] is not None:
        compliance = {key: judged[key] for key in ("compliant", "findings", "summary")}
    return {
        "facts": facts,
        "compliance": compliance,
        "tunables": judged["tunables"] if judged else None,
        "notes": [*unseen, *(judged["notes"] if judged else ())],
        "problems": problems,
    }


def _part(name: str, problems: List[Dict[str, str]], look: Callable[[], Answer]) -> Optional[Answer]:
    """What `look` gives; None where it cannot, and the reason becomes a problem."""
    try:
        return look()
    except LinuxnetError as error:
        problems.append({"part": name, "reason": str(error)})
        return None
