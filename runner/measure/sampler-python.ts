/**
 * Python program that takes a block of samples. Each sample is a fresh process; processes that it leaves running are reported and killed.
 * It runs with the distribution's `python3 -I -S`, as root of its namespace, with the right to become another account. Samples run as that
 * account, and so does hashing of files that they could have written. They can neither read, trace nor signal this program.
 *
 * Arguments: user and group id of the account, seconds a sample may take, bytes it may print, bytes of its output to keep, `yes` where
 * PYTHONHASHSEED is always 1, which states of the program's files to report (`before`, `after`, both or `-`, with commas), the numbers of
 * the samples with commas, then the command. To descriptor 3 it writes records: a line of fields, then as many bytes as its last fields say.
 */
export const samplerProgram = `
import os, select, stat, sys, time

user, group = int(sys.argv[1]), int(sys.argv[2])
limit, most, keep = float(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
stable, states, numbers, command = sys.argv[6] == "yes", sys.argv[7].split(","), sys.argv[8].split(","), sys.argv[9:]
# Importing signal would take a third of the start.
SIGKILL = 9
os.set_inheritable(3, False)
report = os.fdopen(3, "wb")
seconds_to_hash, bytes_to_hash, files_to_hash, folders_to_enter = 60, 1 << 30, 100000, 64

def record(kind, *fields, parts=()):
    report.write(" ".join([kind, *map(str, fields), *(str(len(part)) for part in parts)]).encode() + b"\\n")
    for part in parts:
        report.write(part)
    report.flush()

record("begun")

def become_the_account():
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)

def program_files():
    import hashlib
    lines, left = [], bytes_to_hash
    for folder, folders, files in os.walk("."):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        if folder.count("/") > folders_to_enter:
            folders.clear()
        parts = folder.split("/")
        # Sources that a preparation left are what is worked on, such as a file to check that is new in each sample.
        is_input = any(part.endswith(".tmpdir") for part in parts) and "site-packages" not in parts
        for name in sorted(files):
            if not name.endswith(".so") and (is_input or not name.endswith(".py")):
                continue
            path = os.path.join(folder, name)
            try:
                told, size = file_hash(path, left, hashlib.sha256())
                left -= size
            except OSError as error:
                told = str(error.errno)
            lines.append(path.replace("\\n", "?") + " " + told)
            if len(lines) == files_to_hash:
                return lines
    return lines

def file_hash(path, left, hashed):
    if os.path.islink(path):
        hashed.update(os.fsencode(os.readlink(path)))
        return "link:" + hashed.hexdigest(), 0
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_size > left:
            return "unread:%o:%d" % (stat.S_IFMT(found.st_mode), found.st_size), 0
        while chunk := os.read(file, 1 << 20):
            hashed.update(chunk)
        return hashed.hexdigest(), found.st_size
    finally:
        os.close(file)

def report_files(state):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            become_the_account()
            os.close(read)
            with os.fdopen(write, "wb") as out:
                out.write("\\n".join(program_files()).encode("utf-8", "surrogateescape"))
        finally:
            os._exit(0)
    os.close(write)
    chunks, end = [], time.monotonic() + seconds_to_hash
    while select.select([read], [], [], max(0, end - time.monotonic()))[0] and (chunk := os.read(read, 1 << 16)):
        chunks.append(chunk)
    os.close(read)
    os.kill(pid, SIGKILL)
    os.waitpid(pid, 0)
    record(state, parts=[b"".join(chunks)])

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
            os.kill(-1, SIGKILL)
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

def start_sample(environment, out, err, problem):
    try:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        become_the_account()
        os.execvpe(command[0], command, environment)
    except BaseException as error:
        os.write(problem, str(error).encode())
    finally:
        os._exit(127)

def sample(number):
    environment = dict(os.environ)
    environment["PYTHONHASHSEED"] = "1" if stable else str(number + 1)
    environment["EVENKEEL_PADDING"] = "x" * (16 * number)
    out, err = Output(), Output()
    # Closed by the start of the program: it cannot be written to after that.
    problem, told_problem = os.pipe()
    clock, start = time.time(), time.monotonic()
    pid = os.fork()
    if pid == 0:
        start_sample(environment, out.write, err.write, told_problem)
    os.close(told_problem)
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
    unstartable = os.read(problem, 1 << 12)
    os.close(problem)
    if unstartable:
        record("unstartable", number, parts=[unstartable])
        return False
    left_behind = [name for name, group in found if group != pid] if why == "-" else []
    record("sample", number, status, why, repr(seconds), repr(clock), parts=[out.tail(), err.tail(), b"\\n".join(left_behind)])
    return status == 0 and why == "-" and not left_behind

if "before" in states:
    report_files("before")
if all(sample(int(number)) for number in numbers) and "after" in states:
    report_files("after")
`;
