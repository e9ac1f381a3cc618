"""The server's settings and who may connect; written by us at each start, so that upgrades take effect.

They lie outside the data folder: the server's account can read them, not change them.
"""

import contextlib
import os
from pathlib import Path

from skypurser.config.embedded.account import Account
from skypurser.config.embedded.binaries import Binaries
from skypurser.config.embedded.home import Home

ROLES = ("postgres", "skypurser_owner", "skypurser_app")

#: So much of the write-ahead log is kept to be used again; a commit that needs a new file waits until it is made.
MIN_WAL_SIZE = "1GB"

_MIB = 1024 * 1024

_SETTINGS = """\
# Rewritten by Skypurser at each start; changes made here are lost.

# One machine, one socket; peer authentication.
listen_addresses = ''
port = 5432
unix_socket_directories = {sockets}
unix_socket_permissions = 0700
hba_file = {hba}
ident_file = {ident}
cluster_name = 'skypurser'
max_connections = 200

# What was answered as done stays done.
fsync = on
synchronous_commit = on
full_page_writes = on
restart_after_crash = on

shared_buffers = {shared_buffers}MB
min_wal_size = {min_wal_size}
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = {compression}
jit = off

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# To the keeper's file, which it keeps short. No statements, no values: they may hold what nobody should read.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_statement = 'none'
log_min_duration_statement = -1
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_lock_waits = on
"""


def write(home: Home, account: Account, binaries: Binaries) -> Path:
    """Write the three files and return the path of the main one."""
    main, hba, ident = (home.config / name for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf"))
    home.config.mkdir(exist_ok=True)
    os.chown(home.config, -1, account.gid)
    home.config.chmod(0o750)
    texts = {
        main: _SETTINGS.format(
            # A list of folders, each in double quotes, inside a string in single quotes.
            sockets=_quoted('"' + str(home.socket_folder).replace('"', '""') + '"'),
            hba=_quoted(str(hba)),
            ident=_quoted(str(ident)),
            min_wal_size=MIN_WAL_SIZE,
            shared_buffers=_shared_buffers_mib(),
            compression=_compression(account, binaries),
        ),
        hba: f"local all {','.join(ROLES)} peer map=skypurser\n",
        ident: "".join(f'skypurser "{account.invoker}" {role}\n' for role in ROLES),
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
        os.chown(path, -1, account.gid)
        path.chmod(0o640)
    return main


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _shared_buffers_mib() -> int:
    """A sixteenth of the memory that we may use, from 128 MiB to 1 GiB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return max(128, min(1024, memory // 16 // _MIB))


def _compression(account: Account, binaries: Binaries) -> str:
    built_with = account.run(binaries.program("pg_config"), "--configure").stdout
    return "lz4" if "--with-lz4" in built_with else "pglz"
