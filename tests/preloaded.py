"""Snakemake whose scripts start in 0.1 s, not 2: each is forked from a process that has loaded the large packages.

`python preloaded.py ARGUMENTS` is `python -m snakemake ARGUMENTS`. Each script still runs in a process of its own and
reads the project's code anew.
"""

import importlib
import json
import os
import runpy
import shlex
import socket
import socketserver
import sys
import tempfile
from pathlib import Path

LARGE = "torch", "pandas", "matplotlib.figure", "matplotlib.backends.backend_pdf", "sklearn.cluster", "sklearn.manifold"
STREAMS = range(3)  # standard input, output and error


class Script(socketserver.BaseRequestHandler):
    """In a process forked for it."""

    def handle(self) -> None:
        message, streams, _, _ = socket.recv_fds(self.request, 1 << 20, len(STREAMS))
        for stream, standard in zip(streams, STREAMS, strict=True):
            os.dup2(stream, standard)
        folder, environment, sys.argv = json.loads(message)
        os.chdir(folder)
        os.environ.clear()
        os.environ |= environment
        sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
        status = b"\1"
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
            status = b"\0"
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            self.request.send(status)


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks as long as Snakemake lives, its parent."""

    parent = os.getpid()

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.parent:
            os._exit(0)


def ask(address: str, arguments: list[str]) -> int:
    """What Snakemake takes for Python: hands a script over and ends as it ends."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        message = json.dumps([os.getcwd(), dict(os.environ), arguments]).encode()
        socket.send_fds(server, [message], STREAMS)
        return (server.recv(1) or b"\1")[0]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        address, python = f"{folder}/server", Path(folder, "python")
        with Server(address, Script) as server:
            if not os.fork():
                for name in LARGE:
                    importlib.import_module(name)
                server.serve_forever()
        ours = shlex.join([sys.executable, "-S", __file__, "--ask", address])
        python.write_text(f'#!/bin/sh\nexec {ours} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        sys.executable = str(python)
        runpy.run_module("snakemake", run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "--ask":
        sys.exit(ask(sys.argv[2], sys.argv[3:]))
    main()
