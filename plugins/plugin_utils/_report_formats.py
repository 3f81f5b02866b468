# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of a report, by the names that users choose them by."""

from __future__ import annotations

import typing as t

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import (
    _report_csv,
    _report_html,
    _report_json,
    _report_junit,
    _report_markdown,
    _report_sarif,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Report


class Format(t.NamedTuple):
    """A format: the name of its file, and who writes it."""

    file: str
    render: t.Callable[[Report], t.Iterator[str]]


FORMATS = {
    "json": Format("report.json", _report_json.render),
    "html": Format("report.html", _report_html.render),
    "junit": Format("report.junit.xml", _report_junit.render),
    "sarif": Format("report.sarif", _report_sarif.render),
    "csv": Format("report.csv", _report_csv.render),
    "md": Format("report.md", _report_markdown.render),
}
