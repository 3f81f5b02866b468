# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCP state machine as one SVG picture: for the guide, and with counts for reports.

The picture needs nothing but itself: no script, no font, no network. It follows the reader's light or dark
scheme and prints in the light one. Nothing from outside gets into its text but integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import InputError, shown
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import STATE_TITLES, State
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    BOXES,
    EDGES,
    END,
    END_HEIGHT,
    END_WIDTH,
    HEIGHT,
    PANELS,
    WIDTH,
    Box,
    Edge,
    Panel,
    Point,
)

CORNER = 12  # radius of the bends
HEAD = 10  # length of an arrow head
LEADING = 17  # from one line of text to the next

# Colours by role: in daylight and on paper, and in the dark.
LIGHT = {
    "paper": "#ffffff", "ink": "#1b1f24", "quiet": "#57606a", "box": "#ffffff",
    "none": "#636b74", "open": "#0757b0", "data": "#15692c", "active": "#9a4a06", "passive": "#6f35a5",
    "active-panel": "#fff6ea", "passive-panel": "#f7f1fe",
}  # fmt: skip
DARK = {
    "paper": "#0d1117", "ink": "#e9eef4", "quiet": "#a3adb8", "box": "#171d26",
    "none": "#949da7", "open": "#75b6ff", "data": "#5ad16c", "active": "#f2a65a", "passive": "#cfa6ff",
    "active-panel": "#1f170d", "passive-panel": "#1a1527",
}  # fmt: skip
FONTS = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"


class Label(NamedTuple):
    """One line of text of an edge: where its baseline starts, or ends, or has its middle."""

    text: str
    at: Point
    anchor: str
    kind: str


def draw(counts: Mapping[str, int] | None = None, number: int = 0) -> str:
    """The state machine as the text of an SVG file.

    `counts` maps names of states as in `ansible_facts.linuxnet_tcp.states` to numbers of sockets, which then
    stand in the boxes; a state that it does not name keeps its short explanation. `number` tells several
    pictures in one HTML page apart. InputError for an unknown name, or a count that is no integer >= 0.
    """
    checked = _checked(counts or {})
    name = f"tcp-states-{int(number)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tcp-states" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{"Sockets in" if checked else ""} the TCP state machine</title>',
        f'<desc id="{name}-desc">{_in_words(checked)}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="12"/>',
    ]
    lines += [line for panel in PANELS for line in _panel(panel)]
    lines += [line for edge in EDGES for line in _edge(edge)]
    lines += [line for box in BOXES for line in _box(box, checked.get(box.state))]
    lines += _end()
    lines += _legend()
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def machine(name: str) -> str:
    """The state machine without counts, to be drawn once in an HTML page; nothing of it is seen where it stands.

    `with_counts` shows it again and again by the id `name`. Its colours are those of `style()`, which the page holds.
    """
    lines = [
        '<svg class="drawn-once" aria-hidden="true" focusable="false">',
        # What is used elsewhere is matched there without its ancestors here, so the symbol has the class itself.
        f'<symbol id="{name}" class="tcp-states" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="12"/>',
    ]
    lines += [line for panel in PANELS for line in _panel(panel)]
    lines += [line for edge in EDGES for line in _edge(edge)]
    lines += [line for box in BOXES for line in _empty_box(box)]
    lines += _end()
    lines += _legend()
    lines.append("</symbol></svg>")
    return "\n".join(lines) + "\n"


def with_counts(name: str, counts: Mapping[str, int], number: int) -> str:
    """The `machine` of that name with a host's counts in its boxes; `number` as in `draw`. InputError as there."""
    checked = _checked(counts)
    label = f"tcp-states-{int(number)}-title"
    told = ", ".join(f"{state.name} {count}" for state, count in checked.items())
    counted = (_count(box, checked[box.state]) for box in BOXES if box.state in checked)
    return (
        f'<svg class="tcp-states" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{label}">'
        f'<title id="{label}">Sockets in the TCP state machine: {told}</title>'
        f'<use href="#{name}"/>{"".join(counted)}</svg>'
    )


def style() -> str:
    """The rules that colour the picture, in the light and in the dark."""
    return _style()


def labels(edge: Edge) -> list[Label]:
    """The lines of text of an edge, placed."""
    x, y = edge.label
    texts = [(text, "cause") for text in edge.causes] + ([(edge.sends, "sends")] if edge.sends else [])
    if edge.anchor == "middle":  # the causes end 9 above the line; what is sent stands below it
        heights = [y - 9 - LEADING * row for row in reversed(range(len(edge.causes)))] + [y + 19]
    else:
        heights = [y + LEADING * row for row in range(len(texts))]
    return [Label(text, (x, at), edge.anchor, kind) for (text, kind), at in zip(texts, heights, strict=False)]


def _checked(counts: Mapping[str, object]) -> dict[State, int]:
    checked = {}
    for name, count in counts.items():
        if name not in STATE_TITLES:
            raise InputError(
                f"counts: {shown(name)} is no TCP state; the names are {', '.join(STATE_TITLES)}."
            )
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise InputError(f"counts: {name} is {shown(count)}, but sockets are counted by an integer >= 0.")
        checked[State[name.upper()]] = count
    return checked


def _in_words(counts: Mapping[State, int]) -> str:
    """What the picture shows, for those who do not see it."""
    told = ", ".join(f"{state.name} {count}" for state, count in counts.items())
    steps = "; ".join(
        f"{edge.source.name} to {edge.target.name if edge.target else 'the end'}: "
        + " ".join(edge.causes) + (f", {edge.sends}" if edge.sends else "")
        for edge in EDGES
    )
    return (f"Sockets by state: {told}. " if told else "") + f"Transitions. {steps}."


def _style() -> str:
    dark = _colours(DARK)
    # Paper is white: the light rules stand first for everybody, the dark ones for dark screens alone.
    return f"{_shapes()}{_colours(LIGHT)}@media screen and (prefers-color-scheme:dark){{{dark}}}"


def _shapes() -> str:
    return "".join((
        f".tcp-states text{{font:14px {FONTS}}}",
        ".tcp-states .name{font-size:16px;font-weight:700;letter-spacing:.02em}",
        ".tcp-states .gloss{font-size:12.5px}",
        ".tcp-states .count{font-size:20px;font-weight:700;font-variant-numeric:tabular-nums}",
        ".tcp-states .sends{font-style:italic}",
        ".tcp-states .strong{font-weight:700}",
        ".tcp-states .box,.tcp-states .line{stroke-width:2;fill:none}",
        ".tcp-states .rare{stroke-width:1.6;stroke-dasharray:6 4}",
    ))


def _colours(colour: Mapping[str, str]) -> str:
    rules = [
        (".paper", f"fill:{colour['paper']}"),
        ("text", f"fill:{colour['ink']}"),
        (".gloss", f"fill:{colour['quiet']}"),
        (".zero", f"fill:{colour['quiet']};font-weight:400"),
        (".box", f"fill:{colour['box']}"),
    ]
    for part in ("none", "open", "data", "active", "passive"):
        rules += [
            (f".{part}-line", f"stroke:{colour[part]}"),
            (f".{part}-head,.tcp-states text.{part}-text", f"fill:{colour[part]}"),
        ]
    rules += [(f".{part}-panel", f"fill:{colour[part + '-panel']}") for part in ("active", "passive")]
    return "".join(f".tcp-states {selector}{{{rule}}}" for selector, rule in rules)


def _panel(panel: Panel) -> Iterable[str]:
    (x, y), (width, height) = panel.corner, panel.size
    yield f'<rect class="{panel.part}-panel" x="{x}" y="{y}" width="{width}" height="{height}" rx="14"/>'
    title = f'<tspan class="strong">{panel.title}</tspan>{panel.rest}'
    yield _text(title, panel.words, "start", f"{panel.part}-text")


def _box(box: Box, count: int | None) -> Iterable[str]:
    x, y = box.centre
    yield from _empty_box(box)
    yield _text(box.gloss, (x, y + 16), "middle", "gloss") if count is None else _count(box, count)


def _empty_box(box: Box) -> Iterable[str]:
    x, y = box.centre
    yield (
        f'<rect class="box {box.part}-line" x="{x - BOX_WIDTH // 2}" y="{y - BOX_HEIGHT // 2}" '
        f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="10"/>'
    )
    yield _text(box.state.name, (x, y - 6), "middle", f"name {box.part}-text")


def _count(box: Box, count: int) -> str:
    x, y = box.centre
    return _text(f"{count:,}", (x, y + 19), "middle", "count" if count else "count zero")


def _edge(edge: Edge) -> Iterable[str]:
    rare = " rare" if edge.rare else ""
    yield f'<path class="line {edge.part}-line{rare}" d="{_bent(edge.path)}"/>'
    yield f'<path class="{edge.part}-head" d="{_head(edge.path[-2], edge.path[-1])}"/>'
    for label in labels(edge):
        yield _text(label.text, label.at, label.anchor, label.kind)


def _end() -> list[str]:
    x, y = END
    return [
        f'<rect class="box none-line rare" x="{x - END_WIDTH // 2}" y="{y - END_HEIGHT // 2}" '
        f'width="{END_WIDTH}" height="{END_HEIGHT}" rx="10"/>',
        _text("gone (CLOSE)", (x, y + 5), "middle", "none-text"),
    ]


def _legend() -> list[str]:
    y = 1022
    answers = '<tspan class="sends">send …</tspan> what this side answers'
    return [
        f'<path class="line none-line" d="M40 {y}H80"/>',
        _text("the usual ways", (90, y + 5), "start", "gloss"),
        f'<path class="line none-line rare" d="M208 {y}H248"/>',
        _text("rare, or given up", (258, y + 5), "start", "gloss"),
        _text(answers, (395, y + 5), "start", "gloss"),
        _text("a reset (RST) ends any connection at once", (920, y + 5), "end", "gloss"),
    ]


def _bent(path: tuple[Point, ...]) -> str:
    """A path along the axes with rounded bends, ending where its arrow head begins."""
    points = [*path[:-1], _towards(path[-1], path[-2], HEAD - 1)]
    drawn = [f"M{points[0][0]} {points[0][1]}"]
    for before, bend, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(bend, before, CORNER), _towards(bend, after, CORNER)
        drawn.append(f"L{enter[0]} {enter[1]}Q{bend[0]} {bend[1]} {leave[0]} {leave[1]}")
    return "".join([*drawn, f"L{points[-1][0]} {points[-1][1]}"])


def _head(before: Point, tip: Point) -> str:
    foot = _towards(tip, before, HEAD)
    across = (0, 5) if before[1] == tip[1] else (5, 0)
    return (
        f"M{tip[0]} {tip[1]}L{foot[0] + across[0]} {foot[1] + across[1]}"
        f"L{foot[0] - across[0]} {foot[1] - across[1]}Z"
    )


def _towards(start: Point, goal: Point, length: int) -> Point:
    """The point `length` away from `start` on the horizontal or vertical line to `goal`."""
    step = [(there > here) - (there < here) for here, there in zip(start, goal, strict=True)]
    return start[0] + step[0] * length, start[1] + step[1] * length


def _text(words: str, at: Point, anchor: str, classes: str) -> str:
    return f'<text class="{classes}" x="{at[0]}" y="{at[1]}" text-anchor="{anchor}">{words}</text>'
