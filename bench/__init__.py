"""Benchmarks: Kontora's pages and acts beside a bare page of the same rows, measured in one run."""
