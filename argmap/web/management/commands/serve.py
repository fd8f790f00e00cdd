from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from argmap.web.http.server import serve


class Command(BaseCommand):
    help = "Serve the site. Behind a proxy of your own, set FORWARDED_ALLOW_IPS to its address."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processes")

    def handle(self, *args, host, port, workers, **options):
        if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError("Run `manage.py collectstatic --no-input` first.")
        serve(host, port, workers)
