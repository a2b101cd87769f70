"""The radar: everything that slips, rule by rule."""
