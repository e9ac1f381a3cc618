"""Passwords hashed like the real ones, but quickly; a server beside the tests reads them all the same."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 that takes no time."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
