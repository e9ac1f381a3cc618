"""Webhooks: tell other systems of events, signed, in order, and again until they have heard.

`endpoints.py` says where to and what, `fanning.py` turns events into deliveries, `delivering.py` sends what is due,
`replaying.py` sends again, `once.py` does both under a key, `queries.py` shows it all. `reach.py` decides which
addresses may be called at all.
"""
