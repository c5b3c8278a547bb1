"""Time as an argument, so that what waits can be tested without waiting."""

from __future__ import annotations

import threading
import time


class Clock:
    """The machine's own clock: seconds that only ever rise, from no particular zero."""

    def now(self) -> float:
        """Seconds now."""
        return time.monotonic()

    def wait_until(self, condition: threading.Condition, deadline: float) -> None:
        """Wait for the held `condition` to be notified, at most until `deadline` on this clock.

        As with any condition it may return early: whoever waits looks at what it waits for.
        """
        remaining = deadline - self.now()
        if remaining > 0:
            condition.wait(remaining)


MONOTONIC = Clock()
