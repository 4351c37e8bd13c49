"""The block `letters.model`: a language model of the user's own choosing. As model.py has the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from followupd.config.blocks import Block
from followupd.config.problems import shown
from followupd.config.scalars import Endpoint, Line, duration
from followupd.config.telling import Program, Switch
from followupd.rewriting.model import is_here

LEAST, MOST = timedelta(seconds=1), timedelta(seconds=60)


def patience(value: object) -> timedelta:
    """How long one answer may take."""
    length = duration(value)
    if not LEAST <= length <= MOST:
        raise ValueError(f"{shown(value)} is not between 1s and 60s, and 20s is usual: letters wait for it.")
    return length


def _without_sign_in(url: str) -> str:
    if "@" in urlsplit(url).netloc:
        raise ValueError("holds a name or a password. Leave it out, and let key_command print the key.")
    return url


class ModelBlock(Block):
    """Where a model answers. `elsewhere` stands before `url`, which is checked against it."""

    elsewhere: Switch = False
    url: Annotated[Endpoint, AfterValidator(_without_sign_in)] = Field(
        description="where the model answers, for instance http://127.0.0.1:11434/v1"
    )
    name: Line = Field(description="the model's name as its server knows it, for instance llama3.2")
    key_command: Program = ()
    timeout: Annotated[timedelta, BeforeValidator(patience)] = timedelta(seconds=20)

    @field_validator("url")
    @classmethod
    def _spelled_out(cls, url: str, info: ValidationInfo) -> str:
        """Nothing of the user's goes to another machine because of a slip in an address."""
        if "elsewhere" in info.data and not info.data["elsewhere"] and not is_here(url):
            raise ValueError(
                "lies outside this machine, and your notes would be sent there. If that is what you want, add "
                "`elsewhere: true` beside it; for a model on this machine write http://127.0.0.1 and its port."
            )
        return url
