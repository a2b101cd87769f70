"""Holds the collector of garbage back while the application is put together.

What loading the modules and building the routes makes lives as long as the process. Looking through it over and
over costs a quarter of the start. Importing this module begins the pause; `resume` ends it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

gc.disable()


def resume() -> None:
    """Let the collector work again; what is there now is left alone, and so stays shared between processes."""
    gc.freeze()
    gc.enable()


@contextmanager
def held_back() -> Iterator[None]:
    """Do something that leaves no garbage worth looking for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
