/**
 * The program that takes a block of samples, as the first process of its sandbox: each sample a fresh process, started the cheapest way
 * there is, its end seen at once; whatever it leaves running is named and killed. It runs with the distribution's `python3 -I -S`.
 *
 * Arguments: seconds a sample may take, bytes it may print, bytes of its output to keep, `yes` where PYTHONHASHSEED is always 1,
 * which states of the program's files to report (`before`, `after`, both or `-`, with commas), the numbers of the samples with commas,
 * then the command. To descriptor 3 it writes records: a line of fields, then as many bytes as its last fields say.
 */
export const samplerProgram = `
import os, select, signal, sys, time

limit, most, keep = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
stable, states, numbers, command = sys.argv[4] == "yes", sys.argv[5].split(","), sys.argv[6].split(","), sys.argv[7:]
os.set_inheritable(3, False)
report = os.fdopen(3, "wb")

def record(kind, *fields, parts=()):
    report.write(" ".join([kind, *map(str, fields), *(str(len(part)) for part in parts)]).encode() + b"\\n")
    for part in parts:
        report.write(part)
    report.flush()

record("begun")

def program_files():
    import hashlib
    lines = []
    for folder, folders, files in os.walk("."):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = os.path.join(folder, name)
            if not name.endswith((".py", ".so")):
                continue
            try:
                with open(path, "rb") as file:
                    lines.append(path + " " + hashlib.sha256(file.read()).hexdigest())
            except OSError as error:
                lines.append(path + " " + str(error.errno))
    return "\\n".join(lines).encode("utf-8", "surrogateescape")

def others():
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) in (1, os.getpid()):
            continue
        try:
            with open("/proc/" + entry + "/stat", "rb") as file:
                name, _, state = file.read().rpartition(b")")
        except OSError:
            continue
        state, _, group = state.split()[:3]
        if state not in (b"Z", b"X"):
            found.append((name.partition(b"(")[2], int(group)))
    return found

def end_others():
    found = others()
    left = found
    while left:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        time.sleep(0.002)
        left = others()
    return found

class Output:
    def __init__(self):
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self.kept, self.total, self.open = [], 0, True

    def take(self):
        try:
            chunk = os.read(self.read, 1 << 16)
        except BlockingIOError:
            return False
        if not chunk:
            self.open = False
            return False
        self.total += len(chunk)
        self.kept.append(chunk)
        while sum(map(len, self.kept)) - len(self.kept[0]) >= keep:
            self.kept.pop(0)
        return True

    def tail(self):
        while self.take():
            pass
        os.close(self.read)
        return b"".join(self.kept)[-keep:]

def sample(number):
    environment = dict(os.environ)
    environment["PYTHONHASHSEED"] = "1" if stable else str(number + 1)
    environment["EVENKEEL_PADDING"] = "x" * (16 * number)
    out, err = Output(), Output()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, out.write, 1),
        (os.POSIX_SPAWN_DUP2, err.write, 2),
    ]
    clock, start = time.time(), time.monotonic()
    try:
        pid = os.posix_spawnp(command[0], command, environment, file_actions=actions, setsid=True)
    except OSError as error:
        record("unstartable", number, parts=[str(error).encode()])
        return False
    os.close(out.write)
    os.close(err.write)
    ended = os.pidfd_open(pid)
    waiting = select.poll()
    for descriptor in (out.read, err.read, ended):
        waiting.register(descriptor, select.POLLIN)
    why = "-"
    while True:
        left = limit - (time.monotonic() - start)
        if why == "-" and left <= 0:
            why = "time"
        if why == "-" and out.total + err.total > most:
            why = "output"
        if why != "-":
            end_others()
        ready = {descriptor for descriptor, _ in waiting.poll(max(1, left * 1000) if why == "-" else 100)}
        if ended in ready:
            seconds, clock = time.monotonic() - start, time.time() - clock
            break
        for output in (out, err):
            if output.read in ready and not output.take() and not output.open:
                waiting.unregister(output.read)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(ended)
    # What stays in its own group ends with it, as with a shell's job; what left the group meant to stay.
    found = end_others()
    left_behind = [name for name, group in found if group != pid] if why == "-" else []
    record("sample", number, status, why, repr(seconds), repr(clock), parts=[out.tail(), err.tail(), b"\\n".join(left_behind)])
    return status == 0 and why == "-" and not left_behind

if "before" in states:
    record("before", parts=[program_files()])
if all(sample(int(number)) for number in numbers) and "after" in states:
    record("after", parts=[program_files()])
`;
