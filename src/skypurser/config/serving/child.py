"""Become a program that ends when whoever started it ends, however that ends.

    python -m skypurser.config.serving.child PARENT PROGRAM [ARGUMENT …]

A supervisor killed with SIGKILL can't stop its children; Linux tells them instead. The parent's process id is named,
so that one that ended before we could ask is noticed as well. Elsewhere children outlive a killed supervisor.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask to be told, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 — no shell is wanted


if __name__ == "__main__":
    main()
