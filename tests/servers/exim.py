"""Exim on both sides: the user's own server, and the company's with a person's automatic reply.

Every message goes to the test's post office on loopback; nothing is looked up in the DNS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.cycle.files import ME
from tests.servers.post import Post
from tests.servers.running import CLOCK, as_somebody, environment, lived_at, need, run

# Delayed after 4 hours and given up after 4 days, as Debian's configuration has it.
CONFIG = """
exim_user = {uid}
exim_group = {uid}
deliver_drop_privilege
spool_directory = {here}/spool
log_file_path = {here}/%slog
primary_hostname = {host}
keep_environment = {clock}
host_lookup =
local_interfaces = 127.0.0.1
disable_ipv6
delay_warning = 4h
{more}
begin routers
{routers}
reached:
  driver = manualroute
  domains = {reached}
  route_list = * 127.0.0.1::{port}
  transport = out
  self = send
begin transports
out:
  driver = smtp
  port = {port}
  allow_localhost
  hosts_try_fastopen =
answer:
  driver = autoreply
{answer}
begin retry
* * F,4d,1h
"""
# Dana's mail is answered by the transport itself, as the Exim specification shows it for vacations.
BY_TRANSPORT = """
dana:
  driver = accept
  domains = acme.example
  senders = ! :
  transport = answer
"""
# Dana's mail goes through her own filter file, in which `vacation` has the wording of Exim's default.
BY_FILTER = """
dana:
  driver = redirect
  domains = acme.example
  allow_filter
  router_home_directory = {here}
  file = {here}/forward
  reply_transport = answer
  user = {uid}
  group = {uid}
  no_verify
taken:
  driver = redirect
  domains = acme.example
  data = :blackhole:
"""

# Dana's mail is sent on to her new address.
SENT_ON = """
moved:
  driver = redirect
  domains = acme.example
  local_parts = dana
  data = dana.reyes@old.acme.example
elsewhere:
  driver = manualroute
  domains = old.acme.example
  route_list = * 127.0.0.1::{port}
  transport = out
  self = send
"""


class Exim:
    """One Exim with a queue of its own.

    `routers` come first; `answer` are lines of its autoreply transport, `more` main options; `reached` are the
    domains whose server is known.
    """

    def __init__(
        self,
        folder: Path,
        post: Post,
        *,
        host: str = "mail.example.com",
        routers: str = "",
        answer: str = "",
        more: str = "",
        reached: str = "example.com : acme.example",
    ) -> None:
        need("exim4", package="exim4-daemon-light")
        self.here = folder
        self.words, uid = as_somebody()
        folder.mkdir()
        own = routers.format(here=folder, uid=uid, port=post.port)
        config = CONFIG.format(
            here=folder,
            uid=uid,
            port=post.port,
            host=host,
            routers=own,
            answer=answer,
            clock=" : ".join(CLOCK),
            more=more,
            reached=reached,
        )
        self.config = folder / "exim.conf"
        self.config.write_text(config, encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """A file of Dana's, in her home."""
        (self.here / name).write_text(text, encoding="utf-8")

    def send(self, letter: bytes, to: Sequence[str], at: datetime, *, sender: str = ME) -> None:
        """Takes the letter and tries to deliver it at once; "" as sender is the empty return path."""
        self.run(["-odf", "-oi", "-f", sender or "<>", "--", *to], at, letter)

    def try_again(self, at: datetime) -> None:
        """A run of its queue at that moment."""
        self.run(["-q"], at)

    def run(self, words: Sequence[str], at: datetime, letter: bytes = b"") -> None:
        words = [*self.words, "exim4", "-C", str(self.config), *words]
        run(lived_at(at, words), environment(self.here), self.here, letter)
