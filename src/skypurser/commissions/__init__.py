"""What a sale earns its seller: free, fixed and maximum rates.

Start with `rules`: the three modes, and what an issuing agent may enter under each.
"""
