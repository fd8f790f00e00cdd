from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("argmap.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("argmap.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "argmap.web.http.errors.bad_request"
handler403 = "argmap.web.http.errors.permission_denied"
handler404 = "argmap.web.http.errors.not_found"
handler429 = "argmap.web.http.errors.too_many_requests"  # django-allauth asks for it
handler500 = "argmap.web.http.errors.server_error"
