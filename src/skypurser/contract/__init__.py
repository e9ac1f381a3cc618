"""What machines rely on: the forms of amounts and instants, of requests, responses and problems; and the OpenAPI part.

Both ways in, the counter and the API of resources, speak by these modules. Start reading at `operations.py`: the
counter's operations, one after the other, with what they take and give. `problem.py` has every code.
"""
