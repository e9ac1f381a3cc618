"""Who holds accounts, and where: agency offices and corporate clients.

Start with `registering`; `airports` knows the country and the local time of a place.
"""
