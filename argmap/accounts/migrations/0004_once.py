"""One account for a name and for an address: apart from the rows, as PostgreSQL wants it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_keys")]

    operations = [
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(fields=["username_key"], name="account_username_once"),
        ),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(fields=["email_key"], name="account_email_once"),
        ),
    ]
