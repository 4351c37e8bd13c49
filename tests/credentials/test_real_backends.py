"""The key on real back ends: GNOME's keyring over a private D-Bus, a credential of systemd's, a key file.

Nothing here is played but the time that a keyring is given to answer: the programs are those of the
machine, in a home of their own. Where one is missing its tests are skipped, and say which.
"""

from __future__ import annotations

import os
import pty
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from followupd.credentials import Vault
from followupd.database import DATABASE, Database
from followupd.errors import SignInNeeded, StoreError
from followupd.lock import cycle_lock
from tests.credentials.kit import KEY, ROOT, SECRET, child, folder, key_in

PASSWORD = b"of the keyring"
DAEMON, BUS = "gnome-keyring-daemon", "dbus-daemon"
# Answers commands line by line: a long-lived process, as the service is one. Whether a terminal is there is
# told by its standard input, as in the program; how long it waits for a keyring is its second word.
READER = """
import sys, threading
from pathlib import Path
import keyring.backends.SecretService  # what takes a while to load counts for no answer's time
from followupd.credentials import Vault, ring
from followupd.errors import FollowupdError
ring.SECONDS = ring.SECONDS_TO_TYPE = float(sys.argv[2])
vault = Vault(Path(sys.argv[1]))
for line in open(int(sys.argv[3])):
    command, name, *secret = line.split()
    try:
        if command == "write":
            vault.write(name, secret[0].encode())
            print("wrote", vault.where(), flush=True)
        elif command == "read":
            print("read", vault.read(name), flush=True)
        else:
            print("threads", threading.active_count(), flush=True)
    except FollowupdError as error:
        print(type(error).__name__, str(error), flush=True)
"""
# Stands where GNOME asks for a password on the screen: says that it was asked, and never answers.
PROMPTER = """
import sys
from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection
bus = open_dbus_connection()
daemon = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
request = new_method_call(daemon, "RequestName", "su", ("org.gnome.keyring.SystemPrompter", 0))
bus.send_and_get_reply(request)
print("there", flush=True)
while True:
    if bus.receive().header.message_type is MessageType.method_call:
        print("asked", flush=True)
"""
PATIENT, SHORT = 20.0, 0.5  # seconds


def until(happens: Callable[[], bool], otherwise: str) -> None:
    """Waits for what another program does; the bound is only for when it never does."""
    end = time.monotonic() + 20
    waiting = threading.Event()
    while not happens():
        assert time.monotonic() < end, otherwise
        waiting.wait(0.005)


class Desktop:
    """A session of its own: a home, a D-Bus, and a keyring that starts when it is told to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runtime = home / "runtime"
        self.runtime.mkdir(mode=0o700)
        self.socket = self.runtime / "bus"
        self._running: list[subprocess.Popen[bytes]] = []
        self._open: list[int] = []
        # Without services that D-Bus starts by itself: what runs is what the test started.
        (home / "bus.conf").write_text(
            f"<busconfig><type>session</type><listen>unix:path={self.socket}</listen>"
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
        )

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        places = {f"XDG_{kind}_HOME": str(self.home / kind) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
        return {
            **kept,
            **places,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.socket}",
        }

    def _started(self, *words: str, **options: object) -> subprocess.Popen[bytes]:
        started = subprocess.Popen(  # type: ignore[call-overload]  what is passed on is right by use
            words, env=dict(self.environment), stderr=subprocess.DEVNULL, cwd=ROOT, **options
        )
        self._running.append(started)
        return started

    def bus(self) -> subprocess.Popen[bytes]:
        started = self._started(BUS, f"--config-file={self.home / 'bus.conf'}", "--nofork", "--nopidfile")
        until(self.socket.exists, "D-Bus never came")
        return started

    def keyring(self, *, unlocked: bool) -> subprocess.Popen[bytes]:
        """GNOME's, with the user's password or waiting for it."""
        way = "--unlock" if unlocked else "--start"
        started = self._started(
            DAEMON,
            way,
            "--foreground",
            "--components=secrets",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert started.stdin is not None
        started.stdin.write(PASSWORD if unlocked else b"")
        started.stdin.close()
        self._until_owned()
        return started

    def _until_owned(self) -> None:
        """Until the keyring stands on the bus: asked as a program of the session would."""
        code = (
            "import secretstorage, time\n"
            "from contextlib import closing\n"
            "from secretstorage import check_service_availability as there\n"
            "for _ in range(2000):\n"
            "    with closing(secretstorage.dbus_init()) as bus:\n"
            "        if there(bus): break\n"
            "    time.sleep(0.005)\n"
            "else: raise SystemExit('no keyring came')\n"
        )
        subprocess.run([sys.executable, "-c", code], env=dict(self.environment), check=True)

    def lock(self) -> None:
        """As the screen's lock does."""
        code = (
            "import secretstorage\n"
            "bus = secretstorage.dbus_init()\n"
            "secretstorage.get_default_collection(bus).lock()\n"
        )
        subprocess.run([sys.executable, "-c", code], env=dict(self.environment), check=True)

    def program(self, state: Path, seconds: float = PATIENT, *, terminal: bool = False) -> Program:
        """A process of ours that lives on while the keyring comes and goes."""
        theirs, ours = os.pipe()
        screen, keys = pty.openpty() if terminal else (None, subprocess.DEVNULL)
        process = self._started(
            *(sys.executable, "-c", READER, str(state), str(seconds), str(theirs)),
            stdin=keys,
            stdout=subprocess.PIPE,
            pass_fds=(theirs,),
        )
        os.close(theirs)
        if screen is not None:
            os.close(keys)
            self._open.append(screen)
        self._open.append(ours)
        return Program(process, ours)

    def prompter(self) -> subprocess.Popen[bytes]:
        """Somebody who is asked for the password and never types it."""
        started = self._started(sys.executable, "-c", PROMPTER, stdout=subprocess.PIPE)
        assert started.stdout is not None
        assert started.stdout.readline() == b"there\n"
        os.set_blocking(started.stdout.fileno(), False)
        return started

    @staticmethod
    def end(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def close(self) -> None:
        for process in reversed(self._running):
            process.send_signal(signal.SIGCONT)
            self.end(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        for number in self._open:
            os.close(number)


class Program:
    """Asks and is answered, line by line."""

    def __init__(self, process: subprocess.Popen[bytes], to: int) -> None:
        self._process, self._to = process, to

    def says(self, *words: str) -> str:
        assert self._process.stdout is not None
        os.write(self._to, (" ".join(words) + "\n").encode())
        return self._process.stdout.readline().decode().strip()


missing = [name for name in (DAEMON, BUS) if shutil.which(name) is None]


@pytest.fixture
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    if missing or sys.platform != "linux":
        pytest.skip(f"needs {' and '.join(missing) or 'Linux'}")
    made = Desktop(tmp_path_factory.mktemp("d"))  # short: a socket's path has 107 bytes at most
    yield made
    made.close()


class TestTheSecretService:
    def test_keeps_the_key_and_the_sign_in_opens_again_in_another_process(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        desktop.keyring(unlocked=True)
        first, second = desktop.program(state), desktop.program(state)
        assert first.says("write", "work", "s3cret") == "wrote the keyring (SecretService)"
        assert second.says("read", "work") == "read b's3cret'"
        kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
        assert b"s3cret" not in kept

    def test_locked_is_told_in_words_and_noticed_once_it_is_unlocked(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        unlocked = desktop.keyring(unlocked=True)
        desktop.program(state).says("write", "work", "s3cret")
        daemon = desktop.program(state)
        desktop.lock()
        for _ in range(3):
            told = daemon.says("read", "work")
            assert told.startswith("SignInNeeded the keyring (SecretService) is locked"), told
            assert "Unlock it; followupd tries again at every poll." in told
        desktop.end(unlocked)
        desktop.keyring(unlocked=True)
        assert daemon.says("read", "work") == "read b's3cret'"

    def test_that_nobody_has_unlocked_since_the_start_keeps_nothing(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        desktop.keyring(unlocked=False)
        program = desktop.program(state)
        assert "is locked" in program.says("write", "work", "s3cret")
        assert not (folder(state) / "work").exists()

    def test_that_dies_in_between_is_told_and_noticed_when_it_is_back(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        keyring = desktop.keyring(unlocked=True)
        desktop.program(state).says("write", "work", "s3cret")
        daemon = desktop.program(state)
        desktop.end(keyring)
        told = daemon.says("read", "work")
        assert told.startswith("SignInNeeded"), told
        assert "key_file: PATH" in told
        desktop.keyring(unlocked=True)
        assert daemon.says("read", "work") == "read b's3cret'"

    def test_that_dies_leaves_a_running_process_the_key_that_it_has(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        keyring = desktop.keyring(unlocked=True)
        daemon = desktop.program(state)
        daemon.says("write", "work", "s3cret")
        desktop.end(keyring)
        assert daemon.says("read", "work") == "read b's3cret'"

    def test_that_comes_after_the_process_has_started_is_found(self, desktop: Desktop, state: Path) -> None:
        daemon = desktop.program(state)
        told = daemon.says("write", "work", "s3cret")
        assert "There is no keyring here that keeps secrets encrypted" in told
        desktop.bus()
        assert "There is no keyring here" in daemon.says("write", "work", "s3cret")
        desktop.keyring(unlocked=True)
        assert daemon.says("write", "work", "s3cret") == "wrote the keyring (SecretService)"

    def test_whose_bus_dies_is_told(self, desktop: Desktop, state: Path) -> None:
        bus = desktop.bus()
        desktop.keyring(unlocked=True)
        desktop.program(state).says("write", "work", "s3cret")
        daemon = desktop.program(state)
        assert daemon.says("read", "nobody") == "read None"
        desktop.end(bus)
        told = daemon.says("read", "work")
        assert told.startswith("SignInNeeded"), told
        assert "key_file: PATH" in told

    def test_that_would_ask_for_a_password_is_not_made_to_by_a_service(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        desktop.keyring(unlocked=True)
        desktop.program(state).says("write", "work", "s3cret")
        desktop.lock()
        prompter = desktop.prompter()
        daemon = desktop.program(state)
        for _ in range(3):
            assert "is locked" in daemon.says("read", "work")
        assert prompter.stdout is not None
        assert prompter.stdout.read() is None

    def test_asks_whoever_sits_at_a_terminal_and_is_not_waited_for_without_end(
        self, desktop: Desktop, state: Path
    ) -> None:
        desktop.bus()
        desktop.keyring(unlocked=True)
        desktop.program(state).says("write", "work", "s3cret")
        desktop.lock()
        prompter = desktop.prompter()
        person = desktop.program(state, SHORT, terminal=True)
        for _ in range(4):
            told = person.says("read", "work")
            assert told.startswith("SignInNeeded"), told
            assert "does not answer" in told
            assert "probably locked" in told
        assert person.says("threads", "now") == "threads 2"
        assert prompter.stdout is not None
        assert (prompter.stdout.read() or b"").count(b"asked") == 1

    @pytest.mark.parametrize("hangs", ["keyring", "bus"])
    def test_that_hangs_leaves_one_thread_behind_and_is_noticed_when_it_goes_on(
        self, desktop: Desktop, state: Path, hangs: str
    ) -> None:
        processes = {"bus": desktop.bus(), "keyring": desktop.keyring(unlocked=True)}
        desktop.program(state).says("write", "work", "s3cret")
        daemon = desktop.program(state, SHORT)
        processes[hangs].send_signal(signal.SIGSTOP)
        for _ in range(5):
            told = daemon.says("read", "work")
            assert told.startswith("SignInNeeded"), told
            assert "does not answer" in told
        assert daemon.says("threads", "now") == "threads 2"
        processes[hangs].send_signal(signal.SIGCONT)
        until(lambda: daemon.says("read", "work") == "read b's3cret'", "the key never came back")
        assert daemon.says("threads", "now") == "threads 1"


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no D-Bus, and always a keyring")
class TestNoDBusAtAll:
    @pytest.mark.parametrize("address", ["", "unix:path=/nonexistent/bus", "nonsense"])
    def test_is_told_with_the_other_ways(self, state: Path, tmp_path: Path, address: str) -> None:
        code = """
import sys
from pathlib import Path
from followupd.credentials import Vault
from followupd.errors import SignInNeeded
try:
    Vault(Path(sys.argv[1])).write("work", b"secret")
except SignInNeeded as error:
    print(error)
"""
        places = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
        told = child(code, str(state), DBUS_SESSION_BUS_ADDRESS=address, **places)
        assert "There is no keyring here that keeps secrets encrypted" in told
        assert "LoadCredentialEncrypted=followupd-key" in told
        assert "Traceback" not in told
        assert not (folder(state) / "work").exists()


# --- systemd and key files ----------------------------------------------------------------------------


def given_by_systemd(folder: Path, key: bytes) -> Path:
    """What a service is given (systemd.exec(5)): a folder and files that it can read and not change."""
    folder.mkdir()
    (folder / "followupd-key").write_bytes(key)
    (folder / "followupd-key").chmod(0o400)
    folder.chmod(0o500)
    return folder


@pytest.fixture
def sealing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key of the machine for systemd-creds, in place of the real one."""
    if shutil.which("systemd-creds") is None:
        pytest.skip("needs systemd-creds")
    if os.geteuid() != 0:
        pytest.skip("systemd-creds of this version encrypts for root alone")
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "machine"))
    return tmp_path


class TestASystemdCredential:
    def test_that_systemd_sealed_and_opened_is_the_key(
        self, state: Path, sealing: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key, sealed = key_in(sealing / "key"), sealing / "followupd-key.cred"
        creds = ("systemd-creds", "--name=followupd-key")
        subprocess.run(
            [*creds, "--with-key=host", "encrypt", str(key), str(sealed)], check=True, capture_output=True
        )
        assert KEY not in sealed.read_bytes()
        opened = subprocess.run([*creds, "decrypt", str(sealed), "-"], check=True, capture_output=True)
        given = given_by_systemd(sealing / "given", opened.stdout)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
        Vault(state).write("work", SECRET)
        monkeypatch.delenv("CREDENTIALS_DIRECTORY")
        assert Vault(state, key).read("work") == SECRET

    def test_made_as_the_docs_of_systemd_say_may_be_text(
        self, state: Path, sealing: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = given_by_systemd(sealing / "given", KEY.hex().encode() + b"\n")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
        vault = Vault(state)
        vault.write("work", SECRET)
        assert vault.where() == "the systemd credential followupd-key"
        assert Vault(state).read("work") == SECRET


class TestAKeyFile:
    def test_made_by_the_command_that_the_message_names_is_taken(self, state: Path, tmp_path: Path) -> None:
        path = tmp_path / "my key"
        with pytest.raises(SignInNeeded, match="There is no key file") as told:
            Vault(state, path).where()
        command = str(told.value).partition("To make one: ")[2].partition(". If you had one")[0]
        subprocess.run(["sh", "-c", command], check=True)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        Vault(state, path).write("work", SECRET)
        assert Vault(state, path).read("work") == SECRET


# --- files for their owner alone ----------------------------------------------------------------------

KEEPS = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[3], 8))
from followupd.credentials import Vault
from followupd.database import Database
from followupd.heartbeat import heartbeat
from followupd.cycle import touch_heartbeat
from followupd.lock import cycle_lock
from datetime import UTC, datetime
state = Path(sys.argv[1])
with cycle_lock(state, "test", 0):
    database = Database(state)
    with database.transaction():
        database.write("INSERT INTO meta VALUES ('a', 'b')")
    touch_heartbeat(state, "personal", datetime(2026, 3, 4, tzinfo=UTC))
    Vault(state, Path(sys.argv[2])).write("work", b"secret")
    for path in [state, *sorted(state.rglob("*"))]:
        print(oct(path.stat().st_mode & 0o7777), path.is_dir(), path.name)
"""


@pytest.mark.parametrize("umask", ["0", "022", "077"])
def test_all_that_is_kept_is_for_its_owner_alone_whatever_the_umask(
    state: Path, key_file: Path, umask: str
) -> None:
    lines = [line.split() for line in child(KEEPS, str(state), str(key_file), umask).splitlines()]
    assert {"followupd.db", "followupd.db-wal", "lock", "credentials", "work"} <= {name for *_, name in lines}
    for mode, is_folder, name in lines:
        assert mode == ("0o700" if is_folder == "True" else "0o600"), name


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """What somebody would have us write to."""
    path = tmp_path / "elsewhere"
    path.write_bytes(b"not ours")
    return path


class TestALinkPlanted:
    def test_as_the_database_is_refused(self, state: Path, elsewhere: Path) -> None:
        state.mkdir(mode=0o700)
        (state / DATABASE).symlink_to(elsewhere)
        with pytest.raises(StoreError, match=DATABASE):
            Database(state)
        assert elsewhere.read_bytes() == b"not ours"

    def test_as_the_lock_is_refused(self, state: Path, elsewhere: Path) -> None:
        state.mkdir(mode=0o700)
        (state / "lock").symlink_to(elsewhere)
        with pytest.raises(StoreError, match="lock"), cycle_lock(state, "test", 0):
            pass
        assert elsewhere.read_bytes() == b"not ours"

    @pytest.mark.parametrize("leads", ["to a folder", "nowhere"])
    def test_as_the_state_folder_is_refused(self, state: Path, tmp_path: Path, leads: str) -> None:
        target = tmp_path / "theirs"
        if leads == "to a folder":
            target.mkdir(mode=0o755)
        state.symlink_to(target)
        for act in (lambda: Database(state), lambda: cycle_lock(state, "test", 0).__enter__()):
            with pytest.raises(StoreError):
                act()
        assert not target.exists() or (not list(target.iterdir()) and target.stat().st_mode & 0o777 == 0o755)

    def test_as_the_folder_of_the_sign_ins_is_refused(
        self, state: Path, tmp_path: Path, vault: Vault
    ) -> None:
        state.mkdir(mode=0o700)
        (tmp_path / "theirs").mkdir()
        folder(state).symlink_to(tmp_path / "theirs")
        with pytest.raises(StoreError):
            vault.write("work", SECRET)
        assert not list((tmp_path / "theirs").iterdir())
