from django.urls import path

from . import people
from .interrupted import Interrupted, SignIn

urlpatterns = [
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/interrupted/", Interrupted.as_view(), name="interrupted"),
    path("sanctions/<int:pk>/read/", people.sanction_read, name="sanction-read"),
    path("people/<str:username>/", people.account_page, name="account"),
]
