from django.db import migrations, models

from argmap.journal.markdown import render_rows


def render(apps, schema_editor):
    render_rows(apps.get_model("maps", "Node"), "detail")


class Migration(migrations.Migration):
    dependencies = [("maps", "0002_touched")]

    operations = [
        migrations.AddField(
            "node", "detail_html", models.TextField(default="", editable=False)
        ),
        migrations.RunPython(render, migrations.RunPython.noop, elidable=True),
    ]
