"""A home folder, a config, and stand-ins for systemctl, loginctl, journalctl and launchctl: real child processes."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from followupd.cli.commands import followupd

SHELL_VARIABLES = (
    "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "SUDO_USER", "HTTPS_PROXY", "https_proxy", "ALL_PROXY",
    "all_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "PYTHON_KEYRING_BACKEND", "GNUPGHOME", "PASSWORD_STORE_DIR", "TZ",
)  # fmt: skip
CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}
accounts:
  - name: personal
    calendar: {provider: google}
    mailbox: {provider: google}
"""
LOCAL = """\
me: {{name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}}
accounts:
  - name: offline
    calendar: {{provider: local, path: {calendars}}}
    mailbox: {{provider: local, path: {mail}}}
"""
UNIT = ".config/systemd/user/followupd.service"
PLIST = "Library/LaunchAgents/followupd.plist"

# Each notes its words. What is shown of the unit stands in a file, which start and stop replace.
_SYSTEMCTL = """\
#!/bin/sh
echo "systemctl $*" >> "{noted}"
bus() {{ [ ! -e "{notes}/no-bus" ] || {{ echo "Failed to connect to bus: No medium found" >&2; exit 1; }}; }}
bus
shown="{notes}/shown"
case "$*" in
  "--user show --property=Version") echo Version=252 ;;
  "--user show-environment") /bin/cat "{notes}/environment" 2>/dev/null || : ;;
  "--user show followupd.service "*) while read -r line; do echo "$line"; done < "$shown" ;;
  "--user enable "*) [ ! -e "{notes}/masked" ] || {{ echo "Unit is masked." >&2; exit 1; }} ;;
  "--user restart "*)
    if [ -e "{notes}/no-namespaces" ] && [ "$(/bin/grep -c ^PrivateUsers=yes "{unit}")" != 0 ]; then ends=226
    elif [ -e "{notes}/ends-with" ]; then read -r ends < "{notes}/ends-with"
    else ends=0; fi
    if [ $ends = 0 ]; then
      printf '%s\\n' LoadState=loaded ActiveState=active StatusText="2 letters wait in Drafts" MainPID=4242 \\
        NRestarts=0 Result=success "ActiveEnterTimestamp=Tue 2026-11-24 09:00:00 GMT" > "$shown"
    else
      printf '%s\\n' LoadState=loaded ActiveState=activating Result=exit-code ExecMainCode=1 \\
        ExecMainStatus=$ends > "$shown"
      echo "Job for followupd.service failed." >&2; exit 1
    fi ;;
  "--user stop "*|"--user disable --now "*)
    printf '%s\\n' LoadState=not-found ActiveState=inactive Result=success > "$shown" ;;
esac
"""
_LOGINCTL = """\
#!/bin/sh
echo "loginctl $*" >> "{noted}"
case "$1" in
  show-user) [ -e "{notes}/lingers" ] && echo yes || echo no ;;
  enable-linger) [ ! -e "{notes}/not-allowed" ] || {{ echo "Access denied" >&2; exit 1; }} ;;
esac
"""
_LAUNCHCTL = """\
#!/bin/sh
echo "launchctl $*" >> "{noted}"
case "$1" in
  print) [ -e "{notes}/loaded" ] || exit 113; while read -r line; do echo "	$line"; done < "{notes}/loaded" ;;
  bootout) [ -e "{notes}/stays" ] || /bin/rm -f "{notes}/loaded" ;;
  bootstrap)
    [ ! -e "{notes}/no-desktop" ] || {{ echo "Bootstrap failed: 125: Domain does not support" >&2; exit 125; }}
    printf '%s\\n' "state = running" "pid = 4242" "last exit code = (never exited)" > "{notes}/loaded" ;;
esac
"""
_TELLS = '#!/bin/sh\necho "{name} $*"\n'


class Machine:
    """`home` is the user's; `notes` decides how the stand-ins behave (a file each)."""

    def __init__(self, folder: Path) -> None:
        self.home, self.programs, self.notes = folder / "home", folder / "programs", folder / "notes"
        for made in (self.home, self.programs, self.notes):
            made.mkdir()
        self.unit, self.plist = self.home / UNIT, self.home / PLIST
        self.state = self.home / ".local/state/followupd"
        self.program = self._program(self.home / ".local/bin/followupd", "#!/bin/sh\n")
        self._noted = self.notes / "noted"
        places = {"noted": self._noted, "notes": self.notes, "unit": self.unit}
        for name, text in (("systemctl", _SYSTEMCTL), ("loginctl", _LOGINCTL), ("launchctl", _LAUNCHCTL)):
            self._program(self.programs / name, text.format(**places))
        for name in ("journalctl", "tail"):
            self._program(self.programs / name, _TELLS.format(name=name))
        self.show("LoadState=not-found", "ActiveState=inactive")
        self.config = self.home / ".config/followupd/config.yaml"
        self.configure(CONFIG)

    def _program(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    # What the machine is like.

    def configure(self, text: str) -> None:
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text)

    def move_config(self, place: str) -> None:
        """The config elsewhere in the home folder."""
        text = self.config.read_text()
        self.config.unlink()
        self.config = self.home / place
        self.configure(text)

    def keep_files_locally(self, mail: Path, more: str = "") -> Path:
        """A config for a Maildir at this place."""
        calendars = self.home / "calendars"
        for folder in (calendars, *(mail / part for part in ("cur", "new", "tmp"))):
            folder.mkdir(parents=True, exist_ok=True)
        self.configure(LOCAL.format(calendars=json.dumps(str(calendars)), mail=json.dumps(str(mail))) + more)
        return mail

    def note(self, name: str, text: str = "") -> None:
        (self.notes / name).write_text(text + "\n")

    def forget(self, name: str) -> None:
        (self.notes / name).unlink()

    def show(self, *lines: str) -> None:
        """What `systemctl show` knows of the unit."""
        (self.notes / "shown").write_text("".join(f"{line}\n" for line in lines))

    # What happens on it.

    def service(self, *words: str) -> Result:
        """`followupd service WORDS`, as a user types it."""
        return CliRunner().invoke(followupd, ["service", *words])

    def asked(self, program: str = "systemctl", *, to_change: bool = True) -> list[str]:
        """What a stand-in was asked since the last time; with `to_change` no mere looks."""
        text = self._noted.read_text() if self._noted.exists() else ""
        self._noted.unlink(missing_ok=True)
        lines = [line.removeprefix(f"{program} ") for line in text.splitlines() if line.startswith(program)]
        looks = ("--user show", "print", "show-user")
        return [line for line in lines if not (to_change and line.startswith(looks))]
