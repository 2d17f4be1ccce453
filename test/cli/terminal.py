"""Runs a command on a terminal of its own and sends it a signal once it has written something.

terminal.py SIGNAL TEXT SECONDS COMMAND.. prints JSON: what was written (output), its exit code as shells count it, 128 and
the signal's number where one ended it (code), and how long it took to end after the signal (seconds).
"""
import json, os, pty, select, signal, sys, time

name, text, limit, *command = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
output = b""
sent = None
deadline = time.time() + float(limit)
while time.time() < deadline:
    ready, _, _ = select.select([fd], [], [], 0.05)
    if ready:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        output += piece
    if sent is None and text.encode() in output:
        time.sleep(0.3)
        sent = time.time()
        if name == "CTRL-C":
            os.write(fd, b"\x03")
        else:
            os.kill(pid, getattr(signal, name))
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
seconds = None if sent is None else time.time() - sent
print(json.dumps({"output": output.decode(errors="replace"), "code": code if code >= 0 else 128 - code, "seconds": seconds}))
