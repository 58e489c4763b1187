"""What the tests of other people's clients share."""

import re
import subprocess

SKIPPED = 77
NODE_MIN = 20  # what the clients ask for


def node_version():
    """The major version of the node in the PATH; None without one."""
    try:
        run = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.match(r"v(\d+)\.", run.stdout)
    return int(found[1]) if found else None
