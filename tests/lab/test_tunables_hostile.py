# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile and broken input to `tunables`: keys, values, paths, files.

One sentence each, nothing written, memory bounded.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.run_module import ORDINARY_USER
from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import (
    DROP_IN,
    FIRST_SEEN,
    LOCK,
    PENDING,
    STATE,
    Answer,
    Host,
)

FIN, RANGE, PORTS = "net.ipv4.tcp_fin_timeout", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"

MIB = 1024  # KiB
PATIENCE = 20  # seconds of processor time, where a usual run takes 0.03

KEYS = {
    "climbing": "net.ipv4/../../kernel/hostname",
    "climbing with slashes": "net/ipv4/../../kernel/hostname",
    "climbing with dots": "net.../...kernel.hostname",
    "only up": "..",
    "absolute": "/proc/sys/net/ipv4/tcp_fin_timeout",
    "elsewhere": "/etc/passwd",
    "another tree": "kernel.hostname",
    "the tree itself": "net",
    "empty": "",
    "a dot": ".",
    "a slash": "/",
    "dot at the end": f"{FIN}.",
    "two dots": "net..ipv4.tcp_fin_timeout",
    "NUL": f"{FIN}\0",
    "NUL and more": f"{FIN}\0.conf",
    "percent": "net.ipv4.%s%n%d",
    "braces": "net.ipv4.{0}{__class__}",
    "blank": "net.ipv4.tcp fin timeout",
    "tab": f"{FIN}\t",
    "line break": f"{FIN}\nnet.ipv4.ip_forward",
    "carriage return": f"{FIN}\r",
    "escape": "net.ipv4.\x1b[31mred\x1b]0;title\x07",
    "right to left": "net.ipv4.\u202ecimanyd",
    "not ASCII": "net.ipv4.tcp_f\u0131n_timeout",
    "glob": "net.ipv4.conf.*.forwarding",
    "class": "net.ipv4.tcp_[a-z]*",
    "equals": f"{FIN}=5",
    "comment": f"#{FIN}",
    "dash": f"-{FIN}",
    "long": "net.ipv4." + "a" * 10_000,
    "long parts": "net." + "a." * 5_000 + "b",
    "long part": "net.ipv4." + "b" * 400,
    "a folder": "net.ipv4",
    "a folder of an interface": "net.ipv4.conf.lo",
    "no such key": "net.ipv4.tcp_no_such_key",
}
VALUES = {
    "line break": "30\nnet.ipv4.ip_forward = 1",
    "carriage return": "30\r",
    "NUL": "30\0",
    "vertical tab": "30\x0b",
    "escape": "\x1b[2J30",
    "next line": "30\x85",
    "line separator": "30\u2028",
    "no-break blank": "30\u00a0",
    "other digits": "\u0663\u0660",
    "wide digits": "\uff13\uff10",
    "plus": "+30",
    "minus nothing": "-0",
    "hexadecimal": "0x1e",
    "octal": "036",
    "underscore": "3_0",
    "exponent": "3e1",
    "fraction": "30.0",
    "a float": 30.5,
    "not a number": float("nan"),
    "endless": float("inf"),
    "true": True,
    "null": None,
    "empty": "",
    "blank": "  ",
    "words": "thirty seconds",
    "a comment": "30 # seconds",
    "two": "30 40",
    "a list": [30],
    "a list of lists": [[30]],
    "empty list": [],
    "huge": 10**400,
    "hugely negative": -(10**400),
    "long": "3" * 100_000,
    "long blanks": " " * 100_000 + "x",
    "nested": {"at_least": {"at_least": 30}},
    "two constraints": {"at_least": 1, "at_most": 2},
    "empty mapping": {},
    "unknown constraint": {"about": 30},
    "constraint on text": {"at_least": "thirty"},
    "backwards": {"between": [40, 30]},
    "between three": {"between": [1, 2, 3]},
    "outside": {"at_least": 10**12},
    "format": "{0.__class__}%s%n",
}


def test_hostile_keys(host: Host) -> None:
    """No spelling of a key leads out of /proc/sys/net, into a terminal or into a file: a sentence that quotes it."""
    for name, key in KEYS.items():
        sentence = host.refused(settings={key: 30})
        quoted = ascii(key)[1:9].rstrip("'")
        assert quoted in sentence or key in sentence, f"{name}: {sentence}"
        skipped = host.run(settings={key: 30}, unavailable="skip", scope=["boot"])
        assert skipped.result.get("failed") or not skipped.changed, name
        assert host.text() is None, name


def test_hostile_keys_to_look_at(host: Host) -> None:
    """tunables_info refuses the same keys, and says of a well-formed one that it is not known."""
    for name, key in KEYS.items():
        answer = host.info(key)
        if answer.result.get("failed"):
            assert answer.refusal, name
        else:
            assert name in ("no such key", "a folder", "a folder of an interface")
            assert answer.row(key)["status"] == "unknown"


def test_hostile_keys_to_take_away(host: Host) -> None:
    """state: absent refuses what is no key, and has nothing to do for a key that never was."""
    host.put(DROP_IN, f"{FIN} = 30\n")
    before = host.everything()
    for name, key in KEYS.items():
        answer = host.run(settings={key: None}, state="absent")
        assert answer.result.get("failed") or not answer.changed, name
        assert not answer.result.get("failed") or answer.refusal
    assert host.everything() == before


def test_hostile_values(host: Host) -> None:
    """No value that the kernel would take for another one, or that a file would, is accepted."""
    for name, value in VALUES.items():
        sentence = host.refused(settings={FIN: value})
        assert FIN in sentence, f"{name}: {sentence}"


def test_hostile_values_of_other_kinds(host: Host) -> None:
    """The same for a pair, a set of ports, a name and a key that nobody knows."""
    names = ("line break", "carriage return", "NUL", "escape", "next line", "line separator", "null", "empty", "huge")
    for key in (RANGE, PORTS, "net.ipv4.tcp_congestion_control", "net.ipv4.conf.lo.tag"):
        for name in names:
            sentence = host.refused(settings={key: VALUES[name]})
            assert key in sentence, f"{key}, {name}: {sentence}"


@pytest.mark.parametrize("settings", ["net.ipv4.tcp_fin_timeout", 5, [FIN], None, "{", "a=b c=d"])
def test_settings_that_are_no_mapping(host: Host, settings: object) -> None:
    """What is no mapping is refused, by Ansible or by us."""
    host.refused(settings=settings)


@pytest.mark.parametrize(
    "arguments",
    [
        {"watch_seconds": -1},
        {"watch_seconds": float("nan")},
        {"watch_seconds": 10**9},
        {"watch_limits": {"no_such": 1}},
        {"watch_limits": {"attempt_fails": "many"}},
        {"watch_limits": {"attempt_fails": -1}},
        {"watch_limits": {"attempt_fails": float("inf")}},
        {"watch_limits": {"attempt_fails": [1]}},
        {"watch_limits": {"x" * 10_000: 1}},
        {"scope": []},
        {"scope": ["reload"]},
        {"network_namespace": ""},
        {"network_namespace": "no-such-namespace"},
        {"network_namespace": "999999999"},
        {"network_namespace": "/etc"},
        {"network_namespace": "a\0b"},
        {"network_namespace": "x" * 5000},
        {"state": "gone"},
    ],
    ids=str,
)
def test_other_parameters(host: Host, arguments: dict[str, Any]) -> None:
    """Every other parameter that makes no sense is refused with its name."""
    sentence = host.refused(settings={FIN: 30}, **arguments)
    assert next(iter(arguments)) in sentence


# -- path ----------------------------------------------------------------------------------------------------


def _link(host: Host) -> str:
    host.put("/etc/victim.conf", "precious\n")
    host.file("/etc/sysctl.d/90-l.conf").symlink_to("/etc/victim.conf")
    return "/etc/sysctl.d/90-l.conf"


def _dangling(host: Host) -> str:
    host.file("/etc/sysctl.d/90-l.conf").symlink_to("/etc/nowhere")
    return "/etc/sysctl.d/90-l.conf"


def _loop(host: Host) -> str:
    host.file("/etc/sysctl.d/90-l.conf").symlink_to("90-l.conf")
    return "/etc/sysctl.d/90-l.conf"


def _loop_on_the_way(host: Host) -> str:
    host.file("/etc/one").symlink_to("two")
    host.file("/etc/two").symlink_to("one")
    return "/etc/one/90.conf"


def _folder(host: Host) -> str:
    host.file("/etc/sysctl.d/90-f.conf").mkdir()
    return "/etc/sysctl.d/90-f.conf"


def _fifo(host: Host) -> str:
    os.mkfifo(host.file("/etc/sysctl.d/90-p.conf"))
    return "/etc/sysctl.d/90-p.conf"


def _device(host: Host) -> str:
    os.mknod(host.file("/etc/sysctl.d/90-d.conf"), stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
    return "/etc/sysctl.d/90-d.conf"


def _socket(host: Host) -> str:
    # The whole path is too long for a socket.
    with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(host.file("/etc/sysctl.d")):
        listener.bind("90-s.conf")
    return "/etc/sysctl.d/90-s.conf"


def _file_of_another(host: Host) -> str:
    os.chown(host.put("/etc/sysctl.d/90-u.conf", f"{FIN} = 5\n"), ORDINARY_USER, ORDINARY_USER)
    return "/etc/sysctl.d/90-u.conf"


def _shared(host: Host, mode: int = 0o1777) -> str:
    folder = host.file("/etc/shared")
    folder.mkdir()
    folder.chmod(mode)
    return "/etc/shared"


def _link_planted_in_a_shared_folder(host: Host) -> str:
    folder = _shared(host)
    host.put("/etc/victim.conf", "precious\n")
    link = host.file(f"{folder}/90.conf")
    link.symlink_to("/etc/victim.conf")
    os.chown(link, ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)
    return f"{folder}/90.conf"


def _file_planted_in_a_shared_folder(host: Host) -> str:
    folder = _shared(host)
    os.chown(host.put(f"{folder}/90.conf", f"{FIN} = 5\n"), ORDINARY_USER, ORDINARY_USER)
    return f"{folder}/90.conf"


def _folder_that_all_may_write(host: Host) -> str:
    return _shared(host, 0o777) + "/90.conf"


def _folder_that_a_group_may_write(host: Host) -> str:
    return _shared(host, 0o775) + "/90.conf"


def _folder_of_another(host: Host) -> str:
    folder = _shared(host, 0o755)
    os.chown(host.file(folder), ORDINARY_USER, ORDINARY_USER)
    return f"{folder}/90.conf"


def _below_a_folder_of_another(host: Host) -> str:
    path = _folder_of_another(host)
    host.file("/etc/shared/inner").mkdir()
    return path.replace("90.conf", "inner/90.conf")


def _through_a_planted_link(host: Host) -> str:
    folder = _shared(host)
    host.file("/etc/real").mkdir()
    link = host.file(f"{folder}/way")
    link.symlink_to("/etc/real")
    os.chown(link, ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)
    return f"{folder}/way/90.conf"


def _through_a_file(host: Host) -> str:
    host.put("/etc/file", "")
    return "/etc/file/90.conf"


PATHS: dict[str, Callable[[Host], str]] = {
    "a link": _link,
    "a dangling link": _dangling,
    "a link to itself": _loop,
    "links in a circle on the way": _loop_on_the_way,
    "a folder": _folder,
    "a pipe": _fifo,
    "an endless device": _device,
    "a socket": _socket,
    "a file of another user": _file_of_another,
    "a link planted in a shared folder": _link_planted_in_a_shared_folder,
    "a file planted in a shared folder": _file_planted_in_a_shared_folder,
    "a folder that all may write": _folder_that_all_may_write,
    "a folder that a group may write": _folder_that_a_group_may_write,
    "a folder of another user": _folder_of_another,
    "below a folder of another user": _below_a_folder_of_another,
    "through a planted link": _through_a_planted_link,
    "through a file": _through_a_file,
    "the null device": lambda host: "/dev/null",
    "relative": lambda host: "etc/sysctl.d/90.conf",
    "empty": lambda host: "",
    "the root": lambda host: "/",
    "slash at the end": lambda host: "/etc/sysctl.d/",
    "up": lambda host: "/etc/sysctl.d/..",
    "here": lambda host: "/etc/sysctl.d/.",
    "missing folder": lambda host: "/etc/none/90.conf",
    "NUL": lambda host: "/etc/sysctl.d/90\0.conf",
    "line break": lambda host: "/etc/sysctl.d/90\n.conf",
    "escape": lambda host: "/etc/sysctl.d/\x1b[31m.conf",
    "long": lambda host: "/etc/sysctl.d/" + "x" * 5000,
    "long name": lambda host: "/etc/sysctl.d/" + "x" * 300,
    "deep": lambda host: "/etc" + "/x" * 3000,
}


@pytest.mark.parametrize("name", PATHS)
def test_hostile_paths(host: Host, name: str) -> None:
    """A path that is not a plain file of root in a folder of root is refused; what it leads to is not touched."""
    path = PATHS[name](host)
    sentence = host.refused(settings={FIN: 30}, path=path)

    assert sentence.startswith("path"), sentence
    assert not host.file("/etc/victim.conf").exists() or host.text("/etc/victim.conf") == "precious\n"


def test_a_sticky_folder_of_root_will_do(host: Host) -> None:
    """In a shared folder where others may not move our file we may keep one, if nobody has planted anything."""
    folder = _shared(host)

    assert host.run(settings={FIN: 30}, path=f"{folder}/90.conf").changed
    assert not host.run(settings={FIN: 30}, path=f"{folder}/90.conf").changed


def test_a_file_planted_on_the_side(host: Host) -> None:
    """A link in the place of our temporary file is not followed; it is replaced by ours."""
    folder = _shared(host)
    host.put("/etc/victim.conf", "precious\n")
    link = host.file(f"{folder}/.linuxnet-tcp.90.conf.tmp")
    link.symlink_to("/etc/victim.conf")
    os.chown(link, ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)

    assert host.run(settings={FIN: 30}, path=f"{folder}/90.conf").changed
    assert host.text("/etc/victim.conf") == "precious\n"
    assert not link.is_symlink()


@pytest.mark.parametrize("path", ["/proc/sys/net/ipv4/ip_forward", "/sys/kernel/uevent_seqnum"])
def test_a_file_of_the_kernel_cannot_be_replaced(host: Host, path: str) -> None:
    """A path within /proc or /sys is a sentence, and the running values are as before."""
    before = host.everything()
    host.run(settings={FIN: 30}, path=path)

    assert host.run(settings={FIN: 30}, path=path).refusal
    assert {key: value for key, value in host.everything().items() if STATE not in key and LOCK not in key} == {
        key: value for key, value in before.items() if STATE not in key
    }


# -- the state folder and the lock ---------------------------------------------------------------------------


def _plant_lock(host: Host, kind: str) -> None:
    lock = host.file(LOCK)
    if kind == "a link":
        host.put("/etc/victim", "precious\n")
        lock.symlink_to("/etc/victim")
    elif kind == "a folder":
        lock.mkdir()
    elif kind == "a pipe":
        os.mkfifo(lock)
    else:
        lock.touch()
    if kind == "of another user":
        os.chown(lock, ORDINARY_USER, ORDINARY_USER)


@pytest.mark.parametrize("kind", ["a link", "a folder", "a pipe", "of another user"])
def test_a_planted_lock_is_not_used(host: Host, kind: str) -> None:
    """What an ordinary user puts in the place of the lock neither stops us nor is it touched: another one is taken."""
    _plant_lock(host, kind)

    assert host.run(settings={FIN: 30}).changed
    assert host.file(f"{STATE}/lock").exists()
    assert host.text("/etc/victim") in (None, "precious\n")


def test_without_a_folder_for_locks(host: Host) -> None:
    """Where there is no /run/lock the lock lies in the state folder."""
    host.file("/run/lock").rmdir()

    assert host.run(settings={FIN: 30}).changed
    assert not host.run(settings={FIN: 30}).changed


@pytest.mark.parametrize("name", [PENDING, FIRST_SEEN])
@pytest.mark.parametrize("kind", ["a link", "a pipe", "of another user", "large", "a folder"])
def test_state_files_that_are_not_ours(host: Host, name: str, kind: str) -> None:
    """A state file that somebody else has put there is not believed, not followed and not waited for."""
    file = host.put(name, "{}", mode=0o600)
    if kind not in ("of another user", "large"):
        file.unlink()
    if kind == "a link":
        file.symlink_to("/etc/passwd")
    elif kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a folder":
        file.mkdir()
    elif kind == "large":
        os.truncate(file, 100 * MIB * 1024)
    else:
        os.chown(file, ORDINARY_USER, ORDINARY_USER)
    answer = host.run(settings={FIN: 30})

    assert name in answer.refusal
    assert answer.rss_kib < 100 * MIB
    assert host.get(FIN) == "60"
    assert host.text() is None


def test_a_state_folder_of_another_user(host: Host) -> None:
    """A state folder that an ordinary user owns is not used."""
    folder = host.file(STATE)
    folder.mkdir()
    os.chown(folder, ORDINARY_USER, ORDINARY_USER)

    assert "state folder" in host.run(settings={FIN: 30}).refusal
    assert host.get(FIN) == "60"


# -- files ---------------------------------------------------------------------------------------------------


def bounded(host: Host, **arguments: Any) -> Answer:
    """A run that must neither take long nor much memory: a few times the MiB of a file that is read at all."""
    answer = host.run(**{"settings": {FIN: 30}, "shadowed": "ignore", **arguments})
    assert answer.cpu_seconds < PATIENCE
    assert answer.rss_kib < 150 * MIB, f"{answer.rss_kib // MIB} MiB"
    return answer


CONTENTS = {
    "NUL": b"\0" * 4096,
    "blanks": b" " * 4096,
    "tabs": b"a\t" * 2048,
    "an endless value": f"{FIN} = 3".encode() + b" " * 4000 + b"x",
    "equals": b"=" * 4096,
    "dashes": b"-" * 4096,
    "comments": b"# a comment as people write them, not too short\n" * 80,
    "carriage returns": b"\r" * 4096,
    "high bytes": bytes(range(128, 256)) * 32,
    "lines": f"{FIN} = 3\n".encode() * 120,
    "patterns": b"net.*.*.*.*.*.*.*.*.*=1\n" * 170,
    "brackets": b"net.ipv4.tcp_[" * 290,
    "braces": b"net.{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}=1\n" * 60,
}


@pytest.mark.parametrize("name", CONTENTS)
def test_our_file_of_odd_content(host: Host, name: str) -> None:
    """Whatever stands in our file, our key is set in it, in time, and every other line stays byte for byte."""
    content = CONTENTS[name] * 40  # 160 KiB
    host.put(DROP_IN, content)
    answer = bounded(host)

    assert answer.changed
    assert host.get(FIN) == "30"
    after = host.file(DROP_IN).read_bytes()
    assert f"{FIN} = 30".encode() in after
    if FIN not in content.decode("latin-1"):
        assert after == content + (b"" if content.endswith(b"\n") else b"\n") + f"{FIN} = 30\n".encode()
    assert not bounded(host).changed


@pytest.mark.parametrize("name", CONTENTS)
def test_other_files_of_odd_content(host: Host, name: str) -> None:
    """Whatever stands in other files of boot, a run takes neither long nor much memory, and sets its key."""
    host.put("/etc/sysctl.d/50-odd.conf", CONTENTS[name] * 40)
    host.put("/usr/lib/sysctl.d/51-odd.conf", CONTENTS[name] * 40)

    assert bounded(host).changed
    assert host.get(FIN) == "30"


def test_our_file_of_100_mb(host: Host) -> None:
    """A file of 100 MB in the place of ours is refused unread."""
    host.put(DROP_IN, b"# long\n" * (100 * 1024 * 1024 // 7))
    answer = bounded(host)

    assert "more than" in answer.refusal
    assert DROP_IN in answer.refusal


def test_other_files_of_100_mb(host: Host) -> None:
    """Files of 100 MB among those of boot, one of text and one of holes, are read in part, and a note says so."""
    host.put("/etc/sysctl.d/50-long.conf", b"# long\n" * (100 * 1024 * 1024 // 7))
    os.truncate(host.put("/etc/sysctl.conf", ""), 100 * 1024 * 1024)
    answer = bounded(host)

    assert answer.changed
    for name in ("/etc/sysctl.d/50-long.conf", "/etc/sysctl.conf"):
        assert any(name in warning for warning in answer.warnings), answer.warnings


def test_many_large_files(host: Host) -> None:
    """A hundred files of a megabyte each are not all held in memory."""
    line = b"# " + b"x" * 510 + b"\n"
    for number in range(100):
        host.put(f"/etc/sysctl.d/{number:03}-large.conf", line * 2000)
    answer = bounded(host, path="/etc/sysctl.d/zz.conf")

    assert answer.changed
    assert answer.warnings, "that not all was read"


def test_latin_1_and_crlf_stay_as_they_are(host: Host) -> None:
    """A file in Latin-1 with DOS line ends keeps every byte but the value of our key."""
    before = b"# Gr\xf6\xdfe\r\nnet.ipv4.tcp_fin_timeout\t=  55  \r\n; M\xfcll\r\nvm.swappiness=\xff\r\n"
    host.put(DROP_IN, before)
    answer = host.run(settings={FIN: 30})

    assert host.file(DROP_IN).read_bytes() == before.replace(b"55", b"30")
    assert "\ufffd" in answer.ok["diff"][0]["before"], "what cannot be decoded is shown as such"
    assert not host.run(settings={FIN: 30}).changed


@pytest.mark.parametrize("kind", ["looping links", "a pipe", "a device", "a folder", "a socket", "a dangling link"])
def test_odd_things_among_the_files_of_boot(host: Host, kind: str) -> None:
    """A loop, a pipe or a device where boot looks for files neither hangs nor breaks a run."""
    for folder in ("/etc/sysctl.d", "/usr/lib/sysctl.d"):
        host.put(f"{folder}/10-x.conf", f"{FIN} = 5\n")
        odd = host.file(f"{folder}/50-odd.conf")
        if kind == "looping links":
            odd.symlink_to("51-odd.conf")
            host.file(f"{folder}/51-odd.conf").symlink_to("50-odd.conf")
        elif kind == "a pipe":
            os.mkfifo(odd)
        elif kind == "a device":
            os.mknod(odd, stat.S_IFCHR | 0o600, os.makedev(1, 5))
        elif kind == "a folder":
            odd.mkdir()
        elif kind == "a dangling link":
            odd.symlink_to("/nowhere")
    answer = bounded(host)

    assert answer.changed
    assert host.get(FIN) == "30"
    assert not bounded(host).changed
    assert host.info(FIN).ok


def test_a_folder_of_boot_in_a_circle(host: Host) -> None:
    """A folder of boot that is a link to itself is as good as none."""
    host.file("/run/sysctl.d").symlink_to("sysctl.d")

    assert bounded(host).changed
    assert host.info(FIN).row(FIN)["at_boot"] == 30


def test_undecodable_names_reach_no_result(host: Host) -> None:
    """A file whose name is not UTF-8 is named with replacement characters: Ansible takes no other result."""
    folder = os.fsencode(host.file("/etc/sysctl.d"))
    with open(folder + b"/99-\xff\xfe.conf", "wb") as file:  # noqa: PTH123 - the name is bytes
        file.write(f"{FIN} = 5\n".encode())
    answer = host.run(settings={FIN: 30})

    assert answer.row(FIN)["shadowed"]
    assert answer.row(FIN)["decided_by"] == "/etc/sysctl.d/99-\ufffd\ufffd.conf:1"
    answer.stdout.encode("utf-8")
