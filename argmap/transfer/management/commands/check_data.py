import sys

from django.core.management.base import BaseCommand

from argmap.journal.reading import one_moment
from argmap.transfer.consistency import RULES, problems


class Command(BaseCommand):
    help = "Check what no database constraint can hold. Exit status 1 if something is wrong."

    def handle(self, *args, **options):
        wrong = 0
        with one_moment():
            for sentence in problems():
                self.stdout.write(sentence)
                wrong += 1
        if wrong:
            sys.exit(1)
        self.stdout.write(f"All is well: {len(RULES)} checks.")
