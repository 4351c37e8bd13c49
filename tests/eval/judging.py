"""The judge over the messages of a folder: what each was taken for, by which rule, in what time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from followupd.core.arrivals import judge
from followupd.core.model import Folder, Judgement
from followupd.providers.mime import parse_message
from tests.eval.labels import CRASH, Standing, expected
from tests.eval.manifest import Sample
from tests.eval.trying import tried

# Nobody's addresses are the user's here, so that no sample is "own".
ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: `taken` is "kind/sub-kind" or CRASH, `reason` the judge's words or those of the crash."""

    sample: Sample
    taken: str
    reason: str
    seconds: float

    @property
    def kind(self) -> str:
        return self.taken.partition("/")[0]

    @property
    def standing(self) -> Standing:
        found = expected(self.sample.label)
        assert found is not None, self.sample
        return found.standing(self.taken)

    def is_labelled(self, *beginnings: str) -> bool:
        return self.sample.label.startswith(beginnings)


def judged(samples: Iterable[Sample]) -> list[Judged]:
    """Every message, in the order given."""
    return [_judged(sample) for sample in samples]


def _judged(sample: Sample) -> Judged:
    done = tried(lambda: judgement_of(sample.path.read_bytes()))
    if done.result is None:
        return Judged(sample, CRASH, done.crash, done.seconds)
    kind, sub_kind = done.result.kind.value, done.result.sub_kind
    return Judged(sample, f"{kind}/{sub_kind}" if sub_kind else kind, done.result.reason, done.seconds)


def judgement_of(raw: bytes) -> Judgement:
    """As the product judges what it finds in a mailbox; the time of receipt is that of its header."""
    message = parse_message(raw, id="sample", folder=Folder.INBOX, received=None, zone=ZONE)
    return judge(message, lambda _: False, ZONE)
