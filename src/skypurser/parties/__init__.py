"""Who holds accounts, and where: agency offices, corporate clients, charter customers and their persons.

Start with `registering`, and with `customers` for the charter desk; `airports` knows the country and the local time of
a place.
"""
