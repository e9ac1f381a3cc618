"""What happens later: the worker that relays events, delivers webhooks and keeps house.

`worker.py` runs it all until it is told to stop, `reactions.py` says what follows from an event, `schedule.py` what is
done by the clock.
"""
