import os

import django

from argmap.web.http.bounds import Bounded
from argmap.web.http.threads import Pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
django.setup(set_prefix=False)
application = Bounded(Pages())
