"""The ledger's tests, and where each invariant of the ledger is an assertion.

| invariant | asserted by name in | and after every test by |
| --- | --- | --- |
| 1 debits = credits, per entry and over the whole ledger | `test_ledger_machine`, `test_decide_machine` | the audit |
| 2 stored net, held and last item are what movements and holds add up to | both machines | the audit |
| 3 items are gapless, each net follows from the one before, digests chain | `test_ledger_machine` | the audit |
| 4 no sale ever left available below zero | both machines, `test_concurrency` | the audit |
| 5 a refused operation left every row as it was | both machines, `test_holds`, `tests/tickets` | |
| 6 replaying a key changes nothing | `test_ledger_machine`, `test_concurrency`, `tests/tickets` | |
| 7 reversals never exceed the original | both machines, `test_reversing`, `tests/tickets/test_refunding` | the audit |
| 8 statements chain: closing(n) = opening(n+1) | `tests/statements/test_cutoff`, `test_guards` | the audit |
| 9 a booking paid by card ⇔ exactly one net deduction | `tests/charter/test_charter_machine` | the audit |
| 10 no row of one carrier is reachable by another | `tests/access/test_isolation` | |
"""
