"""Letters that go out because of what happened to an account."""

from django.core.mail import send_mass_mail
from django.db.models import Q

from .models import User


def tell_of_moderator(actor, user):
    """To each moderator and operator: who named whom a moderator, or ended it."""
    deed = "named {} a moderator" if user.is_moderator else "ended {} as a moderator"
    sentence = f"{_named(actor)} {deed.format(_named(user))}."
    body = (
        f"{sentence}\n\nEvery moderator and operator of this Argmap gets this letter."
        " If it should not be so, any of you can undo it in the administration.\n"
    )
    watchers = User.objects.filter(Q(is_moderator=True) | Q(is_superuser=True) | Q(pk=user.pk))
    addresses = watchers.filter(is_active=True).exclude(email="").values_list("email", flat=True)
    send_mass_mail([(f"Argmap: {sentence}", body, None, [each]) for each in addresses])


def _named(user):
    """On one line, with the username: a name alone can be anyone's."""
    return f"{' '.join(str(user).split())} (@{user.username})"
