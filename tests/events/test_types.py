"""The list of public types, and that nothing done inside is left out of it unawares."""

import ast
import re

from skypurser.events.types import OF_ACT, OF_CARD, OF_STATUS, TYPES, UNTOLD, of_act, of_refusal
from tests.architecture.tree import modules


def actions() -> set[str]:
    """Every action that the code records, as it stands in the source."""
    found: set[str] = set()
    for module in modules():
        if module.is_migration:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "action":
                found |= _texts(node.value)
            if isinstance(node, ast.keyword) and node.arg == "action":
                found |= _texts(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_record", "self._acts.append"}:
                found |= {text for text in _texts(node) if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
    return found - {""}


def _texts(node: ast.AST | None) -> set[str]:
    if node is None:
        return set()
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_act_is_told_or_meant_not_to_be() -> None:
    done = actions()

    assert {"ticket.issued", "account.opened", "hold.expired", "webhook.created"} <= done
    assert done - OF_ACT.keys() - UNTOLD == {"account.status_changed"}


def test_every_type_is_explained_and_made_of_something() -> None:
    refused = map(of_refusal, ("ticket", "hold", "credit", "card_transfer", "save_quote", "book_quote"))
    made = {*OF_ACT.values(), *OF_STATUS.values(), *OF_CARD.values(), *refused}

    assert made == set(TYPES)
    assert all(sentence.endswith(".") for sentence in TYPES.values())
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in TYPES)


def test_a_change_of_status_is_told_by_what_it_changed_to() -> None:
    assert of_act("account.status_changed", "SUSPENDED") == "account.suspended"
    assert of_act("account.status_changed", None) is None


def test_what_concerns_the_telling_is_not_told() -> None:
    assert [of_act(action) for action in UNTOLD] == [None] * len(UNTOLD)
