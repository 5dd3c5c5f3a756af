"""The time a computation may take, for rules that read no clock themselves."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """Seconds for a row of steps, each of which obeys the limit it is given.

    With a clock they share the seconds. Without, each may take half of them, and the first that needs more is the last:
    the others are quick, or they would have been the first.
    """

    seconds: float
    clock: Callable[[], float] | None = None
    spent: bool = False
    _until: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        if self.clock is not None:
            self._until = self.clock() + self.seconds

    def left(self) -> float:
        """Seconds the next step may take; 0 if there is no time for one, now or later."""
        left = self.seconds / 2 if self.clock is None else self._until - self.clock()
        self.spent = self.spent or left <= 0
        return 0.0 if self.spent else left
