from argmap.settings import *  # noqa: F403
from argmap.settings import ROOT, STORAGES, TEMPLATES

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
TEMPLATES[0]["DIRS"].append(ROOT / "bench" / "templates")
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WRITES_A_MINUTE = 1_000_000_000  # one person writes all that is measured
