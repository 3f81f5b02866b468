# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random trees of sysctl files, as people and packages leave them and as nobody should, and smaller ones that
are alike.

Every key and every pattern begins with net.ipv4, net.ipv6 or net.core (or with one that means nothing), so
that a loader in a network namespace of its own reaches nothing of the host.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d")
LOOSE = ("/etc/sysctl.conf", "/etc/shared/more.conf", "/run/shared.conf")
"""Files that are read only by name or through a link."""


class Entry(NamedTuple):
    """One thing in the tree."""

    path: bytes
    kind: str
    """`file`, `link` or `folder`."""
    target: bytes = b""
    """Of a link."""
    lines: tuple[bytes, ...] = ()
    """Of a file, each with what ends it."""


Tree = tuple[Entry, ...]


def show(tree: Tree) -> str:
    """The tree for a person, and exact: bytes as Python writes them."""
    rows = []
    for entry in tree:
        rows.append(
            f"{entry.kind:6} {entry.path!r}" + (f" -> {entry.target!r}" if entry.kind == "link" else "")
        )
        rows += [
            f"         {line if len(line) < 160 else line[:150] + b'...(%d)' % len(line)!r}"
            for line in entry.lines
        ]
    return "\n".join(rows)


# -- making --------------------------------------------------------------------------------------------------

_NAMES = (
    b"10-a.conf", b"10-a.conf", b"50-b.conf", b"50-b.conf", b"90-linuxnet-tcp.conf", b"99-sysctl.conf",
    b"99-sysctl.conf", b"99-z.conf", b"99-z.conf", b"A.conf", b"a.conf", b"zz.conf", b".hidden.conf",
    b".conf", b"~.conf", b"10-a.conf~", b"50-b.conf.bak", b"50-b.CONF", b"50-b.conf.dpkg-new", b"README",
    b"sp ace.conf", b"\xc3\xa9.conf", b"\xff.conf", b"[ab].conf", b"{a,zz}.conf", b"1*.conf", b"?.conf",
    b"\\a.conf", b"a{b.conf", b"#.conf", b"-.conf", b"a\nb.conf", b"lost+found.conf", b"000.conf",
    b"{50-b,99-z}.conf", b"[!0-9]*.conf", b".[a-z]*.conf",
)  # fmt: skip

_SEPARATORS = (
    b"=", b"=", b" = ", b" = ", b"\t=\t", b"= ", b" =", b"==", b" = = ", b"\v=\f", b": ", b" ", b"=\xa0",
    b"\r=",
)  # fmt: skip
_PREFIXES = (
    b"", b"", b"", b"", b"", b"", b"-", b"-", b" ", b"\t", b" -", b"- ", b"--", b"---", b"\v", b"=",
    b"\xef\xbb\xbf", b"#", b";", b"\xa0",
)  # fmt: skip
_ENDS = (
    *(b"\n",) * 12, b"\r\n", b"\r", b"\0", b"\n\0", b"\n\r", b" \n", b"\t\n", b"\\\n", b"\f\n", b"\v\n", b"\n\n", b"",
)  # fmt: skip
_NOISE = (
    b"# a comment", b"; another", b"", b"   ", b"net.ipv4.tcp_sack", b"=", b"-", b"- ", b"=5", b"-=5",
    b"key", b"a", b"\0\0\0", b"#net.ipv4.tcp_sack = 0", b"   # net.ipv4.tcp_sack=0",
    b"\x00net.ipv4.tcp_sack=0", b"\xe9t\xe9 = 1", b"include /etc/x", b"net.ipv4.tcp_tw_recycle = 1",
    b"net.ipv4.no_such_key = 1", b"net.ipv4 = 1", b"net.ipv4. = 1", b"net.core.nothing.at.all = 7",
    b"x" * 3000 + b" = 5", b"#" + b"c" * 70000, b"net.ipv4.tcp_sack = 0 " + b" " * 9000,
)  # fmt: skip
_VALUES = (
    b"0", b"1", b"2", b"3", b"5", b"20", b"30", b"60", b"-1", b"-5", b"255", b"256", b"300", b"1000",
    b"4096", b"65535", b"65536", b"010", b"08", b"0x10", b"0X1F", b"-0", b"-0x5", b"0", b"00", b"5 6",
    b"5\t6", b"5,6", b"5-6", b"+5", b"5abc", b"", b" ", b"5 # five", b"5;", b"'5'", b'"5"', b"1e3", b"30.5",
    b"99999999999", b"2147483647", b"2147483648", b"4294967295", b"18446744073709551616", b"8589934",
    b"8589935", b"1024 65000", b"1024\t65000", b"1024", b"65000 1024", b"80 5000", b"40000 40000",
    b"1024 65000 7", b"2000", b"40000", b"1024-65000", b"4096 87380 6291456", b"4096 87380", b"1 2 3",
    b"4096 0 9", b"5000 x 7", b"9 8 7 6", b"8080,8081,8082", b"8080-8090,9000", b"8080, 9000", b"7-5",
    b"8080,x", b"70000", b"reno", b"cubic", b"reno x", b"none", b"yes", b"5\x00", b"\xa05", b"5\xa0",
    b"\x0c5", b"5\v", b"5\r6", b"0" * 25 + b"5", b"5" + b" 6" * 3000, b"5," + b"x" * 5000,
    b"5" + b" " * 5000 + b"6", b",".join(b"%d" % port for port in range(2000, 6000, 3)),
    b",".join(b"%d-%d" % (port, port + 1) for port in range(2000, 9000, 4)),
    b",".join(b"%d" % port for port in range(9000, 9900)) + b",x", b"5" * 9000, b"$(reboot)", b"%s",
)  # fmt: skip
_GLOBS = (
    b"net.ipv4.tcp_*", b"net.ipv4.*", b"net/ipv4/tcp_keepalive_*", b"net.ipv4.tcp_k*",
    b"net.ipv4.tcp_?in_timeout", b"net.*.somaxconn", b"net.ipv4.tcp_[fk]*", b"net.ipv4.tcp_[!a-s]*",
    b"net.ipv4.tcp_[^f]in_timeout", b"net.ipv4.*_timeout", b"net.ipv4.ip_*", b"net/*/tcp_sack",
    b"net.ipv6.conf.*.accept_redirects", b"net/ipv6/conf/*/accept_redirects",
    b"net.ipv6.conf.v*.accept_redirects", b"net.ipv6.conf.v/*.accept_redirects",
    b"net/ipv6/conf/[dl]*/accept_*", b"net.ipv6.conf.?.accept_redirects", b"net.core.*", b"*",
    b"net/ipv4/{tcp_fin_timeout,tcp_sack}*", b"net/ipv4/tcp_{fin_timeout,sack,keepalive_*}",
    b"net/ipv{4,6}/tcp_sa*", b"net/ipv4/{tcp_s*,{tcp_f*,ip_l*}}", b"net.ipv4.{tcp_sack",
    b"net.ipv4.tcp_fin\\_timeou*", b"net.ipv4.tcp_fin_timeout\\*", b"net/ipv4/tcp_[[:alpha:]]*",
    b"net.ipv4.tcp_[f-", b"net.ipv4.tcp_fin_timeout[", b"net/ipv4/[t]cp_sack", b"net/ipv4/tcp_sac[]k]",
    b"net//ipv4//tcp_sac*", b"net/./ipv4/tcp_sac*", b"net/core/../ipv4/tcp_sac*", b"net/*/../ipv4/tcp_sack",
    b"net/ipv4/tcp_sack*/", b"net.ipv4.tcp_*reordering", b"net.ipv4.*port*", b"net/ipv4/tcp_max_*",
    b"net/{ipv4,/ipv4}/tcp_sac*", b"net/ipv4/tcp_[k-f]*", b"net.ipv4.tcp_*mem", b"net.ipv4.t?p_*_*e*",
    b"NET.ipv4.*", b"net.ipv4.?*", b"net.ipv4..*",
)  # fmt: skip
_TARGETS = (
    b"/dev/null", b"/dev/null", b"../sysctl.conf", b"/etc/sysctl.conf", b"/etc/shared/more.conf", b"/nowhere",
    b"../shared/more.conf", b"/run/shared.conf", b"10-a.conf", b"../../../../../run/shared.conf",
    b"../../dev/null", b"/etc/shared", b".", b"/etc/../etc/sysctl.d/99-z.conf", b"/etc/sysctl.conf/",
)  # fmt: skip
"""Where links lead, besides to themselves and to namesakes."""


def _spelled(rng: random.Random, path: bytes) -> bytes:
    """A key, given as a path, as somebody may have written it."""
    dotted = path.translate(bytes.maketrans(b"./", b"/."))
    first, _dot, rest = dotted.partition(b".")
    ways: Sequence[Callable[[], bytes]] = (
        lambda: path,
        lambda: b"/" + path,
        lambda: b"." + dotted,
        lambda: dotted + b".",
        lambda: path + b"/",
        lambda: dotted.replace(b".", b"..", 1),
        lambda: path.replace(b"/", b"//"),
        lambda: path.replace(b"/", b"/./", 1),
        lambda: b"./" + path,
        lambda: first + b"/" + rest,
        lambda: path.replace(b"/", b".", 1),
        lambda: b"net/ipv4/../" + path[4:],
        lambda: b"net/core/../../" + path,
        lambda: path + b"/.",
        lambda: path + b"/../" + path.rpartition(b"/")[2],
        lambda: b"/../" + path,
        lambda: b"/../../" + path,
        lambda: b"/../../proc/sys/" + path,
        lambda: b"../sys/" + path,
        lambda: b"/proc/sys/" + path,
        dotted.upper,
        lambda: b'"' + dotted + b'"',
        lambda: dotted.replace(b"_", b"-"),
        lambda: dotted.replace(b".", b" ."),
        lambda: path.replace(b"/tcp_", b"/\\tcp_"),
        lambda: b"net/nowhere/../" + path[4:],
    )
    return dotted if rng.random() < 0.7 else rng.choice(ways)()


def _pattern_from(rng: random.Random, path: bytes) -> bytes:
    """A pattern that matches the key, and others, within its folder."""
    folder, _slash, name = path.rpartition(b"/")
    at = rng.randrange(len(name))
    end = rng.randrange(at, len(name) + 1)
    middle = rng.choice(
        (
            b"*",
            b"*",
            b"?" * (end - at),
            b"[" + name[at : at + 1] + b"z]" + name[at + 1 : end],
            b"**",
            b"[a-z_]*",
        )
    )
    pattern = folder + b"/" + name[:at] + middle + name[end:]
    return pattern if rng.random() < 0.5 else pattern.translate(bytes.maketrans(b"./", b"/."))


class Maker:
    """Trees about some keys of a kernel, each from a number."""

    def __init__(self, paths: Sequence[str]) -> None:
        """`paths`: the keys below /proc/sys that count."""
        self._paths = [path.encode() for path in paths]

    def tree(self, seed: int) -> Tree:
        """The tree that `seed` stands for."""
        rng = random.Random(seed)
        few = rng.sample(self._paths, min(rng.choice((1, 2, 3, 6)), len(self._paths)))
        entries: dict[bytes, Entry] = {}
        for folder in FOLDERS:
            if rng.random() < 0.06:
                self._odd_folder(rng, folder.encode(), entries)
                continue
            for _turn in range(rng.choice((0, 1, 1, 2, 2, 3, 5))):
                path = folder.encode() + b"/" + rng.choice(_NAMES)
                entries[path] = self._entry(rng, path, few)
        for loose in LOOSE:
            if rng.random() < 0.5:
                entries[loose.encode()] = self._entry(rng, loose.encode(), few)
        if rng.random() < 0.05:
            path = b"/run/credentials/@system/sysctl.extra"
            entries[path] = self._entry(rng, path, few)
        return tuple(sorted(entries.values()))

    @staticmethod
    def _odd_folder(rng: random.Random, folder: bytes, entries: dict[bytes, Entry]) -> None:
        """The folder itself is a link; not those that the test mounts."""
        if folder in (b"/usr/lib/sysctl.d", b"/lib/sysctl.d"):
            return
        target = rng.choice(
            (b"/usr/lib/sysctl.d", b"/etc/sysctl.d", b"../run/sysctl.d", folder, b"/nowhere", b"/etc/shared")
        )
        entries[folder] = Entry(folder, "link", target)

    def _entry(self, rng: random.Random, path: bytes, few: Sequence[bytes]) -> Entry:
        chance = rng.random()
        if chance < 0.78:
            count = rng.choice((0, 1, 2, 3, 4, 6, 9))
            return Entry(path, "file", lines=tuple(self._line(rng, few) for _turn in range(count)))
        if chance < 0.82:
            return Entry(path, "folder")
        name = path.rpartition(b"/")[2]
        target = rng.choice((*_TARGETS, name, b"/usr/lib/sysctl.d/" + name, b"/etc/sysctl.d/" + name))
        return Entry(path, "link", target)

    def _line(self, rng: random.Random, few: Sequence[bytes]) -> bytes:
        end = rng.choice(_ENDS)
        chance = rng.random()
        if chance < 0.12:
            return rng.choice(_NOISE) + end
        prefix = rng.choice(_PREFIXES)
        if chance < 0.66:
            key = _spelled(rng, rng.choice(few))
        elif chance < 0.76:
            key = _pattern_from(rng, rng.choice(few))
        elif chance < 0.86:
            key = rng.choice(_GLOBS)
        else:
            key = _spelled(rng, rng.choice(self._paths))
        if rng.random() < 0.08:
            return b"-" + key + end
        return prefix + key + rng.choice(_SEPARATORS) + self._value(rng) + end

    @staticmethod
    def _value(rng: random.Random) -> bytes:
        return rng.choice(_VALUES[:24]) if rng.random() < 0.6 else rng.choice(_VALUES)


# -- making smaller ------------------------------------------------------------------------------------------


def shrunk(tree: Tree, still_wrong: Callable[[Tree], bool]) -> Tree:
    """A tree as small as taking things away makes it, of which `still_wrong` still holds."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(tree):
            if still_wrong(smaller):
                tree, changed = smaller, True
                break
    return tree


def _smaller(tree: Tree) -> Iterator[Tree]:
    """The trees that lack one thing."""
    for index in range(len(tree)):
        yield tree[:index] + tree[index + 1 :]
    for index, entry in enumerate(tree):
        for at in range(len(entry.lines)):
            yield (
                *tree[:index],
                entry._replace(lines=entry.lines[:at] + entry.lines[at + 1 :]),
                *tree[index + 1 :],
            )
