"""Everything that `flask kontora check` and the nightly check prove."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.services.ledger import Difference, check_registers


@dataclass(frozen=True)
class CheckResult:
    """What the check found; `is_right` tells whether there was nothing to find."""

    registers: tuple[Difference, ...]

    @property
    def is_right(self) -> bool:
        """Whether all figures agree."""
        return not self.registers


def check_all(session: Session) -> CheckResult:
    """Compute again whatever can be computed again, and compare with what is kept. Changes nothing."""
    return CheckResult(registers=tuple(check_registers(session)))
