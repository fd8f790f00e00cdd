from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "argmap.activity"

    def ready(self):
        from argmap.journal.writing import listeners

        from . import wakeups

        listeners.append(wakeups.announce)
