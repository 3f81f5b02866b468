# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML of other makings: tasks of ansible.posix.sysctl in all their spellings, and lists of kernel_settings."""

from __future__ import annotations

import itertools
import typing as t

import pytest
import yaml

from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign_yaml import settings_in, variables_in

KEY = "net.core.somaxconn"


def found(text: str) -> list[Found]:
    """What a text sets."""
    data = yaml.safe_load(text)
    return list(settings_in(data, "x.yml", variables_in(data)))


def pairs(text: str) -> list[tuple[object, object]]:
    """Keys and values."""
    return [(one.key, one.value) for one in found(text)]


@pytest.mark.parametrize(
    "task",
    [
        "- ansible.posix.sysctl: {name: net.core.somaxconn, value: 7}",
        "- ansible.posix.sysctl: {key: net.core.somaxconn, val: 7}",
        "- sysctl: {name: net.core.somaxconn, value: 7, state: present, reload: true}",
        "- ansible.builtin.sysctl: name=net.core.somaxconn value=7",
        "- action: sysctl name=net.core.somaxconn value=7",
        "- action: {module: ansible.posix.sysctl, name: net.core.somaxconn, value: 7}",
        "- hosts: all\n  tasks:\n    - block:\n        - sysctl: {name: net.core.somaxconn, value: 7}",
        "- sysctl: {name: net.core.somaxconn, value: '{{ backlog }}'}\n  vars: {backlog: 7}",
        "- sysctl: {name: 'net.core.{{ what }}', value: '{{ backlog | int }}'}\n  vars: {what: somaxconn, backlog: 7}",
    ],
)
def test_a_task_in_every_spelling(task: str) -> None:
    """Mappings, texts, blocks, plays, variables of its own."""
    ((key, value),) = pairs(task)

    assert (key, str(value)) == (KEY, "7")


@pytest.mark.parametrize(
    ("loop", "name", "value"),
    [
        ("loop: [{name: net.core.somaxconn, value: 7}]", "{{ item.name }}", "{{ item.value }}"),
        ("with_items: [{name: net.core.somaxconn, value: 7}]", "{{ item['name'] }}", '{{item["value"]}}'),
        ("with_items: [[{name: net.core.somaxconn, value: 7}]]", "{{ item.name }}", "{{ item.value }}"),
        ("with_dict: {net.core.somaxconn: 7}", "{{ item.key }}", "{{ item.value }}"),
        ("loop: '{{ x | dict2items }}'\n  vars: {x: {net.core.somaxconn: 7}}", "{{ item.key }}", "{{ item.value }}"),
        ("loop: [[net.core.somaxconn, 7]]", "{{ item[0] }}", "{{ item[1] }}"),
        ("loop: [net.core.somaxconn]", "{{ item }}", "7"),
        ("loop: '{{ a.b }}'\n  vars: {a: {b: [net.core.somaxconn]}}", "{{ item }}", "7"),
        ("loop: [{n: net.core.somaxconn}]\n  loop_control: {loop_var: one}", "{{ one.n }}", "7"),
    ],
)
def test_a_loop_in_every_spelling(loop: str, name: str, value: str) -> None:
    """Lists, mappings, variables, a variable of the loop by another name."""
    ((key, number),) = pairs(f"- sysctl:\n    name: >-\n      {name}\n    value: >-\n      {value}\n  {loop}\n")

    assert (key, str(number)) == (KEY, "7")


@pytest.mark.parametrize(
    ("task", "trouble"),
    [
        ("- sysctl: {name: a, value: '{{ lookup(\"pipe\", \"id\") }}'}", "a template that only a play could fill"),
        ("- sysctl: {name: a, value: '{{ unknown }}'}", "'{{ unknown }}' is a template"),
        ("- local_action: sysctl name=a value=1", "it was set on 'localhost', not on the hosts of its play"),
        ("- local_action: {module: ansible.posix.sysctl, name: a, value: 1}", "it was set on 'localhost'"),
        ("- sysctl: {name: a, value: 1}\n  delegate_to: '{{ gateway }}'", "it was set on '{{ gateway }}'"),
        ("- sysctl: {name: a, value: '{{ a.b.c }}'}\n  vars: {a: {b: 1}}", "only a play could fill"),
        ("- sysctl: {name: a, value: '{% if x %}1{% endif %}'}", "only a play could fill"),
        ("- sysctl: {name: a, value: '{{ a | default(1) }}'}", "only a play could fill"),
        ("- sysctl: {name: a, value: '{{ a }}'}\n  vars: {a: '{{ a }}'}", "only a play could fill"),
        ("- sysctl: {name: a, value: '{{ a }}{{ a }}'}\n  vars: {a: '{{ a }}{{ a }}'}", "only a play could fill"),
        ("- sysctl: {name: a, value: '{{ a'}", "only a play could fill"),
        ("- sysctl: {name: a, value: 1}\n  loop: '{{ query(\"file\", \"x\") }}'", "its loop is"),
        ("- sysctl: {name: a, value: 1}\n  loop: 7", "its loop is"),
        ("- sysctl: {name: a, value: 1, state: absent}", "the task takes its line away"),
        ("kernel_settings_sysctl: [{name: a, state: absent}]", "it is taken away there"),
        ("kernel_settings_sysctl: {state: empty}", "it is taken away there"),
        ("kernel_settings_sysctl: [{previous: replaced}]", "exclusive: true"),
        ("kernel_settings_sysctl: [a]", "it is no setting"),
        ("kernel_settings_sysctl: '{{ x }}'", "only a play could fill"),
    ],
)
def test_what_only_a_play_could_tell_is_said(task: str, trouble: str) -> None:
    """It is found, and refused with a reason; nothing is run and nothing is dropped in silence."""
    (one,) = found(task)

    assert trouble in one.trouble


def test_what_else_a_task_says_is_kept() -> None:
    """Its condition and its file."""
    (one,) = found("- sysctl: {name: a, value: 1, sysctl_file: /etc/sysctl.d/1.conf}\n  when: x\n  name: N")

    assert one.where == "x.yml, task 'N'"
    assert one.origin is Origin.POSIX
    assert "only when 'x'" in one.notes[0]
    assert "/etc/sysctl.d/1.conf" in one.notes[1]


def test_a_list_of_the_role_is_found_wherever_it_stands() -> None:
    """In a file of variables, in the variables of a play, of a role, of a task."""
    entry = "kernel_settings_sysctl: [{name: net.core.somaxconn, value: 7}]"
    places = (entry, f"- hosts: all\n  vars:\n    {entry}", f"- hosts: all\n  roles:\n    - role: x\n      {entry}")

    assert [pairs(place) for place in places] == [[(KEY, 7)]] * len(places)


def test_a_variable_that_is_called_like_the_module_is_no_task() -> None:
    """`sysctl:` in a file of variables."""
    assert pairs("sysctl: {net.core.somaxconn: 7}\n") == []


def test_aliases_that_lead_in_a_circle_or_to_the_same_a_billion_times_end() -> None:
    """Each mapping is looked at once, and a loop over such a list can be cut off."""
    circle: list[t.Any] = []
    circle.append({"tasks": circle})
    bomb: list[t.Any] = [{"sysctl": {"name": "a", "value": 1}}]
    for _level in range(40):
        bomb = [bomb, bomb]
    endless = {"sysctl": {"name": "a", "value": 1}, "with_items": [["x"] * 10_000] * 10_000}

    assert list(settings_in(circle, "x", {})) == []
    assert len(list(settings_in(bomb, "x", {}))) == 1
    assert len(list(itertools.islice(settings_in([endless], "x", {}), 3))) == 3
