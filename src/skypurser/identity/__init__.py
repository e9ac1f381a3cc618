"""Persons who sign in: one user per person on this installation, whatever number of carriers they work for.

A user is nobody's until a membership is bound to it (`access/memberships.py`); what a person may do is the member's.
Signing in, second factors and sessions are django-allauth's; its tables are of the installation and know no carrier.
"""
