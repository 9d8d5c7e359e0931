"""The WSGI entry."""

from __future__ import annotations

import os
from threading import Timer

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
# After the first page has gone out, not before it.
WARM_UP_AFTER_SECONDS = 3.0


def _warm_up() -> None:
    from anxin.access.report_pdf import warm_up

    warm_up()


application = get_wsgi_application()
_later = Timer(WARM_UP_AFTER_SECONDS, _warm_up)
_later.daemon = True
_later.start()
