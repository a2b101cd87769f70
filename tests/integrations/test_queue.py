"""The queue carries numbers of jobs from any process to the worker, and says when it does not answer."""

import os
import signal
import threading
from pathlib import Path

import pytest

from app.errors import IntegrationError
from app.integrations.queue import JobQueue


def test_the_worker_gets_what_was_sent_and_stops_gently(tmp_path: Path) -> None:
    done: list[int] = []
    looked = threading.Event()
    sender = JobQueue(tmp_path / "new")
    sender.send(7)
    sender.send(8)
    consumer = JobQueue(tmp_path / "new").consume(done.append, looked.set)

    def stop_when_done() -> None:
        looked.wait(10)
        while len(done) < 2:
            looked.wait(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop_when_done, daemon=True).start()
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    try:
        consumer.run()
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), before, strict=True):
            signal.signal(number, handler)
    assert done == [7, 8]
    assert looked.is_set()
    assert consumer.stop_flag.is_set()


def test_a_queue_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    with pytest.raises(IntegrationError, match="does not answer") as caught:
        JobQueue(tmp_path, "redis://127.0.0.1:1/0").send(1)
    assert caught.value.retry
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(IntegrationError):
        JobQueue(tmp_path / "file").send(1)


def test_a_queue_that_nobody_consumes_does_nothing_with_a_job(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path)
    queue.send(1)
    queue._do(1)
