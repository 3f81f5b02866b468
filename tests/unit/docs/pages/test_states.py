# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pages/states.py: the guide to the states shows the functions that the lab's tests run."""

from __future__ import annotations

import pytest

from ansible_collections.linuxnet.tcp.docs.pages import states

SOURCE = '''
import contextlib


@contextlib.contextmanager
def listen(port):
    """LISTEN: waits."""
    yield port


def other():
    pass
'''
PAGE = """Before.

.. snippet: listen

.. code-block:: python

    an old text

.. end of snippet

Between.

.. snippet: other
.. end of snippet
"""


def test_a_snippet_of_a_function_that_is_gone_is_an_error() -> None:
    """The page names a maker that does not exist: the sentence has its name."""
    with pytest.raises(LookupError, match=r"shows listen\(\), which"):
        states.with_snippets(PAGE, {})


def test_a_function_is_taken_with_its_decorators_and_nothing_else() -> None:
    """The text of each function, exactly as it stands in the file."""
    found = states.functions(SOURCE)

    assert found["other"] == "def other():\n    pass"
    assert found["listen"].splitlines()[0] == "@contextlib.contextmanager"
    assert found["listen"].splitlines()[-1] == "    yield port"


def test_snippets_are_replaced_and_the_rest_is_kept() -> None:
    """An old snippet and an empty one get the code, indented; a second run changes nothing."""
    page = states.with_snippets(PAGE, states.functions(SOURCE))

    assert "an old text" not in page
    assert "    @contextlib.contextmanager\n    def listen(port):\n" in page
    assert ".. snippet: other\n\n.. code-block:: python\n\n    def other():\n        pass\n\n.. end of" in page
    assert page.startswith("Before.\n")
    assert "\nBetween.\n" in page
    assert states.with_snippets(page, states.functions(SOURCE)) == page
