"""django-allauth's forms in our voice: labels say it, and nothing stands in the fields."""

from allauth.account import forms
from django.core.validators import RegexValidator

#: No @: people sign in by name or address, so a name must not be another person's address.
username_validators = [
    RegexValidator(r"\A[\w.+-]+\Z", "Use letters, digits and . + - _ only, not an email address.")
]


class Plain:
    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(Plain, forms.LoginForm):
    labels = {"login": "Username or email", "remember": "Stay signed in"}


class SignupForm(Plain, forms.SignupForm):
    pass


class AddEmailForm(Plain, forms.AddEmailForm):
    pass


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    labels = {
        "oldpassword": "Current password",
        "password1": "New password",
        "password2": "New password (again)",
    }


class SetPasswordForm(Plain, forms.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password (again)"}


class ReauthenticateForm(Plain, forms.ReauthenticateForm):
    pass
