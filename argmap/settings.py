"""Settings from the environment: DATABASE_URL, and names beginning with ARGMAP_.

With none set, the project runs locally on SQLite under var/. ARGMAP_PRODUCTION=1 demands
a secret key, the hosts and a safe connection.
"""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


def flag(name):
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


def names(name, default=""):
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


PRODUCTION = flag("ARGMAP_PRODUCTION")
DEBUG = flag("ARGMAP_DEBUG") and not PRODUCTION
VAR = Path(os.environ.get("ARGMAP_VAR", ROOT / "var"))


def release():
    """A name for what the code and the files of pages are, which the ETag of a page names."""
    if name := os.environ.get("ARGMAP_RELEASE"):
        return name
    seen = hashlib.sha256()
    for folder in ("argmap", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                stat = path.stat()
                line = f"{path.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}\n"
                seen.update(line.encode())
    return seen.hexdigest()[:16]


RELEASE = release()


def secret_key():
    if key := os.environ.get("ARGMAP_SECRET_KEY"):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured("Set ARGMAP_SECRET_KEY to a long random text of your own.")
    return kept_key(VAR / "secret-key")


def private_folder(path):
    """Made for its owner alone; one that is there keeps the mode that it was given."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def kept_key(kept):
    """The key in this file, made whole before it has its name: who starts beside reads the same."""
    if not kept.exists():
        private_folder(kept.parent)
        handle, draft = tempfile.mkstemp(dir=kept.parent)  # readable by its owner alone
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, kept)
        os.unlink(draft)
    return kept.read_text()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = names("ARGMAP_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = names("ARGMAP_ORIGINS")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ARGMAP_HOSTS to the names that this site answers to.")

INSTALLED_APPS = [
    "argmap.accounts.apps.ArgmapAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "template_partials",
    "csp",
    "argmap.journal",
    "argmap.accounts",
    "argmap.articles",
    "argmap.maps",
    "argmap.debate",
    "argmap.moderation",
    "argmap.search",
    "argmap.transfer",
    "argmap.activity",
    "argmap.web",
    "argmap.api",
]

MIDDLEWARE = [
    "argmap.web.http.respond.says_who_may_keep_it",
    "argmap.web.http.bounds.OnlyReadable",
    "argmap.web.http.compression.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "argmap.web.accounts.interrupted.short_fields",
    "argmap.web.http.errors.DomainErrors",
]

ROOT_URLCONF = "argmap.urls"
WSGI_APPLICATION = "argmap.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "argmap.web.templatetags.argmap",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "NAME": "jinja2",
        "OPTIONS": {"environment": "argmap.web.workspace.cards.environment"},
    },
]

#: How long a write waits for its turn before it is refused (503).
WRITE_WAIT_SECONDS = 10

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{VAR / 'argmap.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    if DATABASE["NAME"] == str(VAR / "argmap.sqlite3"):
        private_folder(VAR)
    # Kept by each thread: to open it takes as long as to answer for an unchanged page.
    DATABASE["CONN_MAX_AGE"] = None
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file: threads of one test could not share a database in memory.
    DATABASE["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    DATABASE["OPTIONS"] = {
        "options": f"-c lock_timeout={WRITE_WAIT_SECONDS}s",
        **DATABASE.get("OPTIONS", {}),
        "pool": {"min_size": 2, "max_size": 20},
        # What is asked again and again is planned once by each connection: a third more writes.
        # PgBouncer, if there is one between, follows that from 1.21 on.
        "server_side_binding": True,
        "prepare_threshold": 2,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # For attempts at signing in and the like, which are written for each of them: not for pages.
    "default": {
        "BACKEND": "argmap.accounts.attempts.Attempts",
        "LOCATION": "accounts_attempt",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "pages": {
        "BACKEND": "argmap.web.http.memory.Memory",
        "OPTIONS": {"MAX_ENTRIES": 40_000},
    },
    # Of the pages beside the workspace, of which there are as many as statements.
    "parts": {
        "BACKEND": "argmap.web.http.memory.Memory",
        "LOCATION": "parts",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "argmap.accounts.sessions"
AUTHENTICATION_BACKENDS = ["argmap.accounts.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "argmap.accounts.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if PRODUCTION else "none"
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_FORMS = {
    name: f"argmap.web.accounts.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Argmap: "
# "key" is a name or address: with the caller's own address at sign-in, alone for letters.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip",
    "reset_letter": "5/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "confirm_email": "1/3m/key",
}
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

EMAIL_BACKEND = os.environ.get(
    "ARGMAP_EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if PRODUCTION else 'console'}.EmailBackend",
)
EMAIL_HOST = os.environ.get("ARGMAP_EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("ARGMAP_EMAIL_FROM", "argmap@localhost")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
# Compressed, and under names that change with their content, by `manage.py collectstatic`; with
# ARGMAP_DEBUG they are served as they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "argmap.web.http.static.HashedModules"},
}
if not PRODUCTION:  # WhiteNoise asks for it
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Forms carry texts of articles; an upload is read from its file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}
CSRF_FAILURE_VIEW = "argmap.web.http.errors.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    if flag("ARGMAP_BEHIND_TLS_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # To be on the browsers' lists cannot be undone for months: only who wants it asks for it.
    SECURE_HSTS_PRELOAD = flag("ARGMAP_HSTS_PRELOAD")
    SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "argmap.api.base.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "argmap.api.base.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["argmap.api.base.limits.WritesOfOnePerson"],
    "EXCEPTION_HANDLER": "argmap.api.base.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
#: How many Events one person may make in a minute before the REST API asks for patience.
WRITES_A_MINUTE = int(os.environ.get("ARGMAP_WRITES_A_MINUTE", "600"))
SPECTACULAR_SETTINGS = {
    "TITLE": "Argmap",
    "DESCRIPTION": "Articles, argument maps, and what people say about them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "AnnotationVisibility": "argmap.debate.models.Annotation.Visibility",
        "NodeKind": "argmap.maps.models.Node.Kind",
        "PartOfText": "argmap.api.articles.PARTS",
        "Role": "argmap.api.maps.ROLES",
        "Visibility": "argmap.articles.models.Visibility",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_keys": {"()": "argmap.accounts.logs.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_keys"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("ARGMAP_LOG_LEVEL", "WARNING")},
}
