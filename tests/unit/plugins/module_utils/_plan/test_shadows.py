# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What boot would make of a change to our file before it is made."""

from __future__ import annotations

from typing import Optional

import pytest

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.boot_files import (
    SYSCTL_CONF,
    BootFile,
    BootFiles,
    BootFolder,
    Trouble,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import CATALOGUE
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_order import BootValue, boot_order
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.boot_runs import Kernel
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.shadows import (
    Shadow,
    Why,
    shadow_over,
    shadow_sentence,
    with_file,
)

KEY = "net.ipv4.tcp_fin_timeout"
OURS = b"/etc/sysctl.d/90-linuxnet-tcp.conf"
KERNEL = Kernel({row.key: row for row in CATALOGUE})


def line(value: int) -> bytes:
    """A file that sets our key."""
    return "{0} = {1}\n".format(KEY, value).encode()


def file(path: bytes, value: int, real: Optional[bytes] = None) -> BootFile:
    """A file that sets our key."""
    return BootFile(path, real or path, line(value))


FILES = BootFiles(
    folders=(
        BootFolder(b"/etc/sysctl.d", b"/etc/sysctl.d", (file(b"/etc/sysctl.d/10-a.conf", 10),)),
        BootFolder(b"/run/sysctl.d", b"/run/sysctl.d", (), Trouble.ABSENT),
        BootFolder(
            b"/lib/sysctl.d",
            b"/usr/lib/sysctl.d",
            (file(b"/lib/sysctl.d/50-v.conf", 50, b"/usr/lib/sysctl.d/50-v.conf"),),
        ),
    ),
    systemd=(252,),
    procps=(4, 0, 2),
)


def fin_timeout(files: BootFiles) -> BootValue:
    """Our key."""
    return boot_order(files, KERNEL).values[KEY]


def test_a_new_file_is_seen_as_if_it_were_there() -> None:
    """What boot would be with our file, and again without it."""
    changed = with_file(FILES, OURS, line(90))

    assert fin_timeout(FILES).at_boot == 50
    assert fin_timeout(changed).at_boot == 90
    assert fin_timeout(changed).decided_by == OURS.decode() + ":1"
    assert with_file(changed, OURS, None) == FILES


def test_a_file_is_replaced_whole() -> None:
    """Nothing of the old content stays."""
    changed = with_file(with_file(FILES, OURS, line(90)), OURS, b"# nothing\n")

    assert fin_timeout(changed).at_boot == 50


def test_the_first_file_of_an_absent_folder() -> None:
    """A folder that is made for our file is there then."""
    changed = with_file(FILES, b"/run/sysctl.d/99-x.conf", line(99))

    assert fin_timeout(changed).at_boot == 99
    assert changed.folders[1].trouble is None


@pytest.mark.parametrize("path", [b"/usr/lib/sysctl.d/50-v.conf", b"/lib/sysctl.d/50-v.conf"])
def test_a_folder_has_two_names_where_lib_is_a_link(path: bytes) -> None:
    """By either name it is the same file."""
    changed = with_file(FILES, path, line(51))

    assert fin_timeout(changed).at_boot == 51
    assert len(changed.folders[2].files) == 1


@pytest.mark.parametrize(
    "path", [b"/etc/sysctl.d/99-x.conf.new", b"/etc/other/99-x.conf", b"/etc/sysctl.d/sub/99-x.conf"]
)
def test_a_file_that_no_loader_reads_changes_nothing(path: bytes) -> None:
    """Temporary names, other folders and folders below are not read, and our line there decides nothing."""
    changed = with_file(FILES, path, line(99))

    assert changed == FILES
    shadow = shadow_over(path, KEY, boot_order(changed, KERNEL), changed)
    assert shadow
    assert shadow.why is Why.NOT_READ


def test_sysctl_conf_and_what_links_to_it() -> None:
    """The content of /etc/sysctl.conf is also that of the link 99-sysctl.conf, and gone with it."""
    link = BootFile(b"/etc/sysctl.d/99-sysctl.conf", SYSCTL_CONF, line(1))
    linked = FILES._replace(
        folders=(FILES.folders[0]._replace(files=(*FILES.folders[0].files, link)), *FILES.folders[1:]),
        sysctl_conf=BootFile(SYSCTL_CONF, SYSCTL_CONF, line(1)),
    )

    changed = fin_timeout(with_file(linked, SYSCTL_CONF, line(2)))
    assert (changed.at_boot, changed.after_reload) == (2, 2)
    gone = fin_timeout(with_file(linked, SYSCTL_CONF, None))
    assert (gone.at_boot, gone.after_reload) == (50, 50)


def test_a_file_that_is_read_only_on_reload_is_not_read_at_boot() -> None:
    """/etc/sysctl.conf without its link is no file of boot where systemd is."""
    files = FILES._replace(sysctl_conf=BootFile(SYSCTL_CONF, SYSCTL_CONF, line(1)))

    shadow = shadow_over(SYSCTL_CONF, KEY, boot_order(files, KERNEL), files)
    assert shadow
    assert (shadow.why, shadow.by) == (Why.NOT_READ, "/lib/sysctl.d/50-v.conf:1")


@pytest.mark.parametrize(
    ("shadow", "sentence"),
    [
        (
            Shadow(Why.NOT_READ, None),
            "FIN: no loader reads PATH at boot; keep it in /etc/sysctl.d, with a name that ends in .conf",
        ),
        (
            Shadow(Why.NOT_READ, "/a:1"),
            "FIN: no loader reads PATH at boot; /a:1 decides; keep it in /etc/sysctl.d, with a name that ends in .conf",
        ),
        (
            Shadow(Why.MASKED, "/run/a"),
            "FIN: /run/a has the same name in a stronger folder and hides PATH; give another path",
        ),
        (
            Shadow(Why.LATER, "/etc/ufw/sysctl.conf:4"),
            "FIN: /etc/ufw/sysctl.conf:4 is applied after boot has read PATH, and decides; change it there",
        ),
        (Shadow(Why.REFUSED, None), "FIN: the kernel would refuse the value at boot"),
        (
            Shadow(Why.OTHER_FILE, "/a:1"),
            "FIN: /a:1 is read after PATH and decides at boot; remove that line, or give a path that sorts after it",
        ),
    ],
)
def test_the_sentence_of_a_shadow(shadow: Shadow, sentence: str) -> None:
    """Whatever keeps our line from deciding is named, and so is the way out."""
    assert shadow_sentence(KEY, OURS.decode(), shadow) == sentence.replace("FIN", KEY).replace("PATH", OURS.decode())
