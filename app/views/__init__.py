"""Screens: declare, call, show."""
