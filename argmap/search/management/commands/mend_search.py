from django.core.management.base import BaseCommand
from django.db import transaction

from argmap.search.index import mend


class Command(BaseCommand):
    help = "Bring what is searched into step with what is written, where it is out of step."

    def handle(self, *args, **options):
        with transaction.atomic():
            count = mend()
        self.stdout.write(f"{count} mended." if count else "All was in step.")
