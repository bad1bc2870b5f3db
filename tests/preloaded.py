"""Python that starts in 0.1 s, not 2: forked from a process that has loaded Snakemake and the large packages.

A server (`python preloaded.py FOLDER`) writes FOLDER/python, which takes a script, `-c CODE` or `-m MODULE` with
arguments, as Python does, and FOLDER/MODULE for some modules. Each runs in a process of its own and reads the project's
code anew; Snakemake starts its scripts so, too.
"""

import importlib
import json
import os
import runpy
import shlex
import socket
import socketserver
import sys
from pathlib import Path

SERVED = "torch", "pandas", "matplotlib.figure", "matplotlib.backends.backend_pdf", "sklearn.cluster"
SERVED += "sklearn.manifold", "snakemake.cli", "snakemake.scheduling.job_scheduler", "dvc.repo", "dvc.cli", "pytest"
COMMANDS = {"python": "", "dvc": "-m dvc", "pytest": "-m pytest", "snakemake": "-m snakemake"}
STREAMS = range(3)  # standard input, output and error


class Program(socketserver.BaseRequestHandler):
    """In a process forked for it."""

    def handle(self) -> None:
        message, streams, _, _ = socket.recv_fds(self.request, 1 << 20, len(STREAMS))
        for stream, standard in zip(streams, STREAMS, strict=True):
            os.dup2(stream, standard)
        folder, environment, arguments = json.loads(message)
        os.chdir(folder)
        os.environ.clear()
        os.environ |= environment
        sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
        status = b"\1"
        try:
            run(arguments)
            status = b"\0"
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
            elif not end.code:
                status = b"\0"
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            self.request.send(status)


def run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    elif arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(arguments[1], {"__name__": "__main__"})  # noqa: S102
    else:
        sys.argv = arguments
        runpy.run_path(sys.argv[0], run_name="__main__")


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Loads at the first request, and lives as long as the tests, its parent."""

    parent = os.getppid()
    max_children = 100

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        for name in SERVED:
            importlib.import_module(name)
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.parent:
            os._exit(0)


def ask(address: str, arguments: list[str]) -> int:
    """Hands a program over and ends as it ends."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        message = json.dumps([os.getcwd(), dict(os.environ), arguments]).encode()
        socket.send_fds(server, [message], STREAMS)
        return (server.recv(1) or b"\1")[0]


def main(folder: Path) -> None:
    address = str(folder / "server")
    with Server(address, Program) as server:
        ours = shlex.join([sys.executable, "-S", __file__, "--ask", address])
        for name, options in COMMANDS.items():
            command = folder / name
            command.write_text(f'#!/bin/sh\nexec {ours} {options} "$@"\n', encoding="utf-8")
            command.chmod(0o755)
        (folder / "ready").touch()
        sys.executable = str(folder / "python")
        server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "--ask":
        sys.exit(ask(sys.argv[2], sys.argv[3:]))
    main(Path(sys.argv[1]))
