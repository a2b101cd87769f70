"""Service (сервис): visits of engineers, working hours, free slots, promises to clients.

- `hours` says when engineers work;
- `booking` keeps one person from being in two places;
- `visits` plans, moves, cancels and finishes visits;
- `slots` finds free time and books it for a client («Занять окно»).
"""
