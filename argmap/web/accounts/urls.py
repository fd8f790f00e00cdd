from django.urls import path

from . import people

urlpatterns = [
    path("people/<str:username>/", people.account_page, name="account"),
]
