from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class SearchConfig(AppConfig):
    name = "argmap.search"

    def ready(self):
        from . import index

        connection_created.connect(index.register_vocabulary)
        pre_migrate.connect(index.let_go, sender=self)
        post_migrate.connect(index.keep_in_step, sender=self)
