# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of the state machine: true to the protocol, and nothing crosses or covers anything."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import State
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _state_diagram as diagram
from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _state_layout as layout

# RFC 9293, figure 5 with its notes 1 and 2, less LISTEN -> SYN_SENT; the last one is Linux's: a FIN_WAIT2 that
# nobody owns ends by time.
TRANSITIONS = """
CLOSE -> LISTEN           LISTEN -> CLOSE           CLOSE -> SYN_SENT         SYN_SENT -> CLOSE
LISTEN -> SYN_RECV        SYN_RECV -> LISTEN        SYN_SENT -> SYN_RECV      SYN_SENT -> ESTABLISHED
SYN_RECV -> ESTABLISHED   SYN_RECV -> FIN_WAIT1     ESTABLISHED -> FIN_WAIT1  ESTABLISHED -> CLOSE_WAIT
FIN_WAIT1 -> FIN_WAIT2    FIN_WAIT1 -> CLOSING      FIN_WAIT1 -> TIME_WAIT    FIN_WAIT2 -> TIME_WAIT
CLOSING -> TIME_WAIT      CLOSE_WAIT -> LAST_ACK    LAST_ACK -> end           TIME_WAIT -> end
FIN_WAIT2 -> end
"""


class Area(NamedTuple):
    """A rectangle, edges included."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether the two share a point."""
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


def area_of_box(box: layout.Box) -> Area:
    """The box of a state."""
    x, y = box.centre
    half_width, half_height = layout.BOX_WIDTH / 2, layout.BOX_HEIGHT / 2
    return Area(x - half_width, y - half_height, x + half_width, y + half_height)


def area_of_end() -> Area:
    """The box at the foot, where connections end."""
    x, y = layout.END
    half_width, half_height = layout.END_WIDTH / 2, layout.END_HEIGHT / 2
    return Area(x - half_width, y - half_height, x + half_width, y + half_height)


def area_of_words(words: str, at: layout.Point, anchor: str) -> Area:
    """Where 14 px text lies, in a wide font (DejaVu Sans: 0.56 em a letter on these labels)."""
    width = len(words) * 14 * 0.56
    left = at[0] - {"start": 0, "middle": width / 2, "end": width}[anchor]
    return Area(left, at[1] - 11, left + width, at[1] + 3)


def areas_of_lines(edge: layout.Edge) -> list[Area]:
    """The pieces of an arrow."""
    return [
        Area(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for a, b in itertools.pairwise(edge.path)
    ]


def named(edge: layout.Edge) -> str:
    """The arrow as it is written in TRANSITIONS."""
    return f"{edge.source.name} -> {edge.target.name if edge.target else 'end'}"


BOX_AREAS = {box.state: area_of_box(box) for box in layout.BOXES}
LABEL_AREAS = [
    (f"{named(edge)}: {label.text}", area_of_words(label.text, label.at, label.anchor))
    for edge in layout.EDGES
    for label in diagram.labels(edge)
] + [(panel.title, area_of_words(panel.title + panel.rest, panel.words, "start")) for panel in layout.PANELS]
LINES = [(named(edge), area) for edge in layout.EDGES for area in areas_of_lines(edge)]
EACH_EDGE = pytest.mark.parametrize("edge", layout.EDGES, ids=named)


def test_every_state_has_one_box() -> None:
    """Eleven states, eleven boxes, none twice."""
    assert sorted(box.state for box in layout.BOXES) == sorted(State)


def test_the_transitions_are_those_of_the_protocol() -> None:
    """Not one arrow more or fewer than the list above, which was written from the RFC, not from the code."""
    wanted = [" -> ".join(pair) for pair in re.findall(r"(\w+) -> (\w+)", TRANSITIONS)]

    assert sorted(map(named, layout.EDGES)) == sorted(wanted)


@EACH_EDGE
def test_an_arrow_joins_the_borders_of_its_two_boxes(edge: layout.Edge) -> None:
    """It starts on the border of the one and its head touches the border of the other."""
    target = BOX_AREAS[edge.target] if edge.target else area_of_end()
    for (x, y), area in ((edge.path[0], BOX_AREAS[edge.source]), (edge.path[-1], target)):
        assert area.meets(Area(x, y, x, y))
        assert x in (area.left, area.right) or y in (area.top, area.bottom)


@EACH_EDGE
def test_an_arrow_follows_the_axes_and_leaves_room_for_its_bends(edge: layout.Edge) -> None:
    """Each piece is horizontal or vertical, and long enough for the rounded corners at its ends."""
    for (x, y), (next_x, next_y) in itertools.pairwise(edge.path):
        assert x == next_x or y == next_y
        assert abs(x - next_x) + abs(y - next_y) >= 2 * diagram.CORNER


@EACH_EDGE
def test_no_arrow_runs_through_a_box(edge: layout.Edge) -> None:
    """Apart from the two boxes that it joins, an arrow keeps clear of all."""
    others = [area for state, area in BOX_AREAS.items() if state not in (edge.source, edge.target)]
    others += [area_of_end()] if edge.target else []

    assert not [area for area in others for line in areas_of_lines(edge) if line.meets(area)]


def test_no_two_arrows_cross() -> None:
    """The machine can be drawn without a crossing, so it is."""
    crossings = [
        (name, other)
        for (name, line), (other, other_line) in itertools.combinations(LINES, 2)
        if name != other and line.meets(other_line)
    ]

    assert crossings == []


def test_no_words_are_crossed_by_a_line_or_covered() -> None:
    """Labels lie clear of all arrows, of all boxes and of each other."""
    others = LINES + [(state.name, area) for state, area in BOX_AREAS.items()] + [("end", area_of_end())]
    pairs = [*itertools.product(LABEL_AREAS, others), *itertools.combinations(LABEL_AREAS, 2)]
    hurt = [(label, other) for (label, area), (other, other_area) in pairs if area.meets(other_area)]

    assert hurt == []


def test_everything_lies_on_the_paper() -> None:
    """Nothing is cut off at the rim."""
    for name, area in [*LABEL_AREAS, *LINES, *((str(state), area) for state, area in BOX_AREAS.items())]:
        assert 10 <= area.left <= area.right <= layout.WIDTH - 10, name
        assert 10 <= area.top <= area.bottom <= layout.HEIGHT - 10, name
