import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.articles.models import Visibility
from argmap.interchange import native
from argmap.journal.models import Event
from argmap.maps.actions import set_role
from argmap.transfer.actions import import_map
from argmap.transfer.example import EXAMPLE, PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Bring in the example map and the demo accounts, once. For local use only."

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("Demo accounts have a known password; production is not seeded.")
        if Event.objects.filter(verb="import_map", actor__username="author").exists():
            self.stdout.write("The example is there already.")
        else:
            self._seed()
        address = os.environ.get("ARGMAP_ADDRESS", "")
        if address:
            self.stdout.write(f"\nArgmap: {address}")
        self.stdout.write(f"Demo accounts (password {PASSWORD}): reader, editor, moderator")

    def _seed(self):
        people = {name: self._account(name, person) for name, person in PEOPLE.items()}
        document = native.load(EXAMPLE.read_text(encoding="utf-8"))
        imported = import_map(
            people["author"], document, people=people, visibility=Visibility.PUBLIC
        )
        for sentence in imported.dropped:
            self.stderr.write(sentence)
        for name, person in PEOPLE.items():
            if Role.VIEWER < person.role < Role.OWNER:
                set_role(people["author"], imported.map, people[name], person.role)
        self.stdout.write(f"Seeded “{imported.map}”.")

    def _account(self, name, person):
        """It is there already if we were stopped before the map came in."""
        return User.objects.filter(username=name).first() or User.objects.create_user(
            username=name,
            email=f"{name}@example.org",
            password=PASSWORD,
            name=person.name,
            is_moderator=person.is_moderator,
            is_staff=person.is_moderator,
        )
