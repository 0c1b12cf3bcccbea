"""`python -m reglament` is the command `reglament`."""

import sys

from reglament.cli.main import main

sys.exit(main())
