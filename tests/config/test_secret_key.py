"""The key that signs sessions: the same everywhere and always, and nobody else's to read."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skypurser.config.secret_key import FILE, SecretKeyUnfit, secret_key, when_needed

_PRINT = "import os; from skypurser.config.secret_key import secret_key; print(secret_key(os.environ))"


def test_it_is_the_one_that_is_set(tmp_path: Path) -> None:
    key = "k" * 32

    assert secret_key({"SKYPURSER_SECRET_KEY": key}, folder=tmp_path) == key
    assert not list(tmp_path.iterdir())


def test_else_one_is_made_that_stays_and_that_only_its_user_can_read(tmp_path: Path) -> None:
    first = secret_key({}, folder=tmp_path)
    again = secret_key({}, folder=tmp_path)

    assert first == again
    assert len(first) >= 50
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_have_the_same_one(tmp_path: Path) -> None:
    environment = {**os.environ, "SKYPURSER_HOME": str(tmp_path / "home")}
    environment.pop("SKYPURSER_SECRET_KEY")

    def ask(_: int) -> str:
        command = [sys.executable, "-c", _PRINT]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(ask, range(6)))

    assert len(keys) == 1
    assert len(list((tmp_path / "home").iterdir())) == 1


def test_who_comes_second_takes_what_the_first_has_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment between looking and writing, every time."""
    monkeypatch.setattr(Path, "exists", lambda _: False)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key({}, folder=tmp_path), range(40)))

    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    key = secret_key({}, folder=tmp_path)
    (tmp_path / FILE).chmod(mode)

    with pytest.raises(SecretKeyUnfit, match="others may read it") as refused:
        secret_key({}, folder=tmp_path)

    assert key not in str(refused.value)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("e" * 60)
    (tmp_path / "elsewhere").chmod(0o600)
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SecretKeyUnfit, match="SKYPURSER_SECRET_KEY"):
        secret_key({}, folder=tmp_path)


@pytest.mark.parametrize("text", ["", "short", "\n" * 40])
def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    (tmp_path / FILE).chmod(0o600)

    with pytest.raises(SecretKeyUnfit, match="fewer than 32"):
        secret_key({}, folder=tmp_path)
    with pytest.raises(SecretKeyUnfit, match="fewer than 32"):
        secret_key({"SKYPURSER_SECRET_KEY": "short"})


def test_a_folder_that_can_not_be_written_to_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SecretKeyUnfit, match="Set SKYPURSER_SECRET_KEY"):
        secret_key({}, folder=tmp_path / "nowhere")


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    environment = {"SKYPURSER_SECRET_KEY": ""}
    later = when_needed(environment)

    environment["SKYPURSER_SECRET_KEY"] = "n" * 40

    assert str(later) == "n" * 40
    assert later.encode() == b"n" * 40
    assert bool(later)
