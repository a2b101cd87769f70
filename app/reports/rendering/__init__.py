"""Rows and records turned into files: sheets, PDF, charts, maps."""
