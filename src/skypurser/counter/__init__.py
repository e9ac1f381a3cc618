"""The hot path for machines: issue, void, refund, hold, capture, availability.

One handler behind two servers. `handling.py` takes a request from first to last; `selling.py`, `holding.py` and
`verdicts.py` have one function per operation; a `Desk` (`desk.py`) answers what they ask. `application.py` is the lean
server's application with the batcher behind it, which `rsgi.py` and `asgi.py` call; `views.py` has the same operations
inside Django, each request in a transaction of its own.
"""
