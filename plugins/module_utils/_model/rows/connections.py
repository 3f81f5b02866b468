# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the catalogue: how connections open, wait, stay alive and close. The eight that everybody sets come
first."""

from __future__ import annotations

from ..tunables import Kind, Reads, Unit
from .forms import choice, flags, number, numbers, ports, seconds, switch, unsigned, word

ROWS = (
    choice(
        "net.ipv4.tcp_syncookies",
        "0 never; 1 when the SYN queue of a listener overflows; 2 always",
        "Answers SYNs without keeping state for them, so that a flood cannot fill the SYN queue.",
        default="1",
        namespaced="4.6",
        hazard="2 is for tests: every connection loses the options that a cookie cannot carry; 0 leaves"
        " floods to fill the queue.",
        counters="TcpExt.TCPReqQFullDoCookies TcpExt.TCPReqQFullDrop TcpExt.SyncookiesSent"
        " TcpExt.SyncookiesRecv"
        " TcpExt.SyncookiesFailed",
    ),
    choice(
        "net.ipv4.tcp_tw_reuse",
        "0 never; 1 for all outgoing connections; 2 for loopback only",
        "Lets an outgoing connection take over the port of an older one that waits in TIME_WAIT for at"
        " least a second.",
        accepts=(0, 2),
        default="2 since 4.19, 0 before",
        namespaced="4.11",
        hazard="Does nothing for incoming connections, nothing without tcp_timestamps on both ends, and"
        " relies on timestamps"
        " that no middlebox rewrites.",
        counters="TcpExt.TWRecycled TcpExt.TW TcpExt.PAWSActive",
    ),
    switch(
        "net.ipv4.tcp_tw_recycle",
        "Dropped connections out of TIME_WAIT early by trusting the timestamps of each peer address.",
        accepts=(-(2**31), 2**31 - 1),
        reads=Reads.SIGNED,
        default="0",
        removed="4.12",
        use_instead="leave it out; on hosts that open many connections tcp_tw_reuse does what is safe of it",
        hazard="1 drops SYNs of clients that share an address behind NAT: connections time out at random.",
        counters="TcpExt.PAWSPassive TcpExt.TWKilled",
    ),
    seconds(
        "net.ipv4.tcp_fin_timeout",
        (1, 3600),
        "How long a connection that the application has closed waits in FIN_WAIT2 for the end of the other"
        " side.",
        default="60",
        namespaced="4.6",
        hazard="Does not shorten TIME_WAIT, which is always 60 seconds; low values reset peers that still"
        " send.",
        counters="TcpExt.TCPACKSkippedFinWait2 sockstat.tw sockstat.orphan",
    ),
    seconds(
        "net.ipv4.tcp_keepalive_time",
        (1, 604800),
        "How long a connection with SO_KEEPALIVE is idle before the first probe.",
        default="7200",
        namespaced="4.5",
        hazard="Means nothing to sockets without SO_KEEPALIVE; TCP_KEEPIDLE of a socket overrides it.",
        counters="TcpExt.TCPKeepAlive TcpExt.TCPAbortOnTimeout",
    ),
    numbers(
        "net.ipv4.ip_local_port_range",
        "low high",
        Unit.PORTS,
        (1, 65535),
        "The ports that outgoing connections take when they name none.",
        accepts=(1, 65535),
        reads=Reads.PORT_RANGE,
        default="32768 60999",
        namespaced="3.13",
        hazard="A wide range takes the ports of services that start later: reserve those; ends of different"
        " parity serve best.",
        counters="TcpExt.TW",
    ),
    number(
        "net.ipv4.tcp_max_syn_backlog",
        Unit.SOCKETS,
        (1, 4194304),
        "How many half-open connections a listener may hold when SYN cookies are off; the backlog of"
        " listen() bounds them too.",
        default="ehash_entries / 128, at least 128",
        namespaced="4.11",
        hazard="Alone it does little: net.core.somaxconn and the backlog of the application bound the queue"
        " first.",
        counters="TcpExt.TCPReqQFullDoCookies TcpExt.TCPReqQFullDrop TcpExt.ListenDrops",
    ),
    number(
        "net.ipv4.tcp_max_tw_buckets",
        Unit.SOCKETS,
        (1, 2147483647),
        "How many connections may wait in TIME_WAIT, or as orphans in FIN_WAIT2; beyond it they are dropped"
        " at once.",
        default="ehash_entries / 2",
        namespaced="4.11",
        hazard="A low cap cuts TIME_WAIT short and gains nothing; 0 abolishes it, and a negative number"
        " means no limit on new"
        " kernels and no TIME_WAIT at all on 3.10.",
        counters="TcpExt.TCPTimeWaitOverflow TcpExt.TW sockstat.tw",
    ),
    # -- TIME_WAIT and ports
    unsigned(
        "net.ipv4.tcp_tw_reuse_delay",
        Unit.MILLISECONDS,
        (1, 60000),
        "How long a connection waits in TIME_WAIT before tcp_tw_reuse may take its port.",
        accepts=(1, 60000),
        default="1000",
        since="6.14",
        hazard="Below the tick of the timestamps of the peer, old and new segments can no longer be told"
        " apart.",
        counters="TcpExt.TWRecycled",
    ),
    ports(
        "net.ipv4.ip_local_reserved_ports",
        "Ports of ip_local_port_range that outgoing connections leave to services.",
        default="none",
        namespaced="3.16",
        hazard="Every write replaces the whole list, and each port is one fewer for outgoing connections.",
    ),
    number(
        "net.ipv4.ip_unprivileged_port_start",
        Unit.PORTS,
        (0, 65535),
        "The first port that a process may bind without CAP_NET_BIND_SERVICE.",
        accepts=(0, 65535),
        default="1024",
        since="4.11",
        hazard="0 lets any user listen on port 22; it may not exceed the low end of ip_local_port_range.",
    ),
    switch(
        "net.ipv4.ip_autobind_reuse",
        "Lets bind() without a port share one whose sockets all have SO_REUSEADDR.",
        accepts=(0, 1),
        default="0",
        since="5.7",
        hazard="Applications may get a port that they think is theirs alone; IP_BIND_ADDRESS_NO_PORT is the"
        " better way.",
    ),
    switch(
        "net.ipv4.tcp_rfc1337",
        "Keeps connections in TIME_WAIT when a reset arrives for them.",
        default="0",
        namespaced="4.15",
        hazard="With 0 a reset ends TIME_WAIT early, as old stray segments can forge.",
    ),
    choice(
        "net.ipv4.tcp_timestamps",
        "0 off; 1 with a random offset for each connection; 2 without offset",
        "Sends timestamps, by which round trips are measured and old segments told from new ones.",
        default="1",
        namespaced="4.13",
        hazard="0 turns off tcp_tw_reuse and the protection against wrapped sequence numbers.",
        counters="TcpExt.PAWSEstab TcpExt.PAWSActive",
    ),
    # -- keepalive
    seconds(
        "net.ipv4.tcp_keepalive_intvl",
        (1, 32767),
        "The time between keepalive probes that stay unanswered.",
        default="75",
        namespaced="4.5",
        hazard="Together with tcp_keepalive_probes it says after how long a silent peer counts as dead.",
        counters="TcpExt.TCPKeepAlive",
    ),
    unsigned(
        "net.ipv4.tcp_keepalive_probes",
        Unit.PROBES,
        (1, 127),
        "How many keepalive probes may stay unanswered before the connection is dropped.",
        default="9",
        namespaced="4.5",
        hazard="Small numbers drop connections over short losses.",
        counters="TcpExt.TCPAbortOnTimeout",
    ),
    # -- opening
    unsigned(
        "net.ipv4.tcp_syn_retries",
        Unit.RETRANSMITS,
        (1, 127),
        "How often the SYN of an outgoing connection is sent again before connect() fails.",
        accepts=(1, 127),
        default="6",
        namespaced="4.6",
        hazard="1 lets connects fail after about three seconds of loss.",
        counters="TcpExt.TCPSynRetrans Tcp.AttemptFails",
    ),
    unsigned(
        "net.ipv4.tcp_synack_retries",
        Unit.RETRANSMITS,
        (0, 127),
        "How often the answer to a SYN is sent again before the half-open connection is given up.",
        default="5",
        namespaced="4.6",
        hazard="Low values free the SYN queue sooner and lose clients behind lossy links.",
        counters="TcpExt.TCPReqQFullDrop Tcp.RetransSegs",
    ),
    unsigned(
        "net.ipv4.tcp_syn_linear_timeouts",
        Unit.RETRANSMITS,
        (0, 127),
        "How many of the first repeated SYNs follow each other at the initial timeout before it doubles"
        " each time.",
        accepts=(0, 127),
        default="4",
        since="6.5",
        hazard="Sends more SYNs to hosts that do not answer.",
        counters="TcpExt.TCPSynRetrans",
    ),
    switch(
        "net.ipv4.tcp_abort_on_overflow",
        "Resets a client when the accept queue is full, instead of letting it try again.",
        default="0",
        namespaced="4.15",
        hazard="1 turns a short burst into errors for clients.",
        counters="TcpExt.ListenOverflows TcpExt.ListenDrops Tcp.OutRsts",
    ),
    switch(
        "net.ipv4.tcp_migrate_req",
        "Hands connections that wait on a closing SO_REUSEPORT listener to another one on the same port.",
        accepts=(0, 1),
        default="0",
        since="5.14",
        hazard="Listeners with different options may get connections that they cannot handle.",
        counters="TcpExt.TCPMigrateReqSuccess TcpExt.TCPMigrateReqFailure",
    ),
    flags(
        "net.ipv4.tcp_fastopen",
        "1 client; 2 server; 4 client without a cookie; 512 server without a cookie; 1024 all listeners",
        "TCP Fast Open: data may travel in the SYN.",
        accepts=(-(2**31), 2**31 - 1),
        reads=Reads.SIGNED,
        default="1 since 3.13, 0 before",
        namespaced="4.15",
        hazard="Servers may see the data of a SYN twice: only for applications that bear it.",
        counters="TcpExt.TCPFastOpenPassive TcpExt.TCPFastOpenActive TcpExt.TCPFastOpenListenOverflow",
    ),
    word(
        "net.ipv4.tcp_fastopen_key",
        "The key that makes Fast Open cookies, and after a comma the one before it.",
        kind=Kind.SECRET,
        secret=True,
        default="zeros until set or made",
        namespaced="4.15",
        hazard="It is a secret: whoever knows it can forge cookies.",
    ),
    number(
        "net.ipv4.tcp_fastopen_blackhole_timeout_sec",
        Unit.SECONDS,
        (0, 2592000),
        "How long Fast Open pauses after it met a middlebox that swallows it; 0 never pauses.",
        accepts=(0, 2147483647),
        default="0 since 5.14, 3600 before",
        since="4.12",
        hazard="Every write, even of the same value, ends a running pause.",
        counters="TcpExt.TCPFastOpenBlackhole",
    ),
    # -- giving up
    unsigned(
        "net.ipv4.tcp_retries1",
        Unit.RETRANSMITS,
        (1, 255),
        "After how many repeats of a segment the route is suspected to be broken.",
        default="3",
        namespaced="4.6",
        counters="TcpExt.TCPTimeouts",
    ),
    unsigned(
        "net.ipv4.tcp_retries2",
        Unit.RETRANSMITS,
        (1, 255),
        "After how many repeats of a segment an open connection is given up; 15 is about a quarter of an"
        " hour.",
        default="15",
        namespaced="4.6",
        hazard="Below 8 a connection may die within the 100 seconds that RFC 1122 asks for.",
        counters="TcpExt.TCPAbortOnTimeout TcpExt.TCPTimeouts",
    ),
    unsigned(
        "net.ipv4.tcp_orphan_retries",
        Unit.RETRANSMITS,
        (0, 255),
        "How often a connection that the application has closed repeats its last data; 0 means 8.",
        default="0",
        namespaced="4.6",
        hazard="1 resets clients that are slow to read the end of an answer.",
        counters="TcpExt.TCPAbortOnTimeout sockstat.orphan",
    ),
    number(
        "net.ipv4.tcp_max_orphans",
        Unit.SOCKETS,
        (1, 2147483647),
        "How many connections without an application the host may hold; beyond it they are reset.",
        host=True,
        default="ehash_entries / 2",
        hazard="Each orphan holds up to 64 KiB that cannot be swapped; too low a number resets clients that"
        " still read.",
        counters="TcpExt.TCPAbortOnMemory sockstat.orphan",
    ),
    number(
        "net.ipv4.tcp_invalid_ratelimit",
        Unit.MILLISECONDS,
        (0, 60000),
        "The least time between the acknowledgments that answer invalid segments of one connection; 0 sets"
        " no limit.",
        accepts=(0, 2147483647),
        reads=Reads.MILLISECONDS,
        default="500",
        since="4.0",
        namespaced="4.15",
        hazard="0 lets two confused ends answer each other without end; the kernel rounds up to its own"
        " tick.",
        counters="TcpExt.TCPACKSkippedPAWS TcpExt.TCPACKSkippedSeq TcpExt.TCPACKSkippedTimeWait",
    ),
    number(
        "net.ipv4.tcp_challenge_ack_limit",
        Unit.PER_SECOND,
        (1, 2147483647),
        "How many challenge acknowledgments, which answer suspicious segments, are sent in a second.",
        default="2147483647, on older kernels 1000 or 100",
        namespaced="4.15",
        hazard="A small limit, shared by all connections, tells an attacker about connections of others.",
        counters="TcpExt.TCPChallengeACK",
    ),
    switch(
        "net.ipv4.tcp_fwmark_accept",
        "Gives a connection the packet mark of the SYN that opened it.",
        default="0",
        since="3.16",
    ),
    switch(
        "net.ipv4.tcp_l3mdev_accept",
        "Lets a listener without a device serve all VRFs, each connection bound to its own.",
        accepts=(0, 1),
        default="0",
        since="4.5",
    ),
    switch(
        "net.ipv4.tcp_reflect_tos",
        "Answers with the DSCP of the SYN that opened the connection.",
        accepts=(0, 1),
        default="0",
        since="5.10",
    ),
    switch(
        "net.ipv4.tcp_early_demux",
        "Finds the socket of a packet before its route is looked up.",
        default="1",
        since="4.12",
        hazard="Costs a little on hosts that mostly forward.",
    ),
)
