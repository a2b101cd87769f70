"""A mailbox on this machine that speaks as much of IMAP (RFC 3501) as is needed to fetch letters."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """Letters by UID. `answers` says what it replies to a command otherwise than «OK», whole lines without the tag."""

    port: int = 0
    uid_validity: int = 1
    letters: dict[int, bytes] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, folder: str = "", user: str = "office%40example.ru:slovo", query: str = "?tls=no") -> str:
        return f"imap://{user}@127.0.0.1:{self.port}/{folder}{query}"

    def put(self, raw: bytes) -> int:
        """Deliver a letter; gives its UID."""
        uid = max(self.letters, default=0) + 1
        self.letters[uid] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return uid


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self.box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._say("* OK test")
        while line := self.rfile.readline():
            tag, _blank, said = line.decode().strip().partition(" ")
            self.box.asked.append(said)
            word = said.split(" ")[0].upper()
            word = said.upper().split(" ")[1] if word == "UID" else word
            if word in self.box.answers:
                self._say(
                    self.box.answers[word] if self.box.answers[word][0] == "*" else f"{tag} {self.box.answers[word]}"
                )
                if self.box.answers[word].startswith("* BYE"):
                    return
                continue
            getattr(self, f"_{word.lower()}", lambda _said: None)(said)
            self._say(f"{tag} OK done")
            if word == "LOGOUT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _capability(self, _said: str) -> None:
        self._say("* CAPABILITY IMAP4rev1")

    def _examine(self, _said: str) -> None:
        self._say(f"* {len(self.box.letters)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.box.uid_validity}] UIDs valid")

    def _search(self, said: str) -> None:
        uids = sorted(self.box.letters)
        if found := re.search(r"UID (\d+):\*", said):
            uids = [uid for uid in uids if uid >= int(found[1])] or uids[-1:]
        self._say(f"* SEARCH {' '.join(map(str, uids))}")

    def _fetch(self, said: str) -> None:
        uid, largest = (int(number) for number in re.findall(r"FETCH (\d+) .*<0\.(\d+)>", said)[0])
        raw = self.box.letters[uid]
        part = raw[:largest]
        head = f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} BODY[]<0> {{{len(part)}}}\r\n"
        self.wfile.write(head.encode() + part + b")\r\n")

    def _logout(self, _said: str) -> None:
        self._say("* BYE")


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A running mailbox; gone afterwards."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        box = Mailbox(server.server_address[1])
        server.box = box  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield box
        server.shutdown()
        thread.join()
