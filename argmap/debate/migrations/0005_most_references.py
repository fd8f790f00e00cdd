from django.db import migrations

from argmap.journal.markdown import render_rows


def render(apps, schema_editor):
    render_rows(apps.get_model("debate", "Annotation"), "text")
    render_rows(apps.get_model("debate", "Dispute"), "statement", "answer", "decision")


class Migration(migrations.Migration):
    dependencies = [("debate", "0004_references")]
    operations = [migrations.RunPython(render, migrations.RunPython.noop, elidable=True)]
