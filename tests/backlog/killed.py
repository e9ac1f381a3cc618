"""A worker to be killed: `python -m tests.backlog.killed CARRIER JOB`."""

import sys

import django

if __name__ == "__main__":
    django.setup()

    from skypurser.backlog.running import run
    from tests.backlog.kinds import KINDS

    carrier_id, job_id = map(int, sys.argv[1:])
    run(carrier_id=carrier_id, job_id=job_id, kinds=KINDS)
