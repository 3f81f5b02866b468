# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`report.html`: the one page that shows which hosts are in trouble and why.

One file that asks the network for nothing; templates, style and script lie in `page/`. The sections of the worst hosts
stand in the page as they are. Those of the others are rendered by the same template and packed (zlib, base64) in
blocks, of which the page's script unpacks the one that is asked for: so 10,000 hosts fit into one file, and a browser
does not lay out what nobody looks at.
"""

from __future__ import annotations

import base64
import typing as t
import zlib

import jinja2

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import (
    _page_bars,
    _page_fleet,
    _page_hosts,
    _page_words,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_policy import policy
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._page_templates import (
    environment,
    machine,
    resource,
    style,
)
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Host, Report
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_text import expected_text

#: So many sections stand in the page itself; the others lie in blocks of so many.
INLINE, BLOCK = 200, 50
#: So many rows are laid out at once by the script, and so many give their reasons at length; so few hosts are open
#: from the start.
FIRST_ROWS, LONG_ROWS, OPEN_HOSTS = 100, 1000, 3
TOP_CONCERNS = 3
_PIECES_TO_JOIN = 500


def render(report: Report, inline: int = INLINE, block: int = BLOCK) -> t.Iterator[str]:
    """The page in pieces, with so many sections in the page itself and so many in a block."""
    templates = environment()
    hosts = _page_hosts.worst_first(report.hosts)
    index = _page_hosts.Index(report.hosts, report.summary.concerns)
    inline = min(len(hosts), inline)
    css, early, script = style(), resource("early.js"), resource("page.js")
    stream = templates.get_template("page.html.j2").stream(
        **_fleet(report, hosts, index),
        **_pictures(report),
        css=css,
        early=early,
        script=script,
        policy=policy((early, script), (css,)),
        machine=machine(),
        rows=map(index.row, hosts),
        sections=_sections(hosts[:inline], index, 0),
        blocks=_blocks(templates, hosts, index, range(inline, len(hosts), block)),
        inline_hosts=inline,
        packed_hosts=len(hosts) - inline,
        block_size=block,
        open_hosts=len(hosts) <= OPEN_HOSTS,
    )
    stream.enable_buffering(_PIECES_TO_JOIN)
    yield from stream


def _fleet(report: Report, hosts: t.Sequence[Host], index: _page_hosts.Index) -> dict[str, t.Any]:
    concerns = report.summary.concerns[:TOP_CONCERNS]
    ages = sorted(host.age for host in hosts)
    moves = _page_fleet.moves(hosts)
    return {
        "report": report,
        "verdict": _page_fleet.verdict(report),
        "strip": _page_fleet.strip(report),
        "ages": (ages[0], ages[-1]) if ages else None,
        "concerns": concerns,
        "all_concerns": report.summary.concerns,
        "told": _page_fleet.remedies(hosts, concerns),
        "about": {rule.id: rule.why or f"Expected: {expected_text(rule.expected)}." for rule in report.rules},
        "words": _page_words.WORDS,
        "group_names": index.groups,
        "groups": _page_fleet.groups(hosts, index.groups),
        "most_groups": _page_fleet.MOST_GROUPS,
        "first_rows": FIRST_ROWS,
        "long_rows": LONG_ROWS,
        "moves": moves,
        "moves_sentence": _page_fleet.moves_sentence(moves),
        "first_moves": _page_fleet.FIRST_CHANGES,
        "most_moves": _page_fleet.MOST_CHANGES,
        "first_audit": all(host.earlier is None for host in hosts),
        "rules": _page_fleet.most_broken_first(report.rules),
        "most_rules": _page_fleet.MOST_HEAT_RULES,
    }


def _pictures(report: Report) -> dict[str, t.Any]:
    fleet_bar, state_bars, counted = _page_bars.state_bars(report.hosts)
    caps, capped = _page_bars.cap_bars(report.hosts)
    return {
        "heat": _page_fleet.heat(report),
        "state_titles": STATE_TITLES,
        "fleet_bar": fleet_bar,
        "bars": state_bars,
        "counted": counted,
        "caps": caps,
        "capped": capped,
        "spans": _page_bars.spans(report.hosts),
    }


def _sections(some: t.Iterable[Host], index: _page_hosts.Index, first: int) -> t.Iterator[_page_hosts.Section]:
    return (_page_hosts.section_of(index.row(host), number) for number, host in enumerate(some, start=first))


def _blocks(
    templates: jinja2.Environment, hosts: t.Sequence[Host], index: _page_hosts.Index, firsts: range
) -> t.Iterator[str]:
    template = templates.get_template("host.html.j2")
    for first in firsts:
        some = hosts[first : first + firsts.step]
        html = "".join(template.render(section=section) for section in _sections(some, index, first))
        yield base64.b64encode(zlib.compress(html.encode(), 6)).decode("ascii")
