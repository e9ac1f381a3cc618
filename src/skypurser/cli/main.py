"""The command `skypurser`: wires the verbs, and says in one line what stopped them."""

import importlib
import keyword

import click

from skypurser.cli.failures import failure

#: Each verb's module, loaded when it is asked for.
_VERBS = (
    "account",
    "api-key",
    "approval",
    "audit",
    "carrier",
    "demo",
    "import",
    "mail",
    "member",
    "migrate",
    "replay",
    "role",
    "serve",
    "user",
    "worker",
)


class Skypurser(click.Group):
    """The verbs by name; whatever stops one of them becomes one line on stderr, exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """Return the verbs."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load the verb's module; the command in it is called like the module."""
        if cmd_name not in _VERBS:
            return None
        module = cmd_name.replace("-", "_") + "_" * keyword.iskeyword(cmd_name)
        command = getattr(importlib.import_module(f"skypurser.cli.{module}"), module)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            failed = failure(error)
            if failed is None:  # a bug: its traceback is what helps
                raise
            raise failed from error


@click.group(cls=Skypurser, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="skypurser", message="skypurser %(version)s")
def main() -> None:
    """The ledger of an air carrier's customers: electronic accounts of agencies and corporate clients.

    Without DATABASE_URL, Skypurser runs its own PostgreSQL and keeps the data in SKYPURSER_HOME.
    """
