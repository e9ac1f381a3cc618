"""What a carrier sees first: exposure, accounts that want attention, refusals and sales. Start at `questions.py`.

Where counting would take long, the worker keeps roll-ups (`rolling_up.py`), and their age is told.
"""
