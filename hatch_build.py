"""What is made when Skypurser is built or installed: the compiled catalogues of translations."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface[Any]):
    """Compiles the catalogues; they go into the wheel as artifacts, and stay beside the source in an editable one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 — hatchling's signature
        """Compile before the files are gathered."""
        sys.path.insert(0, str(Path(self.root)))
        from tools.catalogues import compile_all  # noqa: PLC0415 — found only now

        compile_all()
