# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that boot reads, as records. What they mean is tested in _plan/test_boot_order.py."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Optional, Tuple

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._host import sysctl_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import FOLDERS, Trouble


def put(root: Path, path: str, content: bytes = b"") -> None:
    """A file under the root."""
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def test_an_empty_root_is_no_trouble(tmp_path: Path) -> None:
    """A host with none of the folders and programs has empty records."""
    files = sysctl_files.read_boot_files(str(tmp_path), str(tmp_path / "proc"))

    assert [folder.path for folder in files.folders] == list(FOLDERS)
    assert all(folder.trouble is Trouble.ABSENT and not folder.files for folder in files.folders)
    assert (files.sysctl_conf, files.credential, files.later) == (None, None, ())
    assert (files.systemd, files.procps, files.busybox) == (None, None, False)
    assert not files.early_modules | files.loaded_modules


def test_every_entry_that_ends_in_conf_is_recorded(tmp_path: Path) -> None:
    """Hidden ones, folders and dangling links too, for they hide namesakes; others not."""
    for name in ("b.conf", ".h.conf", "a.conf~", "README", "a.conf"):
        put(tmp_path, "/etc/sysctl.d/" + name, name.encode())
    (tmp_path / "etc/sysctl.d/d.conf").mkdir()
    (tmp_path / "etc/sysctl.d/l.conf").symlink_to("nowhere")

    folder = sysctl_files.read_folder(str(tmp_path), b"/etc/sysctl.d")
    assert [(file.name, file.content, file.trouble) for file in folder.files] == [
        (b".h.conf", b".h.conf", None),
        (b"a.conf", b"a.conf", None),
        (b"b.conf", b"b.conf", None),
        (b"d.conf", b"", Trouble.FOLDER),
        (b"l.conf", b"", Trouble.ABSENT),
    ]


def test_a_long_file_is_cut_after_a_whole_line(tmp_path: Path) -> None:
    """Half a line would be another line."""
    put(tmp_path, "/x.conf", b"net.ipv4.tcp_fin_timeout = 20\n" * 60000)

    file = sysctl_files.read_boot_file(str(tmp_path), b"/x.conf")
    assert file.trouble is Trouble.TOO_LONG
    assert sysctl_files.LONGEST_FILE - 30 <= len(file.content) <= sysctl_files.LONGEST_FILE
    assert file.content.endswith(b"= 20\n")


def test_all_files_together_are_bounded(tmp_path: Path) -> None:
    """Many large files are read as far as the sum goes, and the rest is said to be unread."""
    for number in range(6):
        put(
            tmp_path,
            "/etc/sysctl.d/{0:02}.conf".format(number),
            b"#" * (sysctl_files.LONGEST_FILE - 1) + b"\n",
        )

    (files, *_others) = sysctl_files.read_boot_files(str(tmp_path), str(tmp_path)).folders
    assert sum(len(file.content) for file in files.files) <= sysctl_files.LARGEST_SUM
    assert [file.trouble for file in files.files] == [None] * 4 + [Trouble.TOO_LONG] * 2


def test_a_file_of_100_mb_takes_little_memory(tmp_path: Path) -> None:
    """Reading it adds no more than a few MiB to the process."""
    place = tmp_path / "etc/sysctl.d/x.conf"
    place.parent.mkdir(parents=True)
    with place.open("wb") as stream:
        stream.truncate(100 << 20)
    program = (
        "import resource, sys\n"
        "from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "files = read_boot_files(sys.argv[1], sys.argv[1])\n"
        "assert files.folders[0].files[0].trouble.name == 'TOO_LONG'\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    said = subprocess.check_output(
        [sys.executable, "-c", program, str(tmp_path)],
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )

    assert resource.getpagesize()
    assert int(said) < 16 * 1024


@pytest.mark.parametrize(
    ("says", "version"),
    [
        (b"x\0%s from procps-ng 4.0.2\n\0", (4, 0, 2)),
        (b"x\0procps-ng 3.3.17\0", (3, 3, 17)),
        (b"procps-ng version 3.3.10\0", (3, 3, 10)),
        (b"nothing of the kind", ()),
        (None, None),
    ],
)
def test_procps_says_its_version(
    tmp_path: Path, says: Optional[bytes], version: Optional[Tuple[int, ...]]
) -> None:
    """The version stands in the program itself, which is only read."""
    if says is not None:
        put(tmp_path, "/usr/sbin/sysctl", says)

    assert sysctl_files.procps_version(str(tmp_path)) == version


def test_busybox_is_known_by_its_link(tmp_path: Path) -> None:
    """sysctl that leads to busybox is BusyBox's, and not procps."""
    put(tmp_path, "/bin/busybox", b"procps-ng 9.9")
    (tmp_path / "sbin").mkdir()
    (tmp_path / "sbin/sysctl").symlink_to("/bin/busybox")

    assert sysctl_files.is_busybox(str(tmp_path))
    assert sysctl_files.procps_version(str(tmp_path)) is None


def test_systemd_boots_a_host_that_it_runs_or_whose_init_it_is(tmp_path: Path) -> None:
    """The program systemd-sysctl alone, as in a container, does not make a host that systemd boots."""
    put(tmp_path, "/usr/lib/systemd/systemd-sysctl", b"libsystemd-shared-252.so")
    assert sysctl_files.systemd_version(str(tmp_path)) is None

    (tmp_path / "sbin").mkdir()
    (tmp_path / "sbin/init").symlink_to("../lib/systemd/systemd")
    assert sysctl_files.systemd_version(str(tmp_path)) == (252,)

    (tmp_path / "sbin/init").unlink()
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert sysctl_files.systemd_version(str(tmp_path)) == (252,)


def test_early_modules_are_those_of_unmasked_files(tmp_path: Path) -> None:
    """Names with a hyphen are the same module, comments are none, and a stronger folder hides a namesake."""
    put(tmp_path, "/etc/modules-load.d/a.conf", b"# tcp_bbr\nnf-conntrack\n\n;x\n")
    put(tmp_path, "/usr/lib/modules-load.d/a.conf", b"hidden\n")
    put(tmp_path, "/usr/lib/modules-load.d/b.conf", b"br_netfilter")
    put(tmp_path, "/etc/modules", b"loop max_loop=8\n")

    assert sysctl_files.early_modules(str(tmp_path)) == {"nf_conntrack", "br_netfilter", "loop"}


def test_loaded_modules_are_those_of_proc(tmp_path: Path) -> None:
    """The first word of each line of /proc/modules."""
    put(
        tmp_path,
        "/modules",
        b"nf_conntrack 180224 2 nf_nat,nft_ct, Live 0x0000000000000000\ntcp_bbr 20480 0 - Live 0x0\n",
    )

    assert sysctl_files.loaded_modules(str(tmp_path)) == {"nf_conntrack", "tcp_bbr"}
