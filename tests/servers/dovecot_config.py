"""How a Dovecot of the tests is configured: all in a folder of its own, as an ordinary user, on high ports."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.certificates import Certificate, authority
from tests.servers.running import NOBODY, account_names

ROLES = {"Drafts": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash", "Archive": "\\Archive", "Junk": "\\Junk"}
# What Dovecot 2.3 offers after the login.
CAPABILITIES = (
    *("IMAP4rev1", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "SORT", "SORT=DISPLAY", "LITERAL+"),
    *("THREAD=REFERENCES", "THREAD=REFS", "THREAD=ORDEREDSUBJECT", "MULTIAPPEND", "URL-PARTIAL", "CATENATE"),
    *("UNSELECT", "CHILDREN", "NAMESPACE", "UIDPLUS", "LIST-EXTENDED", "I18NLEVEL=1", "CONDSTORE", "QRESYNC"),
    *("ESEARCH", "ESORT", "SEARCHRES", "WITHIN", "CONTEXT=SEARCH", "LIST-STATUS", "BINARY", "MOVE", "NOTIFY"),
    *("SNIPPET=FUZZY", "PREVIEW=FUZZY", "PREVIEW", "STATUS=SIZE", "SAVEDATE", "SPECIAL-USE"),
)

CONFIG = """
base_dir = {here}/run
state_dir = {here}/state
instance_name = followupd-tests
protocols = imap lmtp
listen = 127.0.0.1
log_path = {here}/dovecot.log
info_log_path = {here}/dovecot.log
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
login_log_format_elements = user=<%u> method=%m %k
ssl = yes
ssl_cert = <{certificate.chain}
ssl_key = <{certificate.key}
ssl_dh =
default_login_user = {somebody}
default_internal_user = {somebody}
default_internal_group = {somebody_group}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
mail_location = {location}
mailbox_list_index = yes
mail_max_userip_connections = 100
mail_plugins = notify mail_log {plugins}
{capability}
protocol imap {{
  mail_plugins = $mail_plugins {imap_plugins}
}}
plugin {{
  mail_log_events = append save copy expunge flag_change delete undelete mailbox_create mailbox_delete mailbox_rename
  mail_log_fields = uid box msgid flags
  {quota}
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {here}/users/%u
}}
{oauth}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={here}/mail/%u allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
{mailboxes}
}}
"""
QUOTA = """quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage={}"""
OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {here}/oauth.conf.ext
}}
"""
INTROSPECTION = """
introspection_url = {url}
introspection_mode = auth
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Kind:
    """What makes one server unlike another.

    `without` are capabilities that it does not tell of; `roles` its folders and their SPECIAL-USE ("" for none);
    `quota` such as "20K"; `introspection` the address that says whose an access token is (XOAUTH2, OAUTHBEARER);
    `storage` is a format of mailboxes that Dovecot knows.
    """

    without: Collection[str] = ()
    separator: str = "/"
    prefix: str = ""
    roles: Mapping[str, str] = field(default_factory=lambda: ROLES)
    quota: str = ""
    certificate: Certificate | None = None
    introspection: str = ""
    storage: str = "maildir"


def configuration(kind: Kind, here: Path, user: int, ports: Mapping[str, int]) -> str:
    """The text of dovecot.conf for a server in that folder, run by that user (a number)."""
    told = [name for name in CAPABILITIES if name not in kind.without]
    name, group = account_names(user)
    return CONFIG.format(
        here=here,
        mechanisms="xoauth2 oauthbearer" if kind.introspection else "",
        certificate=kind.certificate or authority().good(),
        somebody=name,
        somebody_group=group,
        uid=user,
        gid=NOBODY if os.getuid() == 0 else os.getgid(),
        location=f"{kind.storage}:~/{'Maildir' if kind.storage == 'maildir' else 'mail'}",
        plugins="quota" if kind.quota else "",
        imap_plugins="imap_quota" if kind.quota else "",
        quota=QUOTA.format(kind.quota) if kind.quota else "",
        capability=f"imap_capability = {' '.join(told)}" if kind.without else "",
        oauth=OAUTH.format(here=here) if kind.introspection else "",
        separator=kind.separator,
        prefix=kind.prefix,
        mailboxes="\n".join(_mailbox(name, role) for name, role in kind.roles.items()),
        **ports,
    )


def _mailbox(name: str, role: str) -> str:
    use = f"    special_use = {role}\n" if role else ""
    return f'  mailbox "{name}" {{\n    auto = subscribe\n{use}  }}'
