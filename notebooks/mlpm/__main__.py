"""`python -m mlpm` is the command `mlpm`."""

import sys

from mlpm.command import main

if __name__ == "__main__":
    sys.exit(main())
