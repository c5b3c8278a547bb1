"""Reading a finished source as fast as the machine goes: several frames are under way at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor

from faceapp.live.frames import Frame
from faceapp.live.reader import Answers, FrameReader, Looked
from faceapp.live.readings import FrameReading


def read_ahead(
    frames: Generator[Frame], reader: FrameReader, asking: int
) -> Generator[tuple[Frame, FrameReading]]:
    """Every frame with its reading, in order, and the same as `reader.read` gives.

    One thread takes frames and looks for faces, `asking` others wait for the model, and whoever
    iterates smooths and numbers: what must see frames in order sees them so. At most two frames
    more than `asking` are held, however long the source and however slow whoever iterates.

    `reader.model` must stand `asking` threads at a time. An error of any frame is raised in its
    turn. Closing the iterator waits for the frames under way and closes `frames`.
    """
    looks = ThreadPoolExecutor(1, "look at frames")
    asks = ThreadPoolExecutor(asking, "ask model")

    def look() -> tuple[Looked, Future[Answers]] | None:
        frame = next(frames, None)
        if frame is None:
            return None
        looked = reader.look(frame)
        return looked, asks.submit(reader.ask, looked)

    try:
        coming = deque(looks.submit(look) for _ in range(asking + 2))
        while (found := coming.popleft().result()) is not None:
            coming.append(looks.submit(look))
            looked, answers = found
            yield looked.frame, reader.tell(looked, answers.result())
    finally:
        looks.shutdown(cancel_futures=True)
        asks.shutdown(cancel_futures=True)
        frames.close()
