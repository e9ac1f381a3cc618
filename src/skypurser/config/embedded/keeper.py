"""The keeper: starts the server as its child, ends with it, and stops it when nobody uses it any more.

Run as `python -m skypurser.config.embedded.keeper HOME ANSWER START`, by `lease.py` only: ANSWER is the open
pipe on which to say how it went, START the open and locked `start.lock`, closed when the server answers.

It never decides by looking at processes. It asks the kernel for `users.lock` alone; the kernel answers when
the last lease has gone. It ends while it still holds that lock, so a lease that comes meanwhile waits and
then starts afresh. If the keeper itself is killed, the kernel tells its server to shut down fast.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from skypurser.config.embedded import account, binaries, cluster, configuration, postmaster, sockets
from skypurser.config.embedded.errors import EmbeddedUnavailable, ServerDidNotStart
from skypurser.config.embedded.home import Home, opened
from skypurser.config.embedded.logs import Log

_SECONDS_BETWEEN_LOOKS_AT_THE_LOG = 20.0


def main() -> None:
    """Detach from whoever started it, then keep a server until it is no longer needed."""
    folder, answer, start = sys.argv[1:]
    if os.fork() != 0:
        os._exit(0)  # so that the command that started us never has us as a child
    os.umask(0o077)
    for inherited in (int(answer), int(start)):
        os.set_inheritable(inherited, False)
    _keep(Home(Path(folder)), int(answer), int(start))


def _keep(home: Home, answer: int, start: int) -> None:
    with opened(home.keeper_lock) as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # waits for a predecessor that is about to end
        home.state_file.unlink(missing_ok=True)
        log = Log(home.log / "postgresql.log")
        try:
            server = _start(home, log)
        except EmbeddedUnavailable as refusal:
            _say(answer, {"refused": type(refusal).__name__, "message": str(refusal)})
            return
        except OSError as failure:
            message = f"PostgreSQL could not be started from {home.folder}: {failure}"
            _say(answer, {"refused": ServerDidNotStart.__name__, "message": message})
            return
        signal.signal(signal.SIGTERM, lambda *_: _stop(server, home))
        home.publish(server.pid)
        _say(answer, {"ready": server.pid})
        os.close(start)
        threading.Thread(target=_stop_when_unused, args=(server, home), daemon=True).start()
        threading.Thread(target=_look_after, args=(log,), daemon=True).start()
        server.wait()
        home.state_file.unlink(missing_ok=True)
        # Whatever still runs of a killed server ends before a successor may start.
        postmaster.clear_the_way(home.data)


def _start(home: Home, log: Log) -> subprocess.Popen[str]:
    chosen = account.choose(home.data)
    installed = binaries.find(home, chosen)
    cluster.prepare(home, chosen, installed)
    sockets.prepare(home, chosen)
    config_file = configuration.write(home, chosen, installed)
    server = postmaster.start(home, chosen, installed, config_file, log)
    postmaster.wait_until_ready(server, home, log)
    return server


def _stop_when_unused(server: subprocess.Popen[str], home: Home) -> None:
    users = os.open(home.users_lock, os.O_RDWR | os.O_CLOEXEC)  # never closed: held until this process has gone
    fcntl.flock(users, fcntl.LOCK_EX)
    _stop(server, home)


def _stop(server: subprocess.Popen[str], home: Home) -> None:
    home.state_file.unlink(missing_ok=True)
    server.send_signal(postmaster.FAST_SHUTDOWN)


def _look_after(log: Log) -> None:
    while True:
        with contextlib.suppress(OSError):  # a full disk must not end the server; the next look may succeed
            log.shorten()
        time.sleep(_SECONDS_BETWEEN_LOOKS_AT_THE_LOG)


def _say(answer: int, verdict: dict[str, object]) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever asked was killed meanwhile
        os.write(answer, json.dumps(verdict).encode() + b"\n")
    os.close(answer)


if __name__ == "__main__":
    main()
