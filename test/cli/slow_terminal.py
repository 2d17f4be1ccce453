"""Runs a command on a terminal of its own that shows what is written slowly.

slow_terminal.py COLUMNS BYTES PAUSE COMMAND.. reads BYTES at a time, PAUSE seconds apart, and prints JSON: what was written
(output), and the exit code (code).
"""
import fcntl, json, os, pty, struct, sys, termios, time

columns, size, pause, *command = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(columns), 0, 0))
    os.execvp(command[0], command)
output = b""
while True:
    try:
        piece = os.read(fd, int(size))
    except OSError:
        break
    if not piece:
        break
    output += piece
    if float(pause) > 0:
        time.sleep(float(pause))
_, status = os.waitpid(pid, 0)
print(json.dumps({"output": output.decode(errors="replace"), "code": os.waitstatus_to_exitcode(status)}))
