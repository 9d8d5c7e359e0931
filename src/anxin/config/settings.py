"""Settings. Everything that differs between machines comes from the environment; secrets come from files."""

from __future__ import annotations

import os
from pathlib import Path

from anxin.config.database import databases

PACKAGE_FOLDER = Path(__file__).resolve().parents[1]


def _secret(name: str, default: str) -> str:
    path = os.environ.get(name)
    return Path(path).read_text(encoding="utf-8").strip() if path else default


DEBUG = False
# Without a secret file only tests and one-off commands run: sessions made with this key mean nothing elsewhere.
SECRET_KEY = _secret("ANXIN_SECRET_KEY_FILE", "only-for-tests-and-commands-without-sessions")
ALLOWED_HOSTS = os.environ.get("ANXIN_HOSTS", "127.0.0.1,localhost,testserver,[::1]").split(",")
PUBLIC_ADDRESS = os.environ.get("ANXIN_ADDRESS", "http://127.0.0.1:8000")

DATABASES = databases(
    os.environ.get("DATABASE_URL", "postgresql://anxin@127.0.0.1:5432/anxin"),
    pool_size=int(os.environ.get("ANXIN_POOL", "0")),
    casework=os.environ.get("ANXIN_CASEWORK_URL", ""),
)

# Files of submissions on their way, returned workbooks, issued reports.
DATA_FOLDER = Path(os.environ.get("ANXIN_DATA", Path.cwd() / ".anxin" / "files"))
KEY_RING = os.environ.get("ANXIN_KEY_RING", "")
SIGNING_KEYS = os.environ.get("ANXIN_SIGNING_KEYS", "")
PAPER_KEYS = os.environ.get("ANXIN_PAPER_KEYS", "")
DATA_SIGNER = os.environ.get("ANXIN_DATA_SIGNER", "ed25519-file")
PAPER_SIGNER = os.environ.get("ANXIN_PAPER_SIGNER", "pades-file")
# Seconds: every answer about a person leaves at a multiple of this after its request came. 0 only for a measurement.
PERSON_LOOK_UP_TICK = float(os.environ.get("ANXIN_PERSON_TICK", "0.25"))
# A JSON file about the province's unified log-in (`access.unified_login.Provider`); empty where there is none.
UNIFIED_LOGIN = os.environ.get("ANXIN_UNIFIED_LOGIN", "")
LAW_PACK = os.environ.get("ANXIN_PACK", "anshan")

INSTALLED_APPS = [
    "anxin.audit.apps.AuditConfig",
    "anxin.authorities.apps.AuthoritiesConfig",
    "anxin.catalog.apps.CatalogConfig",
    "anxin.subjects.apps.SubjectsConfig",
    "anxin.records.apps.RecordsConfig",
    "anxin.intake.apps.IntakeConfig",
    "anxin.access.apps.AccessConfig",
    "anxin.web.apps.WebConfig",
    "anxin.jobs.apps.JobsConfig",
    "anxin.city.apps.CityConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anxin.access.ticks.HoldForTheTick",
    "anxin.config.middleware.PagesOnly",
]
PAGE_MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anxin.web.middleware.keep_no_copies",
    "anxin.web.uploads.UploadLimit",
    "anxin.web.middleware.ReadingStopped",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "anxin.config.urls"
WSGI_APPLICATION = "anxin.config.wsgi.application"
AUTH_USER_MODEL = "authorities.Account"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "after-sign-in"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_ADDRESS.startswith("https://")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_FOLDER / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A million rows of thirty columns are some 600 MB.
LARGEST_SUBMISSION = int(os.environ.get("ANXIN_LARGEST_SUBMISSION", "2_000_000_000"))
LARGEST_JSON_SUBMISSION = 20_000_000
LARGEST_FORM = 10_000_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "anxin.intake.uploading.PrivateFile",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ANXIN_LOG_LEVEL", "WARNING")},
}
