"""A process that has opened the keys leaves nothing of its memory behind."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
UNLOCK = """
import os, resource, sys
from pathlib import Path
from app.secrets import Vault
folder = Path(sys.argv[1])
before = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (before, before))
Vault.create(folder, {"wechat.api_v2_key": "k" * 32}, simulator=True)
Vault.unlock(folder)
print(resource.getrlimit(resource.RLIMIT_CORE))
sys.stdout.flush()
os.chdir(folder)
os.abort()
"""


def test_the_keys_are_opened_only_without_core_dumps(tmp_path):
    if sys.platform == "win32":
        return  # there is no such thing there
    done = subprocess.run(
        [sys.executable, "-c", UNLOCK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "(0, 0)"
    assert done.returncode < 0
    assert {path.name for path in tmp_path.iterdir()} == {"keys.sealed", "wrapping.key"}
