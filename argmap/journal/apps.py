from django.apps import AppConfig
from django.db.backends.signals import connection_created


class JournalConfig(AppConfig):
    name = "argmap.journal"

    def ready(self) -> None:
        from .sqlite import register_like

        connection_created.connect(register_like)
