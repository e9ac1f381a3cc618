"""Version 1: one file per resource, each with its shapes and its operations.

`admitting.py` takes a request from first to last, `operations.py` is how a resource declares what it can do,
`document.py` makes the one OpenAPI document. A new resource is a module with a `router`, named in `resources.py`.
"""
