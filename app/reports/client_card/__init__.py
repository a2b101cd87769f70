"""Questions behind the card of a client. Every answer obeys the row rule of the session that asks."""
