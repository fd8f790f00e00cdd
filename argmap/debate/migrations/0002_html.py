from django.db import migrations, models

from argmap.journal.markdown import render_rows


def render(apps, schema_editor):
    render_rows(apps.get_model("debate", "Annotation"), "text")
    render_rows(apps.get_model("debate", "Dispute"), "statement", "answer", "decision")


def html_of(model, name):
    return migrations.AddField(
        model, f"{name}_html", models.TextField(default="", editable=False)
    )


class Migration(migrations.Migration):
    dependencies = [("debate", "0001_initial")]

    operations = [
        html_of("annotation", "text"),
        html_of("dispute", "statement"),
        html_of("dispute", "answer"),
        html_of("dispute", "decision"),
        migrations.RunPython(render, migrations.RunPython.noop, elidable=True),
    ]
