"""A test in namespaces of its own, where it may mount file systems and has a network without wires."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

import support

MARK = "PATCHBAY_TEST_IN_NAMESPACE"


def enter(*kinds):
    """Runs the calling test again in new namespaces ("mount", "net"), or ends it as skipped."""
    if os.environ.get(MARK):
        if "net" in kinds:
            bring_loopback_up()
        return
    options = [f"--{kind}" for kind in kinds] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    program = shutil.which("unshare")
    if not program or subprocess.run([program, *options, "true"], capture_output=True, check=False).returncode != 0:
        print(f"SKIPPED: unshare {' '.join(options)} is not permitted here", file=sys.stderr)
        sys.exit(support.SKIPPED)
    os.environ[MARK] = "1"
    os.execv(program, [program, *options, sys.executable, "-B", *sys.argv])


def bring_loopback_up():
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, get_flags, struct.pack("16sh14x", b"lo", 0))
        _, flags = struct.unpack("16sh14x", request)
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", flags | up))


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)
