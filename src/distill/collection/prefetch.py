"""Make batches ahead in a thread, so that a training step does not wait for its data.

It knows nothing of sounds: any function of the step number will do. Because batches are pure
functions of their step (:class:`distill.collection.segments.Crops`), making them ahead, or throwing
away what was made ahead, changes nothing but time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["Prefetch"]

T = TypeVar("T")


class Prefetch(Generic[T]):
    """A thread that stays a few steps ahead of its consumer.

    Parameters
    ----------
    make_batch : function of int
        Called in the thread with one step number after another.
    first_step : int
        The step that is made first.
    depth : int >= 1
        Most batches kept ready; each costs its size in memory.

    Attributes
    ----------
    waited_seconds : float
        How long :meth:`get` has waited so far, the first batch included.

    Examples
    --------
    >>> with Prefetch(lambda step: step * step, first_step=3) as squares:
    ...     [squares.get(step) for step in (3, 4, 5)]
    [9, 16, 25]
    """

    def __init__(self, make_batch: Callable[[int], T], first_step: int, *, depth: int = 3) -> None:
        assert depth >= 1, depth
        self.waited_seconds = 0.0
        self._make_batch = make_batch
        self._depth = depth
        self._change = threading.Condition()  # guards everything below
        self._ready: dict[int, T] = {}
        self._next = first_step  # the step to be made next
        self._course = 0  # counts jumps, so that a batch begun before a jump is not taken for one after it
        self._error: BaseException | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="distill-prefetch", daemon=True)
        self._thread.start()

    def get(self, step: int) -> T:
        """Hand over the batch of a step.

        Steps are meant to be asked for in order; any other step (after a roll-back, say) throws away
        what was made ahead and starts from there.

        Raises
        ------
        Exception
            Whatever ``make_batch`` raised for this step. Batches made before it are still handed over,
            and asking again makes the batch again.
        """
        started = time.perf_counter()
        with self._change:
            assert not self._closed, "the prefetch has been closed"
            if step not in self._ready and step != self._next:
                self._ready.clear()
                self._next, self._error = step, None
                self._course += 1
            for older in [made for made in self._ready if made < step]:
                del self._ready[older]
            self._change.notify_all()
            self._change.wait_for(lambda: step in self._ready or self._error is not None)
            self.waited_seconds += time.perf_counter() - started
            if step not in self._ready:
                error, self._error = self._error, None
                assert error is not None
                raise error
            batch = self._ready.pop(step)
            self._change.notify_all()
            return batch

    def close(self) -> None:
        """Stop the thread and drop what was made ahead; waits for a batch that is being made."""
        with self._change:
            self._closed = True
            self._ready.clear()
            self._change.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _idle(self) -> bool:
        return self._error is not None or len(self._ready) >= self._depth

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or not self._idle())
                if self._closed:
                    return
                step, course = self._next, self._course
            made: dict[int, T] = {}
            error: BaseException | None = None
            try:
                made[step] = self._make_batch(step)
            except BaseException as raised:  # handed to the consumer, whatever it is
                error = raised
            with self._change:
                if course != self._course:
                    continue
                self._ready.update(made)
                self._next += len(made)
                self._error = error
                self._change.notify_all()
