"""`python -m ganglion` is the command."""

import sys

from .command import main

sys.exit(main())
