"""Who may come in: sign-ins, limits on failed ones, passwords, and the rights that roles give."""
