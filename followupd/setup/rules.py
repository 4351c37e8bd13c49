"""Rules that were proposed and agreed to, put into the text of a config."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from followupd.config import yaml12
from followupd.config.editing import edited
from followupd.config.model import InterviewsBlock
from followupd.core.model import Rule


def with_rules(text: str, rules: Collection[Rule]) -> str:
    """The text with these rules at the end of `interviews: any:`; all else stays. Raises ConfigError.

    A config without rules has the usual ones: they are written down beside the new ones, or they would be lost.
    """
    if not rules:
        return text
    new = [{key: value for key, value in asdict(rule).items() if value} for rule in rules]
    data: Any = yaml12.read(text).data
    there = (data.get("interviews") or {}).get("any")
    if there:
        return edited(
            text, {("interviews", "any", number): rule for number, rule in enumerate(new, len(there))}
        )
    usual = [rule.model_dump(exclude_defaults=True) for rule in InterviewsBlock().any]
    return edited(text, {("interviews", "any"): [*usual, *new]})
