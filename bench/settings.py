from argmap.settings import *  # noqa: F403
from argmap.settings import ROOT, STORAGES, TEMPLATES

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
TEMPLATES[0]["DIRS"].append(ROOT / "bench" / "templates")
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
