"""Runs the command of an image in debugpy: slipway_debug.py PORT COMMAND…

A command is an interpreter with a module, a text or a file, or a script of a package, as in `uvicorn main:app`. Others
run without a debugger.

debugpy has an adapter, a process that debuggers connect to. It listens before the program is connected to it, and ends
when a debugger goes away before; then the program would end, too. So this file is also the adapter, which accepts no
debugger until the program is connected.
"""

import os
import runpy
import shutil
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def is_script(path):
    """Whether a file is a program for an interpreter."""
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!" and b"python" in file.readline()
    except OSError:
        return False


def command(port, words):
    """The arguments of debugpy for a command, after options of the interpreter."""
    path = shutil.which(words[0]) or words[0]
    if not os.path.basename(path).startswith("python"):
        return [path, *words[1:]] if is_script(path) else None
    rest = list(words[1:])
    options = []
    while rest and rest[0].startswith("-") and rest[0] not in ("-c", "-m"):
        options.append(rest.pop(0))
        if options[-1] in ("-W", "-X") and rest:
            options.append(rest.pop(0))
    if options and rest:
        os.execv(path, [path, *options, __file__, port, path, *rest])
    return rest or None


def run_adapter():
    """Runs the adapter, as debugpy does with its folder."""
    sys.path[0] = HERE
    from debugpy.adapter import clients, servers

    client = clients.Client

    def accept(connection):
        while not servers.connections():
            time.sleep(0.01)
        # A debugger speaks first. Nothing is sent to others: they may be gone, and debugpy would accept nobody again.
        try:
            if connection.recv(1, socket.MSG_PEEK):
                client(connection)
                return
        except OSError:
            pass
        connection.close()

    def start(connection):
        threading.Thread(target=accept, args=[connection], daemon=True).start()

    clients.Client = start
    runpy.run_module("debugpy.adapter", run_name="__main__")


def run_command():
    """Runs the command."""
    port, words = sys.argv[1], sys.argv[2:]
    found = command(port, words)
    if found is None:
        sys.stderr.write(f"No debugger: `{words[0]}` is not a program for Python\n")
        os.execvp(words[0], words)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if HERE not in sys.path:
        sys.path.insert(0, HERE)
    from debugpy import adapter
    from debugpy.server import cli

    # debugpy runs the folder of this file.
    adapter.__file__ = __file__ + "/"
    # The program finds only its own modules.
    sys.path.remove(HERE)
    sys.argv = ["debugpy", "--listen", "0.0.0.0:" + port, *found]
    cli.main()


if sys.argv[1] == "--for-server":
    run_adapter()
else:
    run_command()
