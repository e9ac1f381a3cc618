"""Django as a server of pages and resources finds it: `skypurser.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skypurser.config.settings")
application = get_wsgi_application()
