"""Questions: read-only queries that give typed rows."""
