import os

from django.core.wsgi import get_wsgi_application

from argmap.web.http.bounds import readable_wsgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "argmap.settings")
application = readable_wsgi(get_wsgi_application())
