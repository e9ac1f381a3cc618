"""The servers under one supervisor: pages and resources, the counter, the worker.

`supervisor.py` keeps processes running and stops them cleanly and knows nothing of what they do; `plan.py` says which
processes those are. Start reading there.
"""
