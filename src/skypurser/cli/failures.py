"""What stopped a command, in one line that says what to do; anything else is a bug and keeps its traceback."""

import sys

import click

_REACH = (
    ("django.db", "OperationalError"),
    ("django.db", "InterfaceError"),
    ("psycopg", "OperationalError"),
)
_SAY_IT_THEMSELVES = (
    ("skypurser.errors", "Refusal"),
    ("skypurser.config.database", "DatabaseUnfit"),
    ("skypurser.config.database", "DatabaseUrlUnreadable"),
    ("skypurser.config.embedded.errors", "EmbeddedUnavailable"),
    ("skypurser.config.public_url", "PublicUrlUnreadable"),
    ("skypurser.config.mail", "MailUrlUnreadable"),
    ("skypurser.config.secret_key", "SecretKeyUnfit"),
    ("skypurser.cli.replaying.csvfile", "FileUnusable"),
    ("skypurser.cli.replaying.run", "RowFailed"),
)
_AGAIN = "Run the same command again: it goes on from there, and nothing is posted twice."


class Failed(click.ClickException):
    """Stops the command: the message goes to stderr, the exit code is 1."""


class Stopped(Failed):
    """Somebody stopped the command."""

    exit_code = 130  # as the shell counts: 128 and the number of the signal


def failure(error: Exception) -> Failed | None:
    """Return what to end with for this error, or None for one that nobody expected.

    Imports nothing: an error of a library that was never loaded can't have been raised.
    """
    if _is_any(error, _SAY_IT_THEMSELVES):
        return Failed(_sentence(error))
    if _is_any(error, (("skypurser.cli.replaying.run", "Interrupted"),)):
        return Stopped(f"{_sentence(error)} {_AGAIN}")
    if _is_any(error, (("skypurser.ledger.poster", "OutcomeUnknown"),)):
        return Failed(f"{_sentence(error)} Whether the last rows were posted is not known. {_AGAIN}")
    if _is_any(error, _REACH):
        return Failed(f"The database can't be reached, or was lost. {_sentence(error)}")
    if isinstance(error, OSError) and error.filename is not None:
        return Failed(f"{error.filename}: {error.strerror}.")
    return None


def _is_any(error: Exception, kinds: tuple[tuple[str, str], ...]) -> bool:
    for module, name in kinds:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(error, kind):
            return True
    return False


def _sentence(error: Exception) -> str:
    """Return the error's first line, written like a sentence."""
    first = (str(error) or type(error).__name__).strip().partition("\n")[0].rstrip()
    word = first.partition(" ")[0]
    if not {".", "/", "_"} & set(word.rstrip(".:,;")):  # a file's name stays as it is
        first = f"{first[:1].upper()}{first[1:]}"
    return first + ("" if first.endswith((".", "!", "?")) else ".")
