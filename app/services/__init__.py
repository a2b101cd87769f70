"""Rules and acts: plain functions in the caller's transaction; they flush, never commit."""
