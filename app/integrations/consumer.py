"""The consumer of the queue of jobs: what runs in the worker until it is told to stop."""

import signal

from huey.consumer import Consumer


class GentleConsumer(Consumer):  # type: ignore[misc]  # published without types
    """Stops gently: the current job saves its piece and goes back into the queue, whichever signal came."""

    def _set_signal_handlers(self) -> None:
        super()._set_signal_handlers()
        signal.signal(signal.SIGINT, lambda _signal, frame: self._handle_signal(signal.SIGTERM, frame))
