# SPDX-License-Identifier: MIT
"""What the gateway says of its clients: the command l2tpsec, and the log."""
import json
import subprocess
import time


class Gateway:
    def __init__(self, command, log):
        self.command, self.log = command, log

    def show(self):
        done = subprocess.run([*self.command, "show", "--json"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def subscriber(self, user):
        """The one that is up under that name."""
        found = [s for s in self.show()["subscribers"] if s.get("user") == user and s["stage"] == "up"]
        return found[0] if len(found) == 1 else None

    def wait(self, ask, what, seconds=40):
        end = time.monotonic() + seconds
        while not (answer := ask()):
            if time.monotonic() > end:
                raise AssertionError(f"{what}: {json.dumps(self.show())}")
            time.sleep(0.2)
        return answer

    def dropped(self, reason):
        return self.show()["device"]["drops"].get(reason, 0)

    def empty(self):
        now = self.show()
        return not now["subscribers"] and not any(now["device"][k] for k in ("sas", "tunnels", "sessions"))

    def clear(self):
        """Nobody's leftovers are in the next client's way."""
        for s in self.show()["subscribers"]:
            subprocess.run([*self.command, "disconnect", str(s["id"])], capture_output=True)
        self.wait(self.empty, "does not become empty", 90)

    def mark(self):
        """Where the log is now."""
        self.start = self.log.stat().st_size

    def since(self):
        with self.log.open() as f:
            f.seek(self.start)
            return f.read().splitlines()
