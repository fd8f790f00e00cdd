from django.db import migrations

from argmap.journal.markdown import render_rows


def render(apps, schema_editor):
    render_rows(apps.get_model("maps", "Node"), "detail")


class Migration(migrations.Migration):
    dependencies = [("maps", "0004_references")]
    operations = [migrations.RunPython(render, migrations.RunPython.noop, elidable=True)]
