"""Lists as files, Excel and CSV: all that is filtered, with the columns that the list has on its page.

A list says in one place what it puts into a file (`lists.py`). A short one is written at once; of a long one a job is
asked for, whose file waits for whoever asked (`asking.py`, `making.py`). What a list is called, its filters and its
words are the desk's business: the settings name where its lists are found.
"""
