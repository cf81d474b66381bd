"""A folder with a bootstrap and /proc and nothing else, and how to run the bootstrap with it as its root."""

import os
import shutil
import subprocess

# A mount namespace of its own; an ordinary user needs a user namespace to be allowed one.
UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
# The bind mount ends with the namespace; chroot runs nothing but the bootstrap.
ENTER = 'mount --rbind /proc "$1/proc" && exec "$2" "$1" /bootstrap'


def namespaces_permitted() -> bool:
    return subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0


class EmptyRoot:
    def __init__(self, folder: str, elf: bytes) -> None:
        self.folder = folder
        os.chmod(folder, 0o755)
        os.mkdir(f"{folder}/proc")
        with open(f"{folder}/bootstrap", "wb") as file:
            file.write(elf)
        os.chmod(f"{folder}/bootstrap", 0o755)

    def command(self) -> list[str]:
        chroot = shutil.which("chroot", path="/usr/sbin:/sbin:/usr/bin:/bin")
        return [*UNSHARE, "/bin/sh", "-c", ENTER, "sh", self.folder, chroot]

    def start(self, environment: dict[str, str], output) -> subprocess.Popen:
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}
        return subprocess.Popen(
            self.command(), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )

    def run(self, environment: dict[str, str], timeout: float) -> subprocess.CompletedProcess:
        """Until it ends; what it wrote is in `stdout`."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}
        return subprocess.run(
            self.command(), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=timeout, text=True,
        )
