"""`init` on a config that exists: Enter keeps, another answer changes that alone, and nothing is half done."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from followupd.config import load
from followupd.core.model import Rule
from followupd.reference import WorldReference
from followupd.setup import progress
from tests.cli.init_kit import FakeService, sit_down, typed
from tests.cycle.files import Files

HAND_MADE = """\
# My own notes on all this.
me: {{name: Sam Lee, addresses: [sam@example.com, '*@lee.example'], country: GB, timezone: Europe/London}}  # me
accounts:
    # the one for jobs
    - name: jobs
      mailbox: {{provider: local, path: {mail}}}   # mbsync keeps it
      calendar:
      - provider: local
        path: {calendar} # vdirsyncer keeps it
interviews:
    any:
    - {{colour: tomato}}
    - title: '\\binterview\\b'   # as most write it
organisations:
- name: Beta      # as they write it
  domains: [beta.example]
nudges: {{at_most: 1}}
letters:
    #language: de
    signature: |
        Sam
        # 0700

# the end
"""
KEEP = "\n" * 9  # provider, calendar, mail, drafts, language, zone, country, and the title


@pytest.fixture
def world(tmp_path: Path) -> Files:
    world = Files(tmp_path)
    text = HAND_MADE.format(mail=world.mail_root(), calendar=world.calendars / "personal")
    world.config.write_text(text, encoding="utf-8")
    world.config.chmod(0o640)
    return world


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return sit_down(monkeypatch)


def differences(before: str, after: str) -> list[str]:
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [" ".join(line.split()) for line in found if line[0] in "+-"]


def changed(world: Files, answers: str, *words: str) -> list[str]:
    """The lines that are others afterwards."""
    before = world.config.read_text()
    result = typed(world, answers, "--no-service", "--no-proof", *words)
    assert result.exit_code == 0, result.output
    load(world.config)
    return differences(before, world.config.read_text())


def test_enter_alone_keeps_every_byte(world: Files) -> None:
    before = world.config.read_bytes()
    result = typed(world, "\n\n" + KEEP, "--no-service", "--no-proof")
    assert result.exit_code == 0, result.output
    assert world.config.read_bytes() == before
    assert f"Unchanged: {world.config}" in result.output
    assert not world.config.with_name("config.yaml.bak").exists()


def test_each_question_shows_what_is_there(world: Files) -> None:
    output = typed(world, "\n\n" + KEEP, "--no-service", "--no-proof").output
    assert "Your name [Sam Lee]" in output
    assert "with spaces between [sam@example.com *@lee.example]" in output
    assert f"Your Maildir [{world.mail_root()}]" in output
    assert "Your country [GB]" in output


def test_what_is_answered_differently_is_changed_and_the_former_config_is_kept(world: Files) -> None:
    before = world.config.read_text()
    found = changed(world, "\nsam@example.com\n\n\n\n\n\n\nNO\n\n")
    assert found == [
        "- me: {name: Sam Lee, addresses: [sam@example.com, '*@lee.example'], country: GB, "
        "timezone: Europe/London} # me",
        '+ me: {name: Sam Lee, addresses: [sam@example.com], country: "NO", timezone: Europe/London} # me',
    ]
    assert world.config.with_name("config.yaml.bak").read_text() == before
    assert world.config.stat().st_mode & 0o777 == 0o640


def test_options_alone_change_it_without_a_question(world: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert changed(world, "", "--language", "en", "--title", r"\bchat\b") == [
        "- - title: '\\binterview\\b' # as most write it",
        "+ - title: '\\bchat\\b' # as most write it",
    ]
    assert load(world.config).document.nudges.at_most == 1


def test_words_with_commas_become_a_rule_and_other_rules_stay(world: Files) -> None:
    world.event("2026-03-04 14:00", "2026-03-04 15:00", title="Chat with Dana")
    result = typed(world, "\n" * 9 + "interview, chat with\n\n" + "\n" * 5, "--no-service", "--no-proof")
    assert result.exit_code == 0, result.output
    said = load(world.config).document.interviews.any
    assert [rule.colour or rule.title for rule in said] == ["tomato", r"\b(?:interview|chat with)\b"]


def test_a_company_is_added_to_those_that_are_there(world: Files) -> None:
    world.event("2026-03-04 14:00", "2026-03-04 15:00", title="Interview with Acme")
    assert changed(world, "\n" * 12) == ["+ - {name: Acme, domains: [acme.example]}"]


def test_a_company_that_is_there_gets_the_other_name_and_the_same_one_changes_nothing(world: Files) -> None:
    assert changed(world, "", "--yes", "--company", "beta.example=Beta") == []
    assert changed(world, "", "--yes", "--company", "beta.example=Beta Inc") == [
        "- - name: Beta # as they write it",
        "+ - name: Beta Inc # as they write it",
    ]


def test_a_config_without_rules_keeps_the_usual_ones_beside_a_new_title(world: Files) -> None:
    world.write_config()
    text = world.config.read_text()
    world.config.write_text(text[: text.index("interviews:")] + "# the end\n")
    changed(world, "", "--yes", "--title", "talk")
    usual = ("talk", "Interview", "interview", "Interviews")
    said = load(world.config).document.interviews.any
    assert tuple(r.title or r.category or r.hashtag or r.calendar for r in said) == usual
    assert world.config.read_text().endswith("# the end\n")


def test_of_several_accounts_one_is_named_and_the_others_stay(tmp_path: Path) -> None:
    world = Files(tmp_path, accounts=("personal", "work"))
    mail = tmp_path / "elsewhere"
    mail.mkdir()
    found = changed(world, "", "--yes", "--account", "work", "--mail", str(mail))
    assert found == [
        f"- mailbox: {{provider: local, path: {world.mail_root('work')}}}",
        f'+ mailbox: {{provider: local, path: "{mail}"}}',
    ]
    result = typed(world, "", "--account", "home")
    assert result.exit_code == 2
    assert "no account is called “home”. Nothing was changed. Known: personal, work." in result.output


def test_an_account_moves_to_google_and_its_comments_stay(world: Files) -> None:
    world.write_config("# after it")
    changed(world, "", "--yes", "--provider", "google")
    said = load(world.config)
    assert said.accounts[0].mailbox.provider == said.accounts[0].calendars[0].provider == "google"
    assert "\n# after it\n" in world.config.read_text()


def test_calendar_and_mail_of_two_sorts_are_left_as_they_are(world: Files) -> None:
    text = world.config.read_text()
    local = f"{{provider: local, path: {world.mail_root()}}}"
    world.config.write_text(text.replace(local, "{provider: google}"))
    assert changed(world, "", "--yes", "--name", "Kim") != []
    account = load(world.config).accounts[0]
    assert (account.mailbox.provider, account.calendars[0].provider) == ("google", "local")


def test_what_can_t_be_changed_alone_leaves_the_config_and_says_so(world: Files) -> None:
    text = world.config.read_text().replace("country: GB", "country: &here GB")
    world.config.write_text(
        text.replace("letters:\n", "people: {ignore: []}\nletters:\n    about_me: *here\n")
    )
    before = world.config.read_bytes()
    result = typed(world, "", "--yes", "--country", "NO")
    assert result.exit_code == 2
    assert "can't be changed" in result.output
    assert "Nothing was written" in result.output
    assert world.config.read_bytes() == before


def test_a_config_with_mistakes_is_not_touched(world: Files) -> None:
    world.config.write_text(world.config.read_text() + "polll: 5m\n")
    before = world.config.read_bytes()
    result = typed(world, "\n" * 20)
    assert result.exit_code == 2
    assert "there is a config already" in result.output
    assert "polll" in result.output
    assert world.config.read_bytes() == before


def test_a_link_stays_a_link(world: Files) -> None:
    kept = world.folder / "dotfiles" / "followupd.yaml"
    kept.parent.mkdir()
    world.config.rename(kept)
    world.config.symlink_to(kept)
    text = kept.read_text().replace(str(world.calendars), str(world.calendars.absolute()))
    kept.write_text(text)
    assert changed(world, "", "--yes", "--country", "FR")
    assert world.config.is_symlink()
    assert load(kept).document.me.country == "FR"


def test_relative_paths_count_from_where_the_link_stands(world: Files) -> None:
    kept = world.folder / "dotfiles" / "followupd.yaml"
    kept.parent.mkdir()
    kept.write_text(world.config.read_text().replace(str(world.mail_root()), "Mail/personal"))
    world.config.unlink()
    world.config.symlink_to(kept)
    assert changed(world, "", "--yes", "--country", "FR")
    assert "path: Mail/personal}" in kept.read_text()


def test_a_folder_that_can_t_be_written_is_told(world: Files) -> None:
    before = world.config.read_bytes()
    world.config.rename(world.folder / "aside")
    (world.folder / "file").write_text("")
    world.config = world.folder / "file" / "config.yaml"
    places = ("--calendar", str(world.calendars / "personal"), "--mail", str(world.mail_root()))
    result = typed(world, "", "--yes", "--name", "Kim", "--address", "kim@example.com", *places)
    assert result.exit_code == 2
    assert "nothing can be written in " in result.output
    assert (world.folder / "aside").read_bytes() == before


def test_an_end_of_typing_before_it_is_written_changes_nothing(world: Files) -> None:
    before = world.config.read_bytes()
    result = typed(world, "Kim Min-jun\n\n\n")
    assert result.exit_code == 130
    assert "No config was written yet. `followupd init` goes on from here." in result.output
    assert world.config.read_bytes() == before
    again = typed(world, "\n" * 12, "--no-service", "--no-proof")
    assert again.exit_code == 0, again.output
    assert "Your name" not in again.output
    assert load(world.config).document.me.name == "Kim Min-jun"
    assert progress.read(world.config) is None


def test_who_does_not_go_on_is_asked_everything_again_with_what_they_said(world: Files) -> None:
    typed(world, "Kim Min-jun\n\n\n")
    result = typed(world, "n\nSam\n" + "\n" * 12, "--no-service", "--no-proof")
    assert "Your name [Kim Min-jun]" in result.output
    assert load(world.config).document.me.name == "Sam"


def test_answers_that_do_not_fit_together_are_told_and_asked_again(tmp_path: Path) -> None:
    world = Files(tmp_path, accounts=("personal", "work"))
    others = world.mail_root("work")
    first = f"\n\n\n\n{others}\n\n\n\n\n"
    again = f"\n\n\n\n{world.mail_root()}\n" + "\n" * 12
    result = typed(world, first + again, "--no-service", "--no-proof")
    assert result.exit_code == 0, result.output
    assert "is the mailbox of another account too" in result.output
    assert "All is asked again: Enter keeps what you said." in result.output
    assert f"Your Maildir [{others}]" in result.output
    assert f"Unchanged: {world.config}" in result.output
    assert typed(world, "", "--yes", "--mail", str(others)).exit_code == 2


def test_a_key_file_that_is_named_is_made_and_one_that_is_there_stays(world: Files) -> None:
    key = world.folder / "secret" / "key"
    new = changed(world, "", "--yes", "--key-file", str(key))
    assert sorted(new) == ["+", f'+ credentials: {{key_file: "{key}"}}']
    made = key.read_bytes()
    assert (len(made), key.stat().st_mode & 0o777) == (32, 0o600)
    assert changed(world, "", "--yes", "--key-file", str(key)) == []
    assert changed(world, "", "--yes") == []
    assert key.read_bytes() == made


def test_force_begins_anew(world: Files) -> None:
    before = world.config.read_text()
    words = ("--yes", "--name", "Kim", "--address", "kim@example.com", "--no-service", "--force")
    places = ("--calendar", str(world.calendars / "personal"), "--mail", str(world.mail_root()))
    result = typed(world, "", *words, *places)
    assert result.exit_code == 0, result.output
    assert load(world.config).document.nudges.at_most == 2
    assert world.config.with_name("config.yaml.bak").read_text() == before


def test_a_broken_progress_file_is_none(world: Files) -> None:
    for content in ("", "[]", "{}", '{"step": "nowhere", "answers": {}}', '{"step": "proof", "answers": []}'):
        (world.config.parent / "init-unfinished.json").write_text(content)
        assert progress.read(world.config) is None


def test_the_rules_of_the_file_are_those_that_count(world: Files) -> None:
    assert changed(world, "", "--yes", "--company", "acme.example=Acme, Inc.") == [
        '+ - {name: "Acme, Inc.", domains: [acme.example]}'
    ]
    policy = load(world.config).policy(WorldReference())
    assert policy.any == (Rule(colour="tomato"), Rule(title=r"\binterview\b"))
    assert [one.name for one in policy.organisations] == ["Beta", "Acme, Inc."]
