"""What Evenkeel declares of a host, as a deploy of pyinfra. After each dash: the resource of Evenkeel's that it stands for."""

from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.facts.server import Command, LinuxDistribution
from pyinfra.operations import apt, files, git, pip, server, systemd

declared = host.data.declaration
account = declared["account"]
home = account["home"]
key = f"{home}/.ssh/id_ed25519"
as_account = {"_sudo": True, "_sudo_user": account["name"]}

# A supported release - os
assert host.get_fact(LinuxDistribution)["name"] in ("Debian", "Ubuntu")

# No restart is owed - reboot
files.file(path=declared["restartOwed"], present=False, name="No restart is owed")

# Held at their versions, and nothing upgrades them by itself - node, packages
apt.packages(packages=[f"{one['name']}={one['version']}" for one in declared["packages"]], name="Packages")
names = {one["name"] for one in declared["packages"]}
if to_hold := names - set((host.get_fact(Command, "apt-mark showhold") or "").split()):
    server.shell(commands=[f"apt-mark hold {' '.join(sorted(to_hold))}"], name="Packages are held")
for unit in declared["maskedUnits"]:
    systemd.service(service=unit, running=False, name=f"{unit} is stopped")
    files.link(path=f"/etc/systemd/system/{unit}", target="/dev/null", name=f"{unit} is masked")

# The account - account
server.user(user=account["name"], home=home, shell=account["shell"], create_home=True, name="Account")

# Owner and mode - directories, github (.ssh), bundle and activation (their folders)
for one in declared["directories"]:
    files.directory(path=one["path"], user=one["owner"], group=one["owner"], mode=one["mode"], name=f"Directory {one['path']}")

# A deploy key and an identity; its ssh config and known hosts are among the files - github
if not host.get_fact(File, path=key):
    server.shell(
        commands=[f"ssh-keygen -q -t ed25519 -N '' -C '{declared['keyComment']}' -f {key}"], name="Deploy key", **as_account
    )
files.file(path=key, user=account["name"], group=account["name"], mode="0600", name="Mode of the deploy key")
for setting, value in declared["identity"].items():
    git.config(key=f"user.{setting}", value=value, name=f"git user.{setting}", **as_account)

# What they track they fetch themselves: nothing is pulled - clones
for one in declared["clones"]:
    git.repo(src=one["url"], dest=one["path"], branch=one["branch"], pull=False, name=f"Clone {one['path']}", **as_account)
    for setting, value in declared["cloneSettings"].items():
        git.config(key=setting, value=value, repo=one["path"], name=f"{one['path']} {setting}", **as_account)

# The interpreter - python
python = declared["python"]
assert python["version"] in host.get_fact(Command, f"{python['interpreter']} --version")

# With pinned requirements - venv
venv = declared["venv"]
pip.venv(path=venv["path"], python=python["interpreter"], name="Venv")
pip.packages(packages=venv["requirements"], virtualenv=venv["path"], name="Requirements of the venv")

# Contents, owners, modes - copy, bundle, declaration, github, files, activation (its records), schedule
for one in declared["files"]:
    files.put(
        src=one["source"], dest=one["path"], user=one["owner"], group=one["owner"], mode=one["mode"], name=f"File {one['path']}"
    )
files.file(path=declared["instance"], name="Id of the installation")

# What is in use - bundle, activation
for one in declared["links"]:
    files.link(path=one["path"], target=one["target"], name=f"Link {one['path']}")

# Cron reads the file - schedule
systemd.service(service="cron.service", running=True, enabled=True, name="Cron")
