"""The witness: a process of its own that writes down, line by line, what sellers tell it.

Run as `python -m tests.durability.recorder SOCKET FILE`; says ready, and ends with its input. What a seller has sent
is in the kernel's hands, so that killing the seller takes nothing of it back; half a line was not said.
"""

import asyncio
import sys
from pathlib import Path

from tests.durability.wire import Gone, encode


async def record(socket: str, file: Path) -> None:
    """Write until the input ends."""
    with file.open("ab") as paper:

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while (line := await reader.readline()).endswith(b"\n"):
                paper.write(line)
                paper.flush()
            paper.write(encode(Gone()) + b"\n")
            paper.flush()
            writer.close()

        async with await asyncio.start_unix_server(listen, socket):
            print("ready", flush=True)  # noqa: T201 — the protocol
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1], Path(sys.argv[2])))
