"""The outside world: one module per system, plain dataclasses in and out, no tables."""
