from argmap.settings import *  # noqa: F403
from argmap.settings import ROOT, TEMPLATES

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
TEMPLATES[0]["DIRS"].append(ROOT / "bench" / "templates")
