# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the states and the arrows of the state machine stand on the paper, and what the arrows say.

The machine is that of RFC 9293 (section 3.3.2: figure 5 with its notes 1 and 2), with Linux's names of the
states. Linux adds ways out by time: from SYN_SENT, from SYN_RECV, and from a FIN_WAIT2 without an owner. One
edge of the figure is left out, because Linux has no call for it: from LISTEN to SYN_SENT (connect() on a
listening socket is refused).

Lengths are in the units of the picture, 960 wide; y grows downwards.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.states import State

Point = tuple[int, int]

WIDTH, HEIGHT = 960, 1060
BOX_WIDTH, BOX_HEIGHT = 170, 60
END: Point = (520, 950)  # where connections end; the same state as CLOSE at the top
END_WIDTH, END_HEIGHT = 170, 44


class Box(NamedTuple):
    """A state: the centre of its box, the part of a connection's life it belongs to, what it waits for."""

    state: State
    centre: Point
    part: str
    gloss: str


class Edge(NamedTuple):
    """A transition. The path goes along the axes only; `target` None is the end at the foot of the picture.

    Its words stand above and below a horizontal line (`anchor` middle), or beside a vertical one
    (start: to the right; end: to the left).
    """

    source: State
    target: State | None
    part: str
    rare: bool
    causes: tuple[str, ...]
    sends: str
    path: tuple[Point, ...]
    label: Point
    anchor: str = "middle"


class Panel(NamedTuple):
    """The ground behind the states of one side: its upper left corner, its size, its title (bold, plain)."""

    part: str
    corner: Point
    size: Point
    title: str
    rest: str
    words: Point


BOXES = (
    Box(State.CLOSE, (480, 70), "none", "no connection"),
    Box(State.LISTEN, (190, 170), "open", "waits for callers"),
    Box(State.SYN_RECV, (190, 300), "open", "answered, not yet open"),
    Box(State.SYN_SENT, (770, 300), "open", "called, no answer yet"),
    Box(State.ESTABLISHED, (480, 430), "data", "both sides may send"),
    Box(State.FIN_WAIT1, (190, 650), "active", "FIN sent, no ACK yet"),
    Box(State.CLOSING, (520, 650), "active", "both closed at once"),
    Box(State.FIN_WAIT2, (190, 810), "active", "waits for the peer's FIN"),
    Box(State.TIME_WAIT, (520, 810), "active", "remembered for 60 s"),
    Box(State.CLOSE_WAIT, (770, 650), "passive", "our program must close"),
    Box(State.LAST_ACK, (770, 810), "passive", "FIN sent, no ACK yet"),
)

# fmt: off
EDGES = (
    Edge(State.CLOSE, State.LISTEN, "open", False, ("passive open: listen()",), "",
         ((395, 60), (165, 60), (165, 140)), (280, 60)),
    Edge(State.LISTEN, State.CLOSE, "none", True, ("close()",), "",
         ((275, 170), (455, 170), (455, 100)), (355, 170)),
    Edge(State.CLOSE, State.SYN_SENT, "open", False, ("active open: connect()",), "send SYN",
         ((565, 60), (795, 60), (795, 270)), (680, 60)),
    Edge(State.SYN_SENT, State.CLOSE, "none", True, ("close(), RST or timeout",), "",
         ((745, 270), (745, 170), (505, 170), (505, 100)), (625, 170)),
    Edge(State.LISTEN, State.SYN_RECV, "open", False, ("receive SYN",), "send SYN+ACK",
         ((165, 200), (165, 270)), (155, 231), "end"),
    Edge(State.SYN_RECV, State.LISTEN, "none", True, ("RST or timeout",), "",
         ((215, 270), (215, 200)), (225, 240), "start"),
    Edge(State.SYN_SENT, State.SYN_RECV, "open", True, ("simultaneous open: receive SYN",), "send SYN+ACK",
         ((685, 300), (275, 300)), (480, 300)),
    Edge(State.SYN_RECV, State.ESTABLISHED, "open", False, ("receive ACK",), "",
         ((215, 330), (215, 430), (395, 430)), (305, 430)),
    Edge(State.SYN_SENT, State.ESTABLISHED, "open", False, ("receive SYN+ACK",), "send ACK",
         ((770, 330), (770, 430), (565, 430)), (667, 430)),
    Edge(State.SYN_RECV, State.FIN_WAIT1, "active", True, ("close()",), "send FIN",
         ((165, 330), (165, 620)), (155, 471), "end"),
    Edge(State.ESTABLISHED, State.FIN_WAIT1, "active", False, ("close()",), "send FIN",
         ((450, 460), (450, 525), (215, 525), (215, 620)), (333, 525)),
    Edge(State.ESTABLISHED, State.CLOSE_WAIT, "passive", False, ("receive FIN",), "send ACK",
         ((510, 460), (510, 525), (770, 525), (770, 620)), (640, 525)),
    Edge(State.FIN_WAIT1, State.CLOSING, "active", True, ("simultaneous close:", "receive FIN"), "send ACK",
         ((275, 650), (435, 650)), (352, 650)),
    Edge(State.FIN_WAIT1, State.FIN_WAIT2, "active", False, ("receive ACK",), "",
         ((165, 680), (165, 780)), (155, 735), "end"),
    Edge(State.FIN_WAIT1, State.TIME_WAIT, "active", False, ("receive FIN+ACK",), "send ACK",
         ((240, 680), (240, 730), (475, 730), (475, 780)), (357, 730)),
    Edge(State.CLOSING, State.TIME_WAIT, "active", True, ("receive ACK",), "",
         ((540, 680), (540, 780)), (550, 735), "start"),
    Edge(State.FIN_WAIT2, State.TIME_WAIT, "active", False, ("receive FIN",), "send ACK",
         ((275, 810), (435, 810)), (352, 810)),
    Edge(State.CLOSE_WAIT, State.LAST_ACK, "passive", False, ("close()",), "send FIN",
         ((770, 680), (770, 780)), (780, 727), "start"),
    Edge(State.FIN_WAIT2, None, "none", True, ("orphaned: tcp_fin_timeout",), "",
         ((190, 840), (190, 950), (435, 950)), (312, 950)),
    Edge(State.TIME_WAIT, None, "active", False, ("60 s pass", "(2 MSL)"), "",
         ((520, 840), (520, 928)), (530, 880), "start"),
    Edge(State.LAST_ACK, None, "passive", False, ("receive ACK",), "",
         ((770, 840), (770, 950), (605, 950)), (687, 950)),
)
# fmt: on

PANELS = (
    Panel("active", (40, 570), (615, 290), "Active close", ": the side that closes first", (232, 594)),
    Panel("passive", (665, 570), (255, 290), "Passive close", "", (785, 594)),
)
