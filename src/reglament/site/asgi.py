"""The web application, for an ASGI server. It does not start while a setting is missing or wrong."""

import os
import signal
import warnings
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

from reglament.site import environment

environment.refuse_if_faulty(environment.current())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reglament.site.settings")

# Static files are read as they are sent, by blocking reads; they are small, and nothing is gained by more.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

from django.core.asgi import get_asgi_application  # noqa: E402  (settings are named above)

from reglament.site.bounded import bounded  # noqa: E402

application = bounded(get_asgi_application())


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


# A process that answers visits outlives the one that began it where that one is killed; it would keep the
# port, so that no other could begin, and answer on in its old version.
if (_parent := parent_process()) is not None:
    Thread(target=_end_after, args=(_parent,), name="ends with its parent", daemon=True).start()
