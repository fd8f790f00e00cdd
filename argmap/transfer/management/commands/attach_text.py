from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from argmap.accounts.permissions import Verb, may
from argmap.articles.actions import add_edition
from argmap.maps.models import Map


class Command(BaseCommand):
    help = "Add the owner's copy of the original as a further edition, and place the nodes in it."

    def add_arguments(self, parser):
        parser.add_argument("map", help="the map's slug")
        parser.add_argument("file", type=Path, help="the text, as UTF-8")
        parser.add_argument("--note", default="", help="shown above the text")

    def handle(self, *args, **options):
        map = Map.objects.select_related("article__owner").filter(slug=options["map"]).first()
        if map is None or map.article is None:
            raise CommandError(f"There is no map {options['map']!r} with an article.")
        edition = self._attach(map.article, options["file"], options["note"])
        statuses = edition.placements.values_list("status", flat=True)
        placed = sum(status != "orphaned" for status in statuses)
        self.stdout.write(
            f"Edition {edition.number}: {placed} of {len(statuses)} passages have their place."
        )

    def _attach(self, article, file, note):
        owner = article.owner or _who_may(article)
        if owner is None:
            raise CommandError(f"Nobody in the team {article.team} may add an edition.")
        try:
            return add_edition(owner, article, text=file.read_text(encoding="utf-8"), note=note)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is not UTF-8.") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None


def _who_may(article):
    """The highest of the team that may add an edition, or nobody."""
    members = article.team.members.order_by("-role", "pk").select_related("user")
    return next((m.user for m in members if may(m.user, Verb.NEW_EDITION, article)), None)
