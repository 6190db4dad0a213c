#!/usr/bin/env python3
"""Boots one User-Mode Linux guest, waits for its end and kills it when its time is over.

usage: boot.py ROOT SHARE CHECKOUT LIMIT_S [PROCESSORS]

ROOT is the Debian tree made by setup.sh, SHARE a folder the guest sees as /share and may write to,
CHECKOUT a folder it sees read-only under the same path as here. Everything runs in its own mount and process
namespaces: when the guest ends, by itself or by force, its mounts and processes end with it.
Exit: 0 the guest powered off, 1 it ended in another way, 124 its time was over.
"""
import os
import signal
import socket
import subprocess
import sys
import time

# Large enough for a burst of full-size Ethernet frames on the socket pair; beyond it frames are dropped.
SOCKET_BUFFER_BYTES = 1 << 20
# Guest memory; it is backed by /dev/shm and only what is touched is taken.
MEMORY = "1024M"

# $1 root, $2 share, $3 checkout, $4 descriptor of the network stack, $5 of the guest, $6 processors.
# The guest's root is the chroot's "/", so the guest can reach no other file of the host.
INSIDE = r"""
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/dev/shm"
mount --bind "$2" "$1/share"
mount --bind "$3" "$1$3"
mount -o remount,bind,ro "$1$3"
cd /
chroot "$1" libslirp-helper --fd "$4" 2> "$2/network.log" &
export TMPDIR=/dev/shm
set +e
chroot "$1" /usr/local/bin/uml mem=%s ncpus="$6" seccomp=on root=/dev/root rootfstype=hostfs rootflags=/ ro \
    init=/usr/local/sbin/vm-init con=null con0=null,fd:1 con1=null vec0:transport=fd,fd="$5" \
    quiet umid=vouch uml_dir=/dev/shm panic=-1
status=$?
kill $! 2> /dev/null
exit $status
""" % MEMORY


def main() -> int:
    root, share, checkout = (os.path.abspath(p) for p in sys.argv[1:4])
    limit = float(sys.argv[4])
    processors = sys.argv[5] if len(sys.argv) > 5 else "2"
    guest, stack = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in (guest, stack):
        end.set_inheritable(True)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER_BYTES)
    started = time.monotonic()
    with open(os.path.join(share, "console.log"), "wb") as console:
        process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
             "sh", "-c", INSIDE, "guest", root, share, checkout, str(stack.fileno()), str(guest.fileno()), processors],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console, pass_fds=[guest.fileno(), stack.fileno()])
        # A stopped test run must not leave its guest behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = 124
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    print(f"vm: guest ended with {status} after {time.monotonic() - started:.1f} s", file=sys.stderr)
    return 124 if status == 124 else int(status != 0)


if __name__ == "__main__":
    sys.exit(main())
