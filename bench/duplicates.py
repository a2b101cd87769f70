"""How well duplicates are told: precision and recall on generated pairs. `python -m bench.duplicates [pairs]`.

A pair counts as found when the cards share a fingerprint (else nobody would compare them) and their likeness is strong.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from app.models.clients import ClientKind
from app.services.duplicates.cards import Card, card_of
from app.services.duplicates.cards import Typed as TypedCard
from app.services.duplicates.keys import fingerprints
from app.services.duplicates.likeness import STRONG, compare
from bench.duplicate_pairs import Pair, PairMaker, Typed

PAIRS, SEED = 10_000, 4


@dataclass
class Result:
    """What was found, missed and mistaken; kinds tell where."""

    found: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    mistaken: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    examples: list[Pair] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the duplicates that were found."""
        return self.found / (self.found + self.missed.total())

    @property
    def precision(self) -> float:
        """Share of what was found that is a duplicate."""
        return self.found / (self.found + self.mistaken.total())


def card(typed: Typed) -> Card:
    """The card as the application would read it."""
    kind = ClientKind.COMPANY if typed.is_company else ClientKind.ENTREPRENEUR
    return card_of(
        TypedCard(
            typed.name, kind, typed.inn, typed.kpp, "", typed.town,
            phones=typed.phones, emails=typed.emails, people=typed.people,
        )
    )  # fmt: skip


def measure(pairs: int = PAIRS, seed: int = SEED) -> Result:
    """Compare all pairs."""
    result = Result()
    for pair in PairMaker(Random(seed)).pairs(pairs):
        first, second = card(pair.first), card(pair.second)
        is_met = bool(fingerprints(first) & fingerprints(second))
        is_found = is_met and compare(first, second).strength >= STRONG
        result.kinds["duplicate" if pair.is_duplicate else pair.kind] += 1
        if is_found and pair.is_duplicate:
            result.found += 1
        elif is_found:
            result.mistaken[pair.kind] += 1
        elif pair.is_duplicate:
            result.missed[pair.kind if is_met else f"not met: {pair.kind}"] += 1
        if is_found != pair.is_duplicate:
            result.examples.append(pair)
    return result


def main() -> None:
    """Print the table."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    begun = time.perf_counter()
    result = measure(pairs)
    print(f"pairs {pairs}: recall {result.recall:.2%}, precision {result.precision:.2%}", end="")
    print(f", {(time.perf_counter() - begun) / pairs * 1e3:.2f} ms a pair")
    for kind, count in sorted(result.kinds.items()):
        if kind != "duplicate":
            print(f"  two clients, {kind}: {result.mistaken[kind]} of {count} taken for one")
    for kind, count in result.missed.most_common(12):
        print(f"  one client, {kind}: {count} missed")
    for pair in result.examples[:: max(1, len(result.examples) // 12)] if "-v" in sys.argv else ():
        print(pair)


if __name__ == "__main__":
    main()
