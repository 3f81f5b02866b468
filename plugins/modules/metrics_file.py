#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave a file of metrics for node_exporter's textfile collector."""

from __future__ import annotations

DOCUMENTATION = r"""
module: metrics_file
short_description: Leave a file of metrics for node_exporter's textfile collector
version_added: 1.0.0
description:
  - Writes C(linuxnet_tcp.prom) into the folder that node_exporter reads (its option C(--collector.textfile.directory)).
  - The file is replaced whole or not at all, and nothing half-written ever has a name that node_exporter looks at. Its
    mode is C(0644), so that node_exporter can read it under its own user.
  - M(linuxnet.tcp.fleet_report) runs it on each host that it audits, when it is asked to.
options:
  dir:
    description: The folder. It must exist.
    type: path
    required: true
  content:
    description: The metrics, in the text format of Prometheus.
    type: str
    required: true
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.changing_module
attributes:
  diff_mode:
    support: none
notes:
  - A link in the place of the file is replaced, not followed.
seealso:
  - module: linuxnet.tcp.fleet_report
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Count the TCP connections
  linuxnet.tcp.state_facts:

- name: Leave their number for node_exporter
  linuxnet.tcp.metrics_file:
    dir: /var/lib/prometheus/node-exporter
    content: |
      # HELP linuxnet_tcp_sockets_total TCP sockets in any state.
      # TYPE linuxnet_tcp_sockets_total gauge
      linuxnet_tcp_sockets_total {{ ansible_facts['linuxnet_tcp']['total'] }}
  become: true
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /var/lib/prometheus/node-exporter/linuxnet_tcp.prom
"""

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.metrics_file import replace_metrics
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import LinuxnetError

NAME = "linuxnet_tcp.prom"


def main() -> None:
    """Answer the task."""
    module = AnsibleModule(
        argument_spec={"dir": {"type": "path", "required": True}, "content": {"type": "str", "required": True}},
        supports_check_mode=True,
    )
    params: Dict[str, Any] = module.params
    try:
        changed = replace_metrics(params["dir"], NAME, params["content"].encode("utf-8", "replace"), module.check_mode)
    except LinuxnetError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=changed, path="{0}/{1}".format(params["dir"].rstrip("/"), NAME))


if __name__ == "__main__":
    main()
