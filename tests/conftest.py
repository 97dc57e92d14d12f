"""Every test finds the helpers beside this file (`repository`, `building`) by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
