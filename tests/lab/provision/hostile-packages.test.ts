import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ssh } from "../../../lab/host.ts";
import { LabServer } from "../../../lab/server.ts";
import { inLab } from "../in-lab.ts";

const packages = "/usr/local/share/packages";

/** What a package does while it is built, with `prefix`, `site` and `fork` at hand. */
const attacks = {
  swapping: `
    def swap():
        while True:
            for make in (lambda path: os.symlink("/etc/shadow", path), lambda path: os.mkfifo(path), lambda path: open(path, "w").close()):
                for path in (site + "/swapped.py", prefix + "/pyvenv.cfg.new", prefix + "/bin/swapped"):
                    try:
                        make(path)
                    except OSError:
                        pass
                    try:
                        os.unlink(path)
                    except OSError:
                        pass
    for _ in range(4):
        fork(swap)`,
  leaving: `
    os.symlink("/etc/shadow", prefix + "/leaving")`,
  hopping: `
    os.symlink("lib", prefix + "/here")
    os.symlink("here/../../../../../../etc/shadow", prefix + "/hop")`,
  piping: `
    os.mkfifo(site + "/pipe.py")`,
  digging: `
    os.chdir(site)
    for _ in range(2000):
        os.mkdir("deeper")
        os.chdir("deeper")`,
  replacing: `
    os.unlink(prefix + "/bin/python")
    with open(prefix + "/bin/python", "w") as file:
        file.write("#!/bin/sh\\ntouch /tmp/hostile-python-$(id -u)\\n")
    os.chmod(prefix + "/bin/python", 0o755)
    with open(prefix + "/evenkeel.complete", "w") as file:
        file.write("{}")`,
  reading: `
    for path in ("/home/benchmark/.ssh/id_ed25519", "/etc/shadow", "/etc/evenkeel/config.json"):
        if os.path.exists(path):
            raise SystemExit("attack succeeded: " + path)`,
};

/** A package whose build backend is its own: its code runs while it is installed. */
const backend = (name: string, attack: string): string => `
import os, sys, zipfile

def attack():
    prefix = os.path.dirname(os.path.dirname(sys.executable))
    site = prefix + "/lib/python%d.%d/site-packages" % sys.version_info[:2]

    def fork(action):
        if os.fork() == 0:
            os.setsid()
            null = os.open("/dev/null", os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.closerange(3, 256)
            action()
${attack}

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    attack()
    info = "${name}-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(wheel_directory, "${name}-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("${name}.py", "")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return "${name}-1.0-py3-none-any.whl"
`;

/** A wheel that plants code for whoever starts the venv's interpreter, or a program by its name. */
const plantingWheel = `
import zipfile
hook = "import os; open('/tmp/hostile-pth-%d' % os.getuid(), 'w').close()\\n"
script = "#!/bin/sh\\ntouch /tmp/hostile-script-$(id -u)\\nexec /usr/bin/$(basename $0) \\"$@\\"\\n"
with zipfile.ZipFile("planting-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("planting.pth", hook)
    for name in ("bwrap", "prlimit", "setpriv", "taskset", "setarch", "git", "cp", "du", "rm"):
        wheel.writestr("planting-1.0.data/scripts/" + name, script)
    wheel.writestr("planting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: planting\\nVersion: 1.0\\n")
    wheel.writestr("planting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("planting-1.0.dist-info/RECORD", "")
`;

describe.skipIf(!inLab)("a package of the venv that attacks whoever installs it", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.copy({ name: "packages" });
    const folder = server.path(packages);
    await mkdir(folder, { recursive: true });
    for (const [name, attack] of Object.entries(attacks)) {
      const source = join(folder, `${name}-1.0`);
      await mkdir(source);
      await writeFile(join(source, "pyproject.toml"), '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
      await writeFile(join(source, "PKG-INFO"), `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`);
      await writeFile(join(source, "backend.py"), backend(name, attack));
    }
    await writeFile(join(folder, "wheel.py"), plantingWheel);
    await server.root(`cd ${packages} && for name in *-1.0; do tar -czf $name.tar.gz $name && rm -r $name; done && python3 wheel.py
      printf '[global]\nno-index = true\nfind-links = ${packages}\n' >/etc/pip.conf`);
  });
  afterAll(() => server?.remove());

  const traces = (): Promise<string> => server.root("ls -d /tmp/hostile-* 2>/dev/null || true");

  test("plants code for the interpreter and for programs by their names: neither root nor the key's account runs it", async () => {
    await server.up({ requirements: ["planting==1.0"] });
    await server.evenkeelOk("doctor");
    await server.evenkeelOk("run");
    await server.evenkeelOk("doctor");
    await server.up();
    expect(await server.list("/srv/venv/bin")).toContain("bwrap");
    expect(await traces()).toBe("");
  });

  test("reads no key, no password and no setting while it is installed", async () => {
    await server.up({ requirements: ["reading==1.0"] });
    expect(await server.evenkeelOk("doctor")).toContain("this host matches its declaration");
  });

  test("swaps files for links and FIFOs from processes it leaves behind: they are gone before root looks", async () => {
    const shadow = await server.root("stat -c '%U %a' /etc/shadow");
    for (let round = 0; round < 3; round++) {
      await server.root("rm -rf /opt/evenkeel/venv/*/evenkeel.complete");
      const outcome = await server.up({ requirements: ["swapping==1.0"] }).then(() => "installed", String);
      // They may have left a link or a FIFO at the moment they were ended.
      expect(outcome).toMatch(/^installed$|error: venv: a package installed (?:the link )?\S+/);
      const notRoots = "find /srv/venv/ ! -user root -o -type p -o -perm /022 ! -type l";
      expect(outcome === "installed" ? await server.root(notRoots) : "").toBe("");
      expect((await ssh(server.host, "pgrep -u evenkeel-sandbox,evenkeel-sampler")).exitCode).toBe(1);
    }
    expect(await server.root("stat -c '%U %a' /etc/shadow")).toBe(shadow);
    await server.up({ requirements: [] });
    await server.evenkeelOk("doctor");
  });

  test.each([
    ["leaving", /a package installed the link \S+\/leaving -> \/etc\/shadow, which leads out of the venv/],
    ["hopping", /a package installed the link \S+\/hop -> \S+, which leads out of the venv/],
    ["piping", /a package installed \S+\/pipe\.py, which is not a file, folder or link/],
    ["digging", /a package installed folders more than 64 deep/],
    ["replacing", /a package replaced the interpreter of the venv|pip install failed/],
  ])("%s is refused, with the venv in use left as it is", async (name, words) => {
    const before = await server.root("readlink -f /srv/venv");
    await expect(server.up({ requirements: [`${name}==1.0`] })).rejects.toThrow(words);
    expect(await server.root("readlink -f /srv/venv")).toBe(before);
    expect(await traces()).toBe("");
  });

  test("nothing of what a refused installation left is run by whoever looks at the host, though it says that it is finished", async () => {
    await server.evenkeel("doctor");
    await expect(server.up({ requirements: ["replacing==1.0"] })).rejects.toThrow(
      /a package replaced the interpreter of the venv|pip install failed/,
    );
    await server.up({ requirements: [] });
    expect(await traces()).toBe("");
  });
});
