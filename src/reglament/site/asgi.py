"""The web application, for an ASGI server. It does not start while a setting is missing or wrong."""

import os
import warnings

from reglament.site import environment

environment.refuse_if_faulty(environment.current())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reglament.site.settings")

# Static files are read as they are sent, by blocking reads; they are small, and nothing is gained by more.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

from django.core.asgi import get_asgi_application  # noqa: E402  (settings are named above)

from reglament.site.bounded import bounded  # noqa: E402

application = bounded(get_asgi_application())
