# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The templates of the page, which lie in `page/`, and the words that they use.

Every value goes through the templates' autoescape, and what a host has sent first through `name`. This is the only file
that marks text as markup; whatever it puts into such text it has escaped.
"""

from __future__ import annotations

import datetime as dt
import functools
import pathlib

import jinja2
import markupsafe

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import (
    _page_bars,
    _page_fleet,
    _page_words,
    _report_text,
    _state_diagram,
)

_FOLDER = pathlib.Path(__file__).parent / "page"
_MACHINE = "tcp-machine"
#: Most texts come again on the next host.
_KEPT = 4096


@functools.cache
def environment() -> jinja2.Environment:
    """Where the templates are, and their filters."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        age=_page_words.age,
        chip=chip,
        change_id=_page_fleet.change_id,
        change_word=_page_fleet.change_word,
        diagram=lambda states, number: _ours(_state_diagram.with_counts(_MACHINE, states, number)),
        evidence=_page_words.evidence_words,
        expected=_report_text.expected_text,
        finding=_page_words.finding_words,
        gauge=gauge,
        host_link=host_link,
        id_words=_page_words.id_words,
        is_link=is_link,
        moment=moment,
        name=name,
        number=_page_words.number,
        percent=_page_words.percent,
        plural=_page_words.plural,
        reason=_page_words.reason_words,
        remedy=_page_words.remedy_words,
        value=_report_text.value_text,
        visible=_report_text.visible,
    )
    # Sections that are packed are rendered one by one, outside the page.
    templates.globals.update(statuses=_page_words.STATUS_WORDS, open_hosts=False)
    return templates


def resource(file: str) -> markupsafe.Markup:
    """A style or a script of ours, as it goes between its tags."""
    return _ours((_FOLDER / file).read_text(encoding="utf-8"))


def sources() -> list[str]:
    """All files of `page/`, in the order of their names."""
    return [path.read_text(encoding="utf-8") for path in sorted(_FOLDER.iterdir())]


def style() -> markupsafe.Markup:
    """The one style of the page, with the colours of the state _state_diagram."""
    return _ours(_state_diagram.style()) + resource("page.css")


def machine() -> markupsafe.Markup:
    """The state machine, of which each host's diagram is made."""
    return _ours(_state_diagram.machine(_MACHINE))


@functools.lru_cache(_KEPT)
def name(value: str, most: int = 80) -> markupsafe.Markup:
    """Somebody else's text: nothing in it invisible, apart from its neighbours' direction of writing, and escaped."""
    shown = _report_text.visible(value, most)
    return _ours(f"<bdi>{markupsafe.escape(shown if shown.strip() else '(blank)')}</bdi>")


@functools.cache
def chip(word: str) -> markupsafe.Markup:
    """A severity: a shape, a colour and the word."""
    return _ours('<span class="chip {0}">{0}</span>'.format(markupsafe.escape(word)))


def host_link(host: str, anchor: str | None, most: int) -> markupsafe.Markup:
    """A host, leading to its section."""
    if anchor is None:
        return name(host, most)
    return _ours(f'<a href="#{markupsafe.escape(anchor)}">{name(host, most)}</a>')


def gauge(share: float) -> markupsafe.Markup:
    """A thin bar under a percentage, which says the same."""
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    return _ours(
        f'<svg class="bar gauge {_page_bars.tone_of(share)}" viewBox="0 0 100 1" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="fill" width="{width}" height="1"/></svg>'
    )


def is_link(address: str) -> bool:
    """Whether it leads to the web, and to nowhere else."""
    return address.startswith(("https://", "http://")) and address.isascii() and address.isprintable()


def moment(time: str | None) -> str:
    """`2026-01-31 12:00 UTC`; what is no time as it is."""
    try:
        when = dt.datetime.fromisoformat(time or "").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return _report_text.visible(time or _page_words.UNKNOWN, 40)
    return when.strftime("%Y-%m-%d %H:%M UTC")


def _ours(markup: str) -> markupsafe.Markup:
    """Markup that is ours: whatever of a host stands in it has been escaped."""
    return markupsafe.Markup(markup)  # noqa: S704 - see the sentence above
