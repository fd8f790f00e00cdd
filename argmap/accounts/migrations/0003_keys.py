"""Keys by which names and addresses are compared, and the table where attempts are counted."""

from collections import defaultdict

from django.db import migrations, models

from argmap.accounts.names import key_of


def clashes(accounts):
    """A sentence for each name or address that several accounts share but for its case."""
    found = defaultdict(list)
    for pk, username, email in accounts:
        found["username", key_of(username)].append(f"{username} ({pk})")
        if email:
            found["address", key_of(email)].append(f"{email} ({pk})")
    return [
        f"The same {what} but for its case: {', '.join(who)}."
        for (what, _), who in found.items()
        if len(who) > 1
    ]


def fill_keys(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    accounts = list(User.objects.order_by("pk").values_list("pk", "username", "email"))
    if sentences := clashes(accounts):
        raise RuntimeError(
            "\n".join(
                [
                    "From now on a username, and an address, belongs to one account whatever its case.",
                    *sentences,
                    "Give all but one of each another username or address (the number is the account's id), for",
                    "instance in `manage.py dbshell` of the release before, and ask their owners which they keep.",
                    "Then migrate again. Nothing was changed.",
                ]
            )
        )
    for pk, username, email in accounts:
        User.objects.filter(pk=pk).update(
            email=email.lower(), username_key=key_of(username), email_key=key_of(email) or None
        )


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_initial")]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.AddField(
            "user", "email_key", models.CharField(null=True, editable=False, max_length=762)
        ),
        migrations.AddField(
            "user", "username_key", models.CharField(default="", editable=False, max_length=450)
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        # What `createcachetable` would make; no model of ours reads it.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    "Attempt",
                    fields=[
                        ("cache_key", models.CharField(max_length=255, primary_key=True)),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                ),
            ],
        ),
    ]
