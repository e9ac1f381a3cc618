"""Who holds accounts, and where: agency offices, corporate clients, charter customers and their persons.

Start with `airports`: the country and the local time of a place.
"""
