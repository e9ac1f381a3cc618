"""The jobs that members ask for and do not wait for: how far each has come, what came of it, the file that it made.

`asking.py` keeps a job in the transaction of whoever asks; a worker does it (`claiming.py`, `running.py`). What a kind
of job does, and in which words it is told, is the business of the package that asks and of the pages.
"""
