"""Letters to people by e-mail: written with the act that they tell of, sent later, told what became of them.

`writing.py` keeps a letter in the transaction of its act; a worker sends it (`claiming.py`, `delivering.py`,
`sending.py`). Which letters a product writes, and in which words, is the product's business.
"""
