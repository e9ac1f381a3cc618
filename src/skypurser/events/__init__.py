"""What others are told: the public types of events, and how an act or a refused attempt becomes one.

`types.py` is the list, `wording.py` puts facts into its words, `relaying.py` does so with all that was committed, and
`reading.py` shows it to those who may ask.
"""
