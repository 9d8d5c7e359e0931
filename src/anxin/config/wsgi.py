"""The WSGI entry."""

from __future__ import annotations

import os
from threading import Timer

from django.core.wsgi import get_wsgi_application

from anxin.cli.places import AT_ONCE, WAITING
from anxin.config.admission import PATIENCE_SECONDS, Admission, Doors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
# After the first page has gone out, not before it.
WARM_UP_AFTER_SECONDS = 3.0


def _warm_up() -> None:
    from anxin.access.report_pdf import warm_up

    warm_up()


application = Admission(
    get_wsgi_application(), Doors(at_once=AT_ONCE, waiting=WAITING, patience=PATIENCE_SECONDS)
)
_later = Timer(WARM_UP_AFTER_SECONDS, _warm_up)
_later.daemon = True
_later.start()
