"""Runs the AWS CLI, each command in a process of its own, forked from this one, which has loaded it already: half of what a
command costs is loading it. aws-cli.py PROGRAM prints the port that it listens on, takes one JSON array of arguments a
connection, answers what became of it as JSON, and ends with its standard input."""

import json
import os
import runpy
import select
import socketserver
import sys
import tempfile
import traceback

import awscli.clidriver
import awscli.handlers

PROGRAM = sys.argv[1]


def exit_code():
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
        return 0
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1


class Command(socketserver.StreamRequestHandler):
    def handle(self):
        sys.argv = [PROGRAM, *json.loads(self.rfile.readline())]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = exit_code()
            sys.stdout.flush()
            sys.stderr.flush()
            printed = [os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode() for file in (out, err)]
        self.wfile.write(json.dumps({"code": code, "stdout": printed[0], "stderr": printed[1]}).encode())


with socketserver.ForkingTCPServer(("127.0.0.1", 0), Command) as server:
    print(server.server_address[1], flush=True)
    while sys.stdin not in select.select([sys.stdin, server], [], [])[0]:
        server.handle_request()
        server.service_actions()
