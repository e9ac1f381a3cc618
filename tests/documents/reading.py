"""Read the text of a PDF that typst made back as it stands on its pages: what the eye sees, line by line."""

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_REFERENCE = rb"%s (\d+) 0 R"
_TOKEN = re.compile(rb"\(|\[|\]|/[^\s/\[\]()<>]+|[-+]?\d*\.?\d+|[A-Za-z'*]+[01]?")
_OF_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

#: So far apart, in points, letters stand on other lines.
_SAME_LINE = 2.0


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, its lines from top to bottom, what stands on one line from left to right."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    (root,) = (body for body in objects.values() if b"/Type/Pages" in body)
    numbers = re.findall(rb"(\d+) 0 R", root.partition(b"/Kids[")[2].partition(b"]")[0])
    return [_page(objects, objects[int(number)]) for number in numbers]


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_at(b"/Resources", page)]
    fonts = {
        name: _letters(_stream(objects[_at(b"/ToUnicode", objects[int(number)])]))
        for name, number in re.findall(rb"(/f\d+) (\d+) 0 R", resources)
    }
    lines: list[tuple[float, list[tuple[float, str]]]] = []
    for x, y, text in sorted(_pieces(_stream(objects[_at(b"/Contents", page)]), fonts), key=lambda one: -one[1]):
        if not lines or lines[-1][0] - y > _SAME_LINE:
            lines.append((y, []))
        lines[-1][1].append((x, text))
    return "\n".join(" ".join(text.strip() for _, text in sorted(line)) for _, line in lines)


def _pieces(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[tuple[float, float, str]]:
    """Yield where each piece of text begins, in points from the lower left corner, and what it says."""
    at = (1.0, 0.0, 0.0)  # which way is up, and the place
    kept: list[tuple[float, float, float]] = []
    operands: list[bytes] = []
    font: dict[int, str] = {}
    place = (0.0, 0.0)
    for token in _tokens(content):
        match token:
            case b"q":
                kept.append(at)
            case b"Q":
                at = kept.pop()
            case b"cm":
                *_, up, x, y = map(float, operands[-6:])
                at = (at[0] * up, at[1] + x, at[2] + at[0] * y)
            case b"Tf":
                font = fonts[operands[-2]]
            case b"Tm":
                x, y = map(float, operands[-2:])
                place = (at[1] + x, at[2] + at[0] * y)
            case b"Tj" | b"TJ":
                coded = b"".join(_unescaped(one[1:-1]) for one in operands if one.startswith(b"("))
                codes = (int.from_bytes(coded[start : start + 2]) for start in range(0, len(coded), 2))
                yield *place, "".join(font[code] for code in codes)
            case _:
                if not token[:1].isalpha():
                    operands.append(token)
                    continue
        operands.clear()


def _tokens(content: bytes) -> Iterator[bytes]:
    """Yield operators and operands; a text is in parentheses, and may have others in pairs in it."""
    position = 0
    while found := _TOKEN.search(content, position):
        position, depth = found.end(), 1
        while found[0] == b"(" and depth:
            mark = _OF_TEXT.search(content, position)
            assert mark is not None, "a text has no end"
            position = mark.end()
            depth += {b"(": 1, b")": -1}.get(mark[0], 0)
        yield content[found.start() : position]


def _letters(mapping: bytes) -> dict[int, str]:
    """Return what each glyph says, by its code."""
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", mapping.partition(b"endcodespacerange")[2])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    (length,) = re.findall(rb"/Length (\d+)", head)
    return zlib.decompress(rest[: int(length)])


def _at(name: bytes, body: bytes) -> int:
    (number,) = re.findall(_REFERENCE % re.escape(name), body)
    return int(number)


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8)]) if code.isdigit() else _PLAIN.get(code, code)

    return _ESCAPE.sub(plain, text)
