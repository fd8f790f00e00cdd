import os

from django.core.asgi import get_asgi_application

from argmap.web.http.bounds import readable_asgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
application = readable_asgi(get_asgi_application())
