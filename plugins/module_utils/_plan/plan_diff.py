# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as Ansible shows a diff."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from .._model.catalogue import CATALOGUE
from .._model.plans import Plan
from .._model.transactions import FileContent
from .._model.values import HIDDEN


def diff_of(plan: Plan) -> List[Dict[str, str]]:
    """What changes, as Ansible shows it: the file, and the running values as a table."""
    file = plan.transaction.file
    changing = {change.key for change in plan.transaction.running}
    rows = [row for row in plan.rows if row.name in changing]
    path = file.path if file else ""
    return [
        {
            "before_header": path,
            "after_header": path,
            "before": _text(file.before if file else None),
            "after": _text(file.after if file else None),
        },
        {
            "before_header": "running values",
            "after_header": "running values",
            "before": "".join(_table_line(row.name, row.running_before) for row in rows),
            "after": "".join(_table_line(row.name, row.running_after) for row in rows),
        },
    ]


def _text(content: Optional[FileContent]) -> str:
    """The file for a diff. A secret that somebody keeps in it is hidden, in a comment too."""
    text = "" if content is None else content.data.decode("utf-8", "replace")
    return _SECRET_LINE.sub(lambda match: match.group(1) + " " + HIDDEN, text)


_SECRET_LINE = re.compile(
    "((?:{0})[ \t]*=)[^\n\r\0]*".format("|".join(row.key.rpartition(".")[2] for row in CATALOGUE if row.secret))
)


def _table_line(name: str, value: Any) -> str:
    text = " ".join(str(number) for number in value) if isinstance(value, list) else value
    return "{0} = {1}\n".format(name, text)
