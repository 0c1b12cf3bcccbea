"""The web application of the demonstration: the site itself, in a process that ends with its parent."""

import os
import signal

from reglament.cli.demonstration.supervising import end_with_parent

# The server's own parent process may be killed; then nobody would be left to stop this one.
end_with_parent(signal.SIGKILL, os.getppid())

from reglament.site.asgi import application  # noqa: E402  (whatever fails there must find this set)

__all__ = ["application"]
