from django.urls import path

from . import people

urlpatterns = [
    path("sanctions/<int:pk>/read/", people.sanction_read, name="sanction-read"),
    path("people/<str:username>/", people.account_page, name="account"),
]
