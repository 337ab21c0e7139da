"""Runs a program in a terminal of its own and lets another program act as the person in front of it.

usage: terminal-window.py COLUMNS PROGRAM [ARGUMENT ...]

Standard input takes one JSON object per line: {"type": TEXT} types it, {"close": true} closes the window.
Standard output gives one JSON object per line: {"pid": N}, {"shown": TEXT}, and at last {"code": N} or {"signal": N}.
"""

import codecs, fcntl, json, os, pty, select, signal, struct, sys, termios


def say(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main():
    columns = int(sys.argv[1])
    pid, window = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    fcntl.ioctl(window, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    say(pid=pid)
    decoder = codecs.getincrementaldecoder("utf8")("replace")
    typed = b""
    watched = [window, 0]
    while window in watched:
        ready, _, _ = select.select(watched, [], [])
        if window in ready:
            try:
                data = os.read(window, 65536)
            except OSError:  # Linux answers EIO when the last program has left the terminal.
                data = b""
            if data == b"":
                watched.remove(window)
                continue
            say(shown=decoder.decode(data))
        if 0 in ready:
            data = os.read(0, 65536)
            if data == b"":
                watched.remove(0)
            typed += data
            *lines, typed = typed.split(b"\n")
            for line in lines:
                order = json.loads(line)
                if "type" in order:
                    os.write(window, order["type"].encode())
                elif order.get("close") and window in watched:
                    watched.remove(window)
                    os.close(window)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        say(signal=os.WTERMSIG(status))
    else:
        say(code=os.WEXITSTATUS(status))


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
main()
