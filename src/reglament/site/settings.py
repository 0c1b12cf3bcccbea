"""Django's settings. What an owner may set comes from the environment; see `environment.py`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reglament.site.environment import Bucket, Database, current

ENVIRONMENT = current()

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ROOT_URLCONF = "reglament.site.urls"
ASGI_APPLICATION = "reglament.site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REGLAMENT_DATA = ENVIRONMENT.data
REGLAMENT_BASE_URL = ENVIRONMENT.base_url
REGLAMENT_VAULT_KEYS = ENVIRONMENT.vault_keys
REGLAMENT_MAIL_SERVER = ENVIRONMENT.mail_server
REGLAMENT_VIRUS_SCANNER = ENVIRONMENT.virus_scanner
REGLAMENT_VIRUS_SCANNER_HOLD = ENVIRONMENT.hold_unscanned
REGLAMENT_STRANGERS_PER_HOUR = ENVIRONMENT.strangers_per_hour
REGLAMENT_DEMO = ENVIRONMENT.demonstration

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Before allauth, so that its pages are ours.
    "reglament.faces.account",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "reglament.desk.regulations",
    "reglament.desk.people",
    "reglament.desk.tickets",
    "reglament.desk.decisions",
    "reglament.desk.channels",
    "reglament.desk.operations",
    "reglament.desk.notices",
    "reglament.desk.jobs",
    "reglament.faces.common",
    "reglament.faces.public",
    "reglament.faces.guest",
    "reglament.faces.portal",
    "reglament.faces.workspace",
    "reglament.faces.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "reglament.site.security.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reglament.faces.account.reader.ReaderMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reglament.faces.common.context.shared",
            ],
        },
    },
]


def _database(database: Database) -> dict[str, Any]:
    if database.engine == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": database.name,
            "OPTIONS": {
                # A transaction that begins by reading and then writes fails at once under another
                # writer ("database is locked"); one that takes the write lock first waits for it.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL, since a letter is acknowledged to its sender once its row is committed, and a
                # power cut must not take that back.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "OPTIONS": dict(database.options),
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(ENVIRONMENT.database)}

# The counters of the sign-in's rate limits lie here, and every process must see the same ones.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # The counters of the limits live here; as few as the 300 of the default, a stranger could push
        # them out by sending from many addresses.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []},
}

# People and sign-in.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        # OWASP ASVS 5.0, 6.2: length instead of rules of composition.
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_start"
ACCOUNT_ADAPTER = "reglament.site.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "reglament.faces.account.forms.SignInForm",
    "reset_password": "reglament.faces.account.forms.AskForLinkForm",
    "reset_password_from_key": "reglament.faces.account.forms.NewPasswordForm",
    "change_password": "reglament.faces.account.forms.ChangePasswordForm",
    "set_password": "reglament.faces.account.forms.FirstPasswordForm",
    "reauthenticate": "reglament.faces.account.forms.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Staff make accounts, so an address was checked by whoever made it.
ACCOUNT_EMAIL_VERIFICATION = "none"
# A letter to an address without an account would let anybody make the desk write to anyone.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Five letters an hour to one address, where allauth by itself allows five a minute.
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or f"noreply@{ENVIRONMENT.host}"
EMAIL_BACKEND = "reglament.desk.notices.account_mail.OutboxBackend"

# Cookies and headers. A browser accepts `__Host-` cookies over HTTPS only.
_prefix = "__Host-" if ENVIRONMENT.encrypted else ""
SESSION_COOKIE_NAME = f"{_prefix}reglament_session"
CSRF_COOKIE_NAME = f"{_prefix}reglament_csrf"
LANGUAGE_COOKIE_NAME = f"{_prefix}reglament_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.encrypted
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
ALLOWED_HOSTS = sorted(
    {ENVIRONMENT.host} | ({"localhost", "127.0.0.1", "[::1]"} if not ENVIRONMENT.encrypted else set())
)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
if ENVIRONMENT.encrypted and ENVIRONMENT.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.encrypted else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Languages and time: moments are kept in UTC and shown in a zone that the page chooses.
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files.
MEDIA_ROOT = ENVIRONMENT.data / "files"


def _storages(bucket: Bucket | None) -> dict[str, dict[str, Any]]:
    storages: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if bucket is not None:
        # The bucket is laid out as the folder of data is, so that one can be copied to the other.
        for alias, folder in (("default", "files"), ("letters", "")):
            storages[alias] = {
                "BACKEND": "reglament.site.object_storage.ObjectStorage",
                "OPTIONS": {"bucket": bucket, "folder": folder},
            }
    return storages


STORAGES = _storages(ENVIRONMENT.bucket)
STATIC_URL = "/static/"
# Finds the files in the installed package, so that nothing has to be collected before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
# The whole of a request. Far more than the files that a form takes, so that whoever attaches one that is
# too large gets their form back with what they typed.
REQUEST_BODY_AT_MOST = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "reglament.faces.common.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "errors": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
    # An address that does not exist is no trouble of the desk's.
    "loggers": {
        "django.request": {"level": "ERROR"},
        # Nor is what a stranger's program says of the host, which anybody may send without end.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
