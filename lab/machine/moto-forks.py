"""Forks a moto server for each connection to a socket: to import moto is most of what the start of a server costs.

The server writes its port and its process id to the connection, and ends when the connection does. This program and its
servers end with its standard input.
"""

import gc
import os
import select
import signal
import socket
import sys
import threading

SERVICES = ("s3", "iam", "kms", "dynamodb", "sts")


def make_application():
    from moto.server import DomainDispatcherApplication, create_backend_app

    application = DomainDispatcherApplication(create_backend_app)
    for service in SERVICES:
        application.app_instances[service] = create_backend_app(service)
    return application


def end_with(connection):
    while connection.recv(64):
        pass
    os._exit(0)


def serve(application, connection):
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        def log(self, *_):
            pass

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    connection.sendall(f"{server.port} {os.getpid()}\n".encode())
    server.serve_forever()


def main(path):
    servers = set()

    def reap(*_):
        for pid in list(servers):
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                servers.discard(pid)

    signal.signal(signal.SIGCHLD, reap)
    os.environ["MOTO_PORT"] = "0"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    print("listening", flush=True)
    application = None
    while True:
        ready, _, _ = select.select([sys.stdin, listener], [], [])
        if sys.stdin in ready:
            break
        connection, _ = listener.accept()
        if application is None:
            application = make_application()
            gc.freeze()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            os.setsid()
            serve(application, connection)
        servers.add(pid)
        connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in servers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


main(sys.argv[1])
