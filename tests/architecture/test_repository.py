"""The repository stands on its own: it needs, names and reads nothing outside."""

import ast
import re

from tests.architecture.tree import ROOT, text_files

_UPWARD = re.compile(r"(?<![\w./])(?:\.\./)+[\w.-]*")


def test_no_file_names_a_path_above_the_repository() -> None:
    outside = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, text in text_files()
        for found in _UPWARD.finditer(text)
        if not (path.parent / found[0]).resolve().is_relative_to(ROOT)
    ]

    assert not outside


def test_no_python_file_reads_above_the_repository() -> None:
    outside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, text in text_files()
        if path.suffix == ".py" and ".parents[" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "parents"
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        and node.slice.value >= len(path.relative_to(ROOT).parts)
    ]

    assert not outside


def test_no_file_names_the_machine_it_was_written_on() -> None:
    named = [path.relative_to(ROOT) for path, text in text_files() if f"{ROOT}/" in text]

    assert not named


def test_the_pins_name_hashes_and_no_place_to_download_from() -> None:
    for file in ("app.txt", "dev.txt"):
        text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==.*", text, re.MULTILINE)

        assert pins
        assert all(pin.endswith("\\") for pin in pins), "a pin without a hash"
        assert not re.search(r"://|^-", text, re.MULTILINE)
