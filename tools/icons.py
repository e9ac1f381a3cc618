"""Make the sprite of icons from an unpacked package of Tabler's icons.

    .venv/bin/python -m tools.icons PACKAGE > src/skypurser/web/static/web/icons.svg

Takes the icons that `NAMES` lists. A page shows one by `{% icon "search" %}`.
"""

import re
import sys
from pathlib import Path

NAMES = (
    *("home", "list", "id", "plus", "minus", "percentage", "checks", "ticket", "ban", "building", "users", "shield"),
    *("key", "webhook", "search", "menu-2", "chevron-down", "chevron-right", "chevron-left", "selector", "user"),
    *("sun", "moon", "device-desktop", "language", "keyboard", "devices", "logout", "x", "check", "alert-triangle"),
    *("info-circle", "circle-check", "player-pause", "lock", "download", "filter", "arrow-left", "arrow-right"),
    *("history", "file-text", "wallet", "adjustments", "trash", "pencil", "eye", "refresh", "calendar", "clock"),
    *("plane", "briefcase", "credit-card", "copy", "external-link", "dots", "mail", "bookmark", "scissors"),
    *("alert-circle", "trending-down", "arrows-exchange", "printer", "player-play", "fingerprint", "lifebuoy"),
    *("columns-3", "circle-x", "hourglass", "door-enter", "door-exit", "link", "bell", "upload", "table-export"),
    *("command", "arrow-up", "arrow-down"),
)


def sprite(package: Path) -> str:
    """Return the sprite: one symbol per icon, drawn in the colour of the text around it."""
    symbols = []
    for name in sorted(NAMES):
        text = (package / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>", text)
        drawn = "".join(" ".join(shape.split()) for shape in shapes if 'stroke="none"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>')
    head = "<!-- Tabler Icons, MIT; see vendor/tabler-icons-3.51.0/LICENSE. Made by tools/icons.py. -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{head}\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    sys.stdout.write(sprite(Path(sys.argv[1])))
