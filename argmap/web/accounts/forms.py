"""django-allauth's forms in our voice: labels say it, and nothing stands in the fields."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator

LONGEST_LOGIN = 320  # of an email address


class Plain:
    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(Plain, forms.LoginForm):
    labels = {"login": "Username or email", "remember": "Stay signed in"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.validators.append(MaxLengthValidator(LONGEST_LOGIN))
        login.widget.attrs["autocomplete"] = "username"


class SignupForm(Plain, forms.SignupForm):
    def try_save(self, request):
        """Where the address has an account, it gets a letter, and takes as long as a new one."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(Plain, forms.AddEmailForm):
    def save(self, request):
        """And tells the address that the account had."""
        added = super().save(request)
        context = {"added_email": added.email}
        get_adapter().send_notification_mail("account/email/email_added", self.user, context)
        return added


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    labels = {
        "oldpassword": "Current password",
        "password1": "New password",
        "password2": "New password (again)",
    }


class SetPasswordForm(Plain, forms.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, forms.ResetPasswordForm):
    def save(self, request, **kwargs):
        """Sends no sixth letter to one address in ten minutes: it has five links that work."""
        email = self.cleaned_data["email"]
        if ratelimit.consume(request, action="reset_letter", key=email.lower()):
            return super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password (again)"}


class ReauthenticateForm(Plain, forms.ReauthenticateForm):
    pass
